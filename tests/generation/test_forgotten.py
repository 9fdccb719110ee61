"""A vendor took an order and does not know it any more: what it billed is unknown, and is never booked as nothing."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from photoplay import generation
from photoplay.core import clock
from photoplay.generation import DriftView
from photoplay.generation.queries import orders_of
from photoplay.generation.tables import OrderRow
from photoplay.providers import Failed, Forgotten, Order, Waiting
from tests.factories import House, a_house
from tests.scripted import ScriptedProvider
from tests.vendors import BEGAN, SetClock, a_set_clock


def _forgets(times: int = 1_000_000) -> Callable[[Order], Waiting | None]:
    """For so many looks the vendor does not know the order."""
    looks = 0

    def _check(order: Order) -> None:
        nonlocal looks
        looks += 1
        if looks <= times:
            raise Forgotten("It does not know this order any more.")

    return _check


async def _order(house: House, generation_id: str) -> OrderRow:
    return (await house.studio.runtime.db.read(lambda session: orders_of(session, generation_id)))[-1]


async def _drift(house: House) -> DriftView:
    (view,) = await generation.drift_since(house.studio.runtime, BEGAN - timedelta(days=400))
    return view


async def _hurry(house: House, generation_id: str, time: SetClock, **by: float) -> None:
    while True:
        time.move(**by)
        house.studio.runtime.wakes.wake(generation_id)
        await asyncio.sleep(0.02)


@pytest.mark.usefixtures("on_both_databases")
async def test_an_order_that_its_vendor_forgets_is_uncertain_and_given_up_at_an_unknown_cost(tmp_path: Path) -> None:
    with a_set_clock() as time:
        async with a_house(tmp_path, ScriptedProvider(on_check=_forgets())) as house:
            asked = await house.ask(model="scripted:paid")
            open_still = await house.until(asked.id, lambda view: view.status == "uncertain")
            assert open_still.error is None
            order = await _order(house, asked.id)
            assert (order.status, order.billed_usd, order.ended_at) == ("unknown", None, None)
            hurrying = asyncio.create_task(_hurry(house, asked.id, time, hours=1))
            ended = await house.end(asked.id)
            hurrying.cancel()
            assert (ended.status, ended.error and ended.error.code) == ("failed", "outcome_unknown")
            assert (await _order(house, asked.id)).billed_usd is None
            view = await _drift(house)
            assert (view.orders, view.booked_usd, view.cost_unknown, view.cost_unknown_usd, view.is_warning) == (
                0, Decimal(0), 1, Decimal("0.04"), False,
            )  # fmt: skip
    assert house.provider.submitted == [f"{asked.id}-1"]


async def test_an_order_that_its_vendor_knows_again_is_waited_for_and_booked(tmp_path: Path) -> None:
    with a_set_clock() as time:
        async with a_house(tmp_path, ScriptedProvider(on_check=_forgets(2), billed_usd=Decimal("0.05"))) as house:
            asked = await house.ask(model="scripted:paid")
            await house.until(asked.id, lambda view: view.status == "uncertain")
            hurrying = asyncio.create_task(_hurry(house, asked.id, time, seconds=5))
            ended = await house.end(asked.id)
            hurrying.cancel()
            assert (ended.status, ended.cost_usd) == ("succeeded", Decimal("0.05"))
            assert (await _drift(house)).cost_unknown == 0
    assert house.provider.submitted == [f"{asked.id}-1"]


async def test_what_was_taken_back_and_then_forgotten_is_cancelled_at_an_unknown_cost(tmp_path: Path) -> None:
    provider = ScriptedProvider(on_check=lambda order: Waiting())
    async with a_house(tmp_path, provider) as house:
        asked = await house.ask(model="scripted:paid")
        await house.until(asked.id, lambda view: view.phase == "waiting")
        provider.cancelled = _ForgetsWhatIsCancelled()
        await generation.cancel(house.studio.runtime, house.owner, asked.id)
        assert (await house.end(asked.id)).status == "cancelled"
        assert ((await _order(house, asked.id)).billed_usd, (await _drift(house)).cost_unknown) == (None, 1)


class _ForgetsWhatIsCancelled(set[str]):
    def __contains__(self, order_id: object) -> bool:
        if super().__contains__(order_id):
            raise Forgotten("It does not know this order any more.")
        return False


@pytest.mark.parametrize(("billed", "unknown"), [(None, 1), (Decimal(0), 0), (Decimal("0.04"), 0)])
async def test_a_failure_whose_bill_is_not_told_is_not_booked_as_free(
    tmp_path: Path, billed: Decimal | None, unknown: int
) -> None:
    def _fail(order: Order) -> None:
        raise Failed("It broke there.", billed_usd=billed)

    async with a_house(tmp_path, ScriptedProvider(on_check=_fail)) as house:
        asked = await house.ask(model="scripted:paid")
        ended = await house.end(asked.id)
        assert (ended.status, ended.cost_usd) == ("failed", billed or Decimal(0))
        assert (await _order(house, asked.id)).billed_usd == billed
        found = await generation.drift_since(house.studio.runtime, clock.now() - timedelta(hours=1))
        assert sum(view.cost_unknown for view in found) == unknown
