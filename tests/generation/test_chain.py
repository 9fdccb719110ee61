"""Chains: later items begin with the results of earlier ones, at one price that was agreed before."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from photoplay import credits, generation
from photoplay.accounts import Viewer
from photoplay.credits import CeilingExceeded, EntryView, InsufficientCredits
from photoplay.generation import BatchRequest, GenerationView, InputMissing, NothingToApprove
from photoplay.providers import Delivery, Failed, Order, Waiting
from tests.chained import ChainVendor, a_batch, drawing, editing
from tests.factories import House, a_house

EDIT_USD = Decimal("0.003906")
PRICE = Decimal("0.043906")


async def ask(house: House, wanted: BatchRequest, viewer: Viewer | None = None) -> list[GenerationView]:
    """The generations of a batch just asked for."""
    taken = await generation.request_batch(house.studio.runtime, viewer or house.owner, wanted)
    return taken.batch.items


async def entries(house: House, generation_id: str) -> list[EntryView]:
    """The lines of the ledger about a generation, the oldest first."""
    receipt = await house.studio.runtime.db.read(
        lambda session: credits.receipt_of(session, house.owner.user_id, generation_id)
    )
    return receipt.entries


def failing(operation: str) -> Callable[[Order], Waiting | Delivery | None]:
    """A vendor that takes such orders and then fails."""

    def _fail(order: Order) -> None:
        if order.operation == operation:
            raise Failed("The vendor failed.")

    return _fail


@pytest.mark.usefixtures("on_both_databases")
async def test_a_link_begins_with_the_result_of_the_one_before(tmp_path: Path) -> None:
    vendor = ChainVendor()
    async with a_house(tmp_path, vendor) as house:
        first, second, third = await ask(house, a_batch(drawing(), editing(0), editing(1)))
        assert [first.waits_for, second.waits_for, third.waits_for] == [None, "parent", "parent"]
        assert second.waits_on == [first.id]
        assert second.waits_because == "It begins when the one before it has ended."
        last = await house.end(third.id)
        middle, begun = await house.look(second.id), await house.look(first.id)
        assert (last.status, middle.status, begun.status) == ("succeeded",) * 3
        assert middle.inputs == [{"role": "source", "asset_id": begun.assets[0].id}]
        assert last.assets[0].parents == [middle.assets[0].id]
        assert [order.inputs[0].width for order in vendor.orders[1:]] == [64, 64]
        assert [line.kind for line in await entries(house, third.id)] == ["hold", "release", "settle"]


async def test_a_chain_has_one_price_and_one_ceiling_before_anything_is_made(tmp_path: Path) -> None:
    async with a_house(tmp_path, ChainVendor()) as house:
        runtime = house.studio.runtime
        quote = await generation.quote_batch(runtime, house.owner, a_batch(drawing(), editing(0)))
        assert [line.cost_usd for line in quote.items] == [Decimal("0.040000"), EDIT_USD]
        assert (quote.total_cost_usd, quote.model_name) == (PRICE, "2 models")
        assert quote.estimated_seconds == pytest.approx(3.01)
        with pytest.raises(CeilingExceeded):
            await ask(house, a_batch(drawing(), editing(0), ceiling={"max_cost_usd": "0.043"}))
        account = await runtime.db.read(lambda session: credits.account_of(session, house.owner.user_id))
        assert account.held_usd == 0
        items = await ask(house, a_batch(drawing(), editing(0), ceiling={"max_cost_usd": "0.05"}, quote=quote.token))
        assert (await house.end(items[1].id)).cost_usd == EDIT_USD


@pytest.mark.usefixtures("on_both_databases")
async def test_where_the_first_fails_its_links_are_cancelled_and_cost_nothing(tmp_path: Path) -> None:
    async with a_house(tmp_path, ChainVendor(on_check=failing("text-to-image"))) as house:
        items = await ask(house, a_batch(drawing(), editing(0), editing(1), drawing("another")))
        ended = [await house.end(item.id) for item in items]
        assert [one.status for one in ended] == ["failed", "cancelled", "cancelled", "failed"]
        assert ended[1].error is not None
        assert ended[1].error.code == "parent_ended"
        assert [line.kind for line in await entries(house, items[2].id)] == ["hold", "release"]
        account = await house.studio.runtime.db.read(lambda session: credits.account_of(session, house.owner.user_id))
        assert account.held_usd == 0


async def test_trying_a_failed_one_again_makes_the_rest_of_its_chain_too(tmp_path: Path) -> None:
    vendor = ChainVendor(on_check=failing("text-to-image"))
    async with a_house(tmp_path, vendor) as house:
        first, second, third = await ask(house, a_batch(drawing(), editing(0), editing(1)))
        await house.end(third.id)
        vendor.on_check = lambda order: None
        taken = await generation.retry(house.studio.runtime, house.owner, first.id)
        again = taken.batch.items
        assert [one.retry_of for one in again] == [first.id, second.id, third.id]
        assert (await house.end(again[2].id)).status == "succeeded"


async def test_a_failed_link_is_tried_again_alone_with_the_result_that_is_there(tmp_path: Path) -> None:
    vendor = ChainVendor(on_check=failing("image-to-image"))
    async with a_house(tmp_path, vendor) as house:
        first, second = await ask(house, a_batch(drawing(), editing(0)))
        assert (await house.end(second.id)).status == "failed"
        vendor.on_check = lambda order: None
        taken = await generation.retry(house.studio.runtime, house.owner, second.id)
        [again] = taken.batch.items
        assert (await house.end(again.id)).status == "succeeded"
        made = await house.look(first.id)
        assert (await house.look(again.id)).inputs == [{"role": "source", "asset_id": made.assets[0].id}]


async def test_taking_the_first_back_takes_its_links_back(tmp_path: Path) -> None:
    async with a_house(tmp_path, ChainVendor(on_check=lambda order: Waiting())) as house:
        first, second = await ask(house, a_batch(drawing(), editing(0)))
        await generation.cancel(house.studio.runtime, house.owner, first.id)
        assert (await house.end(second.id)).status == "cancelled"


@pytest.mark.usefixtures("on_both_databases")
async def test_a_link_dearer_than_agreed_waits_for_a_yes_and_then_holds_the_rest(tmp_path: Path) -> None:
    async with a_house(tmp_path, ChainVendor(yields=128)) as house:
        _first, second = await ask(house, a_batch(drawing(), editing(0), ceiling={"max_cost_usd": "0.05"}))
        asked = await house.until(second.id, lambda view: view.waits_for == "approval")
        assert asked.waits_because == (
            "With the result before it this costs up to $0.015625; $0.003906 was agreed. Approve it, or cancel it."
        )
        runtime = house.studio.runtime
        await generation.approve(runtime, house.owner, second.id)
        with pytest.raises(NothingToApprove):
            await generation.approve(runtime, house.owner, second.id)
        ended = await house.end(second.id)
        assert (ended.status, ended.cost_usd) == ("succeeded", Decimal("0.015625"))
        lines = await entries(house, second.id)
        assert [line.kind for line in lines] == ["hold", "hold", "release", "settle"]
        assert sum(line.amount_usd for line in lines[:3]) == 0
        account = await runtime.db.read(lambda session: credits.account_of(session, house.owner.user_id))
        assert account.held_usd == 0


async def test_a_link_dearer_than_expected_goes_on_where_the_ceiling_allows_it(tmp_path: Path) -> None:
    async with a_house(tmp_path, ChainVendor(yields=128)) as house:
        _first, second = await ask(house, a_batch(drawing(), editing(0), ceiling={"max_cost_usd": "0.06"}))
        ended = await house.end(second.id)
        assert (ended.status, ended.cost_usd) == ("succeeded", Decimal("0.015625"))


async def test_without_a_ceiling_the_quote_is_what_was_agreed(tmp_path: Path) -> None:
    async with a_house(tmp_path, ChainVendor(yields=128)) as house:
        _first, second = await ask(house, a_batch(drawing(), editing(0)))
        await house.until(second.id, lambda view: view.waits_for == "approval")
        await generation.cancel(house.studio.runtime, house.owner, second.id)
        assert [line.kind for line in await entries(house, second.id)] == ["hold", "release"]


async def test_a_member_approves_in_credits_and_only_with_enough_of_them(tmp_path: Path) -> None:
    async with a_house(tmp_path, ChainVendor(yields=256)) as house:
        mara = await house.member(granted=8)
        wanted = a_batch(drawing(), editing(0), ceiling={"max_price_credits": 6})
        first, second = await ask(house, wanted, mara)
        assert [first.price_credits, second.price_credits] == [5, 0]
        asked = await house.until(second.id, lambda view: view.waits_for == "approval", mara)
        assert asked.price_credits == 7
        with pytest.raises(InsufficientCredits):
            await generation.approve(house.studio.runtime, mara, second.id)
        assert (await house.look(second.id, mara)).waits_for == "approval"


async def test_an_item_may_only_come_after_another(tmp_path: Path) -> None:
    vendor = ChainVendor()
    async with a_house(tmp_path, vendor) as house:
        first, second = await ask(house, a_batch(drawing("one"), drawing("two", after=0)))
        assert (await house.end(second.id)).status == "succeeded"
        assert [order.id.rpartition("-")[0] for order in vendor.orders] == [first.id, second.id]


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ((editing(0),), "items.0.source"),
        ((drawing(), editing(1)), "items.1.source"),
        ((drawing(count=2), editing(0)), "items.1.source"),
        ((drawing(), drawing(after=1)), "items.1.after"),
    ],
)
async def test_what_no_earlier_item_makes_is_refused(
    tmp_path: Path, items: tuple[dict[str, object]], field: str
) -> None:
    async with a_house(tmp_path, ChainVendor()) as house:
        with pytest.raises(InputMissing) as refused:
            await ask(house, a_batch(*items))
        assert list(refused.value.fields) == [field]
        page = await house.studio.runtime.db.read(
            lambda session: generation.generations_of(session, house.owner.user_id)
        )
        assert page.items == []


async def test_a_chain_goes_on_after_a_stop_between_its_links(tmp_path: Path) -> None:
    async with a_house(tmp_path, ChainVendor()) as house:
        house.studio.runtime.link_soon = lambda: None
        first, second = await ask(house, a_batch(drawing(), editing(0)))
        await house.end(first.id)
        assert (await house.look(second.id)).waits_for == "parent"
    async with a_house(tmp_path, ChainVendor()) as house:
        assert (await house.end(second.id)).status == "succeeded"
