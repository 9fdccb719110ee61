"""Batches: several requests as one, taken in as a whole or not at all."""

from decimal import Decimal
from pathlib import Path

import pytest

from photoplay import credits, generation
from photoplay.catalog import UnknownModel
from photoplay.credits import CeilingExceeded, InsufficientCredits, QuoteExpired
from photoplay.generation import BatchTooLarge, KeyReused
from photoplay.providers import Failed, Order
from tests.chained import a_batch
from tests.factories import House, a_house


def free(prompt: str = "calm ocean", **changes: object) -> dict[str, object]:
    """One free picture."""
    return {"operation": "text-to-image", "model": "scripted:free", "params": {"prompt": prompt}} | changes


def paid(prompt: str = "calm ocean", **changes: object) -> dict[str, object]:
    """One picture for $0.04."""
    return free(prompt, model="scripted:paid") | changes


async def made(house: House) -> int:
    """How many generations the owner has."""
    page = await house.studio.runtime.db.read(
        lambda session: generation.generations_of(session, house.owner.user_id, limit=200)
    )
    return len(page.items)


async def test_fifty_pictures_are_one_batch_with_one_price(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        runtime = house.studio.runtime
        wanted = a_batch(*(paid(f"ocean {number}") for number in range(50)), ceiling={"max_cost_usd": "2.00"})
        quote = await generation.quote_batch(runtime, house.owner, wanted)
        assert (quote.count, quote.total_cost_usd) == (50, Decimal("2.000000"))
        taken = await generation.request_batch(runtime, house.owner, wanted, idempotency_key="fifty")
        for item in taken.batch.items:
            await house.end(item.id)
        batch = await runtime.db.read(
            lambda session: generation.batch_of(session, house.owner.user_id, taken.batch.batch_id)
        )
        assert (batch.is_final, batch.counts, batch.cost_usd) == (True, {"succeeded": 50}, Decimal("2.00"))
        assert [item.prompt for item in batch.items] == [f"ocean {number}" for number in range(50)]
        again = await generation.request_batch(runtime, house.owner, wanted, idempotency_key="fifty")
        assert again.is_replay
        assert [item.id for item in again.batch.items] == [item.id for item in batch.items]
        with pytest.raises(KeyReused):
            await generation.request_batch(runtime, house.owner, a_batch(paid()), idempotency_key="fifty")
        assert await made(house) == 50


async def test_items_of_several_models_share_one_quote_and_one_ceiling(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        runtime = house.studio.runtime
        quote = await generation.quote_batch(runtime, house.owner, a_batch(free(), paid(), paid(count=2)))
        assert [(line.model, line.cost_usd) for line in quote.items] == [
            ("scripted:free", Decimal(0)),
            *[("scripted:paid", Decimal("0.040000"))] * 3,
        ]
        with pytest.raises(QuoteExpired):
            await generation.request_batch(runtime, house.owner, a_batch(free(), paid(), quote=quote.token))
        wanted = a_batch(free(), paid(), paid(), ceiling={"max_cost_usd": "0.07"})
        with pytest.raises(CeilingExceeded):
            await generation.request_batch(runtime, house.owner, wanted)
        assert await made(house) == 0


@pytest.mark.usefixtures("on_both_databases")
async def test_a_batch_that_cannot_be_paid_is_not_begun_at_all(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        mara = await house.member(granted=10)
        with pytest.raises(InsufficientCredits):
            await generation.request_batch(house.studio.runtime, mara, a_batch(paid("one"), paid("two"), paid("three")))
        account = await house.studio.runtime.db.read(lambda session: credits.account_of(session, mara.user_id))
        assert (account.available_credits, account.held_credits) == (10, 0)
        page = await house.studio.runtime.db.read(lambda session: generation.generations_of(session, mara.user_id))
        assert page.items == []


async def test_one_wrong_item_refuses_the_batch_and_is_named(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        with pytest.raises(UnknownModel) as refused:
            await generation.request_batch(house.studio.runtime, house.owner, a_batch(free(), free(model="nobody:x")))
        assert refused.value.message.startswith("Item 1: ")
        assert refused.value.details["item"] == 1
        assert await made(house) == 0


async def test_one_failure_harms_no_other_and_is_tried_again_alone(tmp_path: Path) -> None:
    def _fail(order: Order) -> None:
        if order.params["prompt"] == "two":
            raise Failed("The vendor failed.")

    async with a_house(tmp_path) as house:
        house.provider.on_check = _fail
        runtime = house.studio.runtime
        taken = await generation.request_batch(runtime, house.owner, a_batch(paid("one"), paid("two"), paid("three")))
        ended = [await house.end(item.id) for item in taken.batch.items]
        assert [one.status for one in ended] == ["succeeded", "failed", "succeeded"]
        assert [one.cost_usd for one in ended] == [Decimal("0.04"), Decimal(0), Decimal("0.04")]
        house.provider.on_check = lambda order: None
        again = await generation.retry(runtime, house.owner, ended[1].id)
        assert [one.retry_of for one in again.batch.items] == [ended[1].id]
        assert (await house.end(again.batch.items[0].id)).status == "succeeded"


async def test_a_batch_is_taken_back_as_a_whole(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        runtime = house.studio.runtime
        runtime.is_stopping = True
        taken = await generation.request_batch(runtime, house.owner, a_batch(paid("one"), paid("two")))
        batch = await generation.cancel_batch(runtime, house.owner, taken.batch.batch_id)
        assert batch.counts == {"cancelled": 2}


async def test_a_matrix_makes_one_item_of_each_combination(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        item = free("{red|blue} kite", matrix={"aspect": ["1:1", "16:9"], "model": ["scripted:free", "scripted:paid"]})
        quote = await generation.quote_batch(house.studio.runtime, house.owner, a_batch(item))
        assert (quote.count, quote.total_cost_usd) == (8, Decimal("0.160000"))
        assert [(line.params["prompt"], line.params["aspect"], line.model) for line in quote.items[:3]] == [
            ("red kite", "1:1", "scripted:free"),
            ("red kite", "1:1", "scripted:paid"),
            ("red kite", "16:9", "scripted:free"),
        ]
        many = free("{a|b|c|d|e}", matrix={"seed": list(range(21))})
        with pytest.raises(BatchTooLarge, match="This makes 105 results; a batch has at most 100"):
            await generation.quote_batch(house.studio.runtime, house.owner, a_batch(many))
