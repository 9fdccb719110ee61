"""A vendor that is switched off: what is out is followed, what waits goes elsewhere or ends, and it stays off."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from photoplay import catalog, credits, generation
from photoplay.catalog import ModelUnavailable
from photoplay.providers import Delivery, Order, Throttled, Ticket, Waiting
from tests.factories import House, a_house
from tests.vendors import NoKeys, Vendor


async def _switch(house: House, **changes: Any) -> None:
    runtime = house.studio.runtime
    await runtime.db.write(lambda session: generation.switch_vendor(session, runtime, "one", changes, set_by="Owner"))


@pytest.mark.usefixtures("on_both_databases")
async def test_an_order_that_is_out_is_followed_to_its_end_and_what_is_asked_for_anew_is_refused(
    tmp_path: Path,
) -> None:
    is_done = asyncio.Event()

    def _check(order: Order) -> Waiting | Delivery | None:
        return None if is_done.is_set() else Waiting()

    one = Vendor("one", settings=NoKeys, on_check=_check)
    async with a_house(tmp_path, one) as house:
        asked = await house.ask(model="one:cheap")
        await house.until(asked.id, lambda view: view.phase == "waiting")
        await _switch(house, is_on=False)
        with pytest.raises(ModelUnavailable, match="One is switched off"):
            await house.ask(model="one:cheap")
        is_done.set()
        assert (await house.end(asked.id)).status == "succeeded"
    async with a_house(tmp_path, Vendor("one", settings=NoKeys)) as house:
        with pytest.raises(ModelUnavailable, match="One is switched off"):
            await house.ask(model="one:cheap")


async def test_what_has_not_been_sent_ends_at_no_cost_or_goes_to_another_model(tmp_path: Path) -> None:
    refused: list[str] = []

    def _refuse(order: Order) -> Ticket | None:
        refused.append(order.id)
        raise Throttled("One is busy.", retry_after_seconds=25)

    one, two = Vendor("one", settings=NoKeys, on_submit=_refuse), Vendor("two", settings=NoKeys)
    async with a_house(tmp_path, one, others=(two,)) as house:
        alone = await house.ask(model="one:cheap")
        free = await house.ask(model="one:cheap", failover=True)
        for asked in (alone, free):
            await house.until(asked.id, lambda view: view.word.startswith("Trying again"))
        await _switch(house, is_on=False)
        ended = await house.end(alone.id)
        assert (ended.status, ended.error.code if ended.error else "") == ("failed", "vendor_off")
        assert ended.error is not None
        assert ended.error.message == "One was switched off before this was sent. Nothing was charged."
        other = await house.end(free.id)
        assert (other.status, other.model, len(refused)) == ("succeeded", "two:cheap", 2)
        account = await house.studio.runtime.db.read(lambda session: credits.account_of(session, house.owner.user_id))
        assert account.held_usd == Decimal(0)


async def test_a_look_at_what_is_known_that_began_before_a_vendor_was_switched_off_does_not_switch_it_on(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, Vendor("one", settings=NoKeys)) as house:
        runtime, looks = house.studio.runtime, []

        class Slow:
            """Reads, and something is written before what was read arrives."""

            async def read(self, ask: Callable[[Session], Any]) -> Any:
                known = await runtime.db.read(ask)
                looks.append(known)
                if len(looks) == 1:
                    await _switch(house, is_on=False)
                return known

        await catalog.recall_changes(Slow(), runtime.catalog)  # type: ignore[arg-type]
        assert not runtime.catalog.is_on("one")
