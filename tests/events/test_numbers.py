"""Events are numbered without a gap and told in that order, however many transactions run side by side."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from sqlalchemy.orm import Session

from photoplay import events
from photoplay.core.db import Database, after_commit
from photoplay.events import Hub, Relay

OWNERS = ("usr_ada", "usr_mara")


def _record(session: Session, hub: Hub, owner_id: str, number: int) -> None:
    """A test happened."""
    events.record(session, hub, owner_id, "test.happened", {"number": number})
    if number % 5 == 0:
        raise ValueError("Every fifth is rolled back.")


async def test_numbers_have_no_gap_and_are_told_in_order(database: Database) -> None:
    hub = Hub()
    listening = {owner_id: hub.listen(owner_id) for owner_id in OWNERS}
    writes = [
        database.write(partial(_record, hub=hub, owner_id=OWNERS[number % 2], number=number)) for number in range(100)
    ]
    async with _heard(database, hub):
        answers = await asyncio.gather(*writes, return_exceptions=True)
        assert sum(isinstance(answer, ValueError) for answer in answers) == 20
        for owner_id in OWNERS:
            stored = await database.read(partial(events.events_after, owner_id=owner_id, number=0))
            assert stored is not None
            assert [event.id for event in stored] == list(range(1, 41))
            async with asyncio.timeout(30):
                told = [(await listening[owner_id].next()).event for _event in stored]
            assert told == stored


@asynccontextmanager
async def _heard(database: Database, hub: Hub) -> AsyncIterator[None]:
    """On Postgres the news of every process come by signals."""
    relay = Relay(database, hub)
    ear = database.ear(hear=lambda signal: relay.hear(signal.facts), on_gap=lambda: None)
    relay.start()
    if ear is not None:
        await ear.start()
    yield
    if ear is not None:
        await ear.stop()
    await relay.stop()


async def test_a_write_whose_caller_has_gone_still_tells_what_it_did(database: Database) -> None:
    told = asyncio.Event()
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def _run(session: Session) -> None:
        loop.call_soon_threadsafe(begun.set)
        after_commit(session, told.set)

    caller = asyncio.create_task(database.write(_run))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    async with asyncio.timeout(10):
        await told.wait()
