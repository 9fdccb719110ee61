"""The package of a provider is gone while its generations have not ended: nothing is lost, nothing else stands still."""

from pathlib import Path

from photoplay import generation
from photoplay.generation import uncertain_orders
from photoplay.providers import Delivery, Order, OutcomeUnknown, Waiting
from tests.chained import ChainVendor, a_batch, drawing, editing
from tests.factories import House, a_house, picture
from tests.scripted import ScriptedProvider


def slow(order: Order) -> Waiting | Delivery | None:
    """A vendor that is not done yet."""
    return Waiting()


async def ask_for_two(house: House) -> list[str]:
    """A picture and, after it, its edit."""
    taken = await generation.request_batch(house.studio.runtime, house.owner, a_batch(drawing(), editing(0)))
    return [item.id for item in taken.batch.items]


async def test_what_it_has_taken_goes_on_once_it_is_back(tmp_path: Path) -> None:
    async with a_house(tmp_path, ChainVendor(on_check=slow)) as house:
        first, second = await ask_for_two(house)
        await house.until(first, lambda view: view.phase == "waiting")
    async with a_house(tmp_path, ScriptedProvider()) as house:
        other = await generation.request(house.studio.runtime, house.owner, picture())
        assert (await house.end(other.batch.items[0].id)).status == "succeeded"
        assert [(await house.look(one)).status for one in (first, second)] == ["running", "queued"]
    vendor = ChainVendor()
    async with a_house(tmp_path, vendor) as house:
        assert [(await house.end(one)).status for one in (first, second)] == ["succeeded"] * 2
        assert len({order.id for order in vendor.orders}) == len(vendor.orders) == 2


async def test_an_uncertain_order_of_it_is_listed_all_the_same(tmp_path: Path) -> None:
    def lose(order: Order) -> None:
        raise OutcomeUnknown("The line was cut.")

    async with a_house(tmp_path, ChainVendor(on_submit=lose)) as house:
        first, _second = await ask_for_two(house)
        await house.until(first, lambda view: view.status == "uncertain")
    async with a_house(tmp_path, ScriptedProvider()) as house:
        runtime = house.studio.runtime
        listed = await runtime.db.read(lambda session: uncertain_orders(session, runtime))
        assert [(one.generation_id, one.can_be_listed) for one in listed] == [(first, False)]
