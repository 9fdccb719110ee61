"""Settling: what comes home twice at the same moment is kept once and paid once."""

import asyncio
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from photoplay.generation import settle as settling
from photoplay.generation.advance import locked, to_failed
from photoplay.generation.parcel import Parcel, StoredFile
from photoplay.generation.runtime import Runtime
from photoplay.providers import Waiting
from photoplay.storage import Blob
from tests.factories import a_house
from tests.scripted import ScriptedProvider

FILE = StoredFile(Blob("ab" * 32, 100), "image/png", "image", 8, 8, None, None, None, [], None)
PARCEL = Parcel([FILE], Decimal("0.04"), "ab" * 32, {})


async def all_at_once(runtime: Runtime, order_id: str, times: int) -> None:
    """While another writes, these come to wait for the same turn."""
    begun, goes_on = threading.Event(), threading.Event()

    def _holds_the_writer(_session: Session) -> None:
        begun.set()
        assert goes_on.wait(30)

    held = asyncio.create_task(runtime.db.write(_holds_the_writer))
    while not begun.is_set():  # noqa: ASYNC110 - it is set in a thread
        await asyncio.sleep(0.01)
    arriving = [asyncio.create_task(settling.settle(runtime, order_id, PARCEL)) for _time in range(times)]
    await asyncio.sleep(0)
    goes_on.set()
    await asyncio.gather(held, *arriving)


@pytest.mark.parametrize("had_failed", [False, True])
async def test_a_result_that_two_bring_home_at_once_is_one_and_is_paid_once(
    tmp_path: Path, *, had_failed: bool
) -> None:
    async with a_house(tmp_path, ScriptedProvider(on_check=lambda _order: Waiting())) as house:
        runtime = house.studio.runtime
        asked = await house.ask(model="scripted:paid")
        await house.until(asked.id, lambda view: view.phase == "waiting")

        def _give_up(session: Session) -> None:
            row = locked(session, asked.id)
            to_failed(session, runtime.hub, row, code="late", message="Nobody waits.", retryable=True)

        if had_failed:
            await runtime.db.write(_give_up)
        await all_at_once(runtime, f"{asked.id}-1", 3)
        ended = await house.look(asked.id)
        assert (ended.status, ended.cost_usd) == ("failed" if had_failed else "succeeded", Decimal("0.04"))
        assert len(ended.assets) == 1
