"""How a vendor has served lately, as the orders tell; and that its accounts are asked in the turn the owner gave them."""

from pathlib import Path

from photoplay import generation
from photoplay.generation import VendorRecord
from photoplay.providers import ContentRefused, Delivery, Failed, Order, Waiting
from tests.factories import House, a_house
from tests.vendors import FIRST_KEY, SECOND_KEY, NoKeys, Vendor, a_set_clock, add_account


async def _record(house: House) -> VendorRecord:
    return await house.studio.runtime.db.read(lambda session: generation.vendor_record(session, "one"))


async def test_a_record_counts_what_came_back_against_what_the_vendor_failed_and_forgets_after_a_week(
    tmp_path: Path,
) -> None:
    def _check(order: Order) -> Waiting | Delivery | None:
        match order.params["prompt"]:
            case "refused":
                raise ContentRefused("Not this.")
            case "failed":
                raise Failed("The painter fell asleep.")
            case _:
                return None

    with a_set_clock() as time:
        async with a_house(tmp_path, Vendor("one", settings=NoKeys, on_check=_check)) as house:
            assert (await _record(house)).success_share is None
            for prompt in ("failed", "refused", "sea", "sea", "sea"):
                await house.end((await house.ask(model="one:cheap", params={"prompt": prompt})).id)
            record = await _record(house)
            assert (record.orders, record.delivered, record.failed, record.success_share) == (5, 3, 1, 0.75)
            assert (record.last_error, record.median_seconds) == ("The painter fell asleep.", 0.0)
            time.move(days=8)
            assert await _record(house) == VendorRecord()


async def test_orders_out_are_counted_by_account(tmp_path: Path) -> None:
    vendor = Vendor("one", on_check=lambda order: Waiting(progress=1))
    async with a_house(tmp_path, vendor) as house:
        account = await add_account(house, "one", FIRST_KEY)
        asked = await house.ask(model="one:cheap")
        await house.until(asked.id, lambda view: view.progress == 1)
        assert (await _record(house)).at_work == {account.id: 1}


async def test_the_owner_says_which_account_is_asked_first_and_which_only_when_the_others_are_full(
    tmp_path: Path,
) -> None:
    vendor = Vendor("one", on_check=lambda order: Waiting(progress=1))
    async with a_house(tmp_path, vendor) as house:
        await add_account(house, "one", FIRST_KEY, turn="last")
        await add_account(house, "one", SECOND_KEY, in_flight=2)
        for _number in range(3):
            asked = await house.ask(model="one:cheap")
            await house.until(asked.id, lambda view: view.progress == 1)
        assert vendor.keys("submit") == [SECOND_KEY, SECOND_KEY, FIRST_KEY]
