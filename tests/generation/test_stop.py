"""Leaving well: a stop lets open sends end, begins no new one, and asks nobody anything once it has let go."""

import asyncio
from pathlib import Path

import pytest

from photoplay.core.http import Http
from photoplay.generation import Phase
from photoplay.providers import Order, Throttled, Ticket, Waiting
from tests.factories import a_house
from tests.scripted import ScriptedProvider


class SlowProvider(ScriptedProvider):
    """Takes an order only when its gate opens; lets go of what it holds only after a while."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.gate = asyncio.Event()
        self.asked = asyncio.Event()
        self.checks_after_close = 0
        self.is_closed = False

    async def submit(self, order: Order, http: Http) -> Ticket:
        """Answers late."""
        self.submitted.append(order.id)
        self.asked.set()
        await self.gate.wait()
        return Ticket({"order": order.id})

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting:
        """Never done."""
        self.checks_after_close += self.is_closed
        return Waiting(progress=1)

    async def close(self) -> None:
        """Takes its time."""
        self.is_closed = True
        await asyncio.sleep(0.3)


async def test_a_stop_waits_for_a_send_that_is_open_and_keeps_its_answer(tmp_path: Path) -> None:
    provider = SlowProvider()
    async with a_house(tmp_path, provider) as house:
        asked = await house.ask()
        await provider.asked.wait()
        stopping = asyncio.create_task(house.studio.runtime.open_submits.until_none())
        house.studio.stop_admitting()
        await house.look(asked.id)
        assert not stopping.done()
        provider.gate.set()
        await stopping
        assert [order.status for order in (await house.look(asked.id)).orders] == ["accepted"]


async def test_no_vendor_is_asked_once_it_has_been_closed(tmp_path: Path) -> None:
    provider = SlowProvider()
    provider.gate.set()
    async with a_house(tmp_path, provider) as house:
        asked = await house.ask()
        await house.until(asked.id, lambda view: view.progress == 1)
    assert provider.checks_after_close == 0


async def test_nothing_new_is_sent_once_a_stop_has_begun(tmp_path: Path) -> None:
    def _busy(order: Order) -> None:
        was_asked.set()
        house.studio.stop_admitting()
        raise Throttled("Too many requests.", retry_after_seconds=0.01)

    was_asked = asyncio.Event()
    provider = ScriptedProvider(on_submit=_busy)
    async with a_house(tmp_path, provider) as house:
        asked = await house.ask()
        await was_asked.wait()
        await house.studio.runtime.open_submits.until_none()
        await house.studio.runtime.wakes.sleep(asked.id, 0.2)
    async with a_house(tmp_path) as house:
        assert (await house.end(asked.id)).status == "succeeded"
        assert provider.submitted == [f"{asked.id}-1"]
        assert house.provider.submitted == [f"{asked.id}-2"]


@pytest.mark.usefixtures("on_both_databases")
async def test_what_was_at_work_goes_on_after_the_next_start(tmp_path: Path) -> None:
    async with a_house(tmp_path, ScriptedProvider(on_check=lambda order: Waiting(progress=7))) as house:
        asked = [await house.ask() for _number in range(10)]
        await house.until(asked[0].id, lambda view: view.progress == 7 and view.phase == Phase.WAITING)
    async with a_house(tmp_path) as house:
        ended = [await house.end(view.id) for view in asked]
        assert {view.status for view in ended} == {"succeeded"}
        assert {len(view.orders) for view in ended} == {1}
