"""The outbox: numbers without a gap, and an honest "too old"."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from photoplay import events
from photoplay.bootstrap import open_database
from photoplay.core import clock
from photoplay.core.db import Database
from photoplay.core.settings import Settings
from photoplay.events import EventView, Hub

MARA, TOM = "usr_mara", "usr_tom"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@asynccontextmanager
async def a_database(folder: Path) -> AsyncIterator[Database]:
    db = open_database(Settings(data=folder))
    try:
        yield db
    finally:
        db.close()


async def after(db: Database, number: int, *, limit: int = 500) -> list[EventView] | None:
    return await db.read(lambda session: events.events_after(session, MARA, number, limit=limit))


async def record(db: Database, hub: Hub, count: int) -> None:
    for number in range(count):
        await db.write(partial(events.record, hub=hub, owner_id=MARA, name="thing.happened", data={"n": number}))


async def test_numbers_have_no_gap_though_many_write_at_once_and_some_fail(tmp_path: Path) -> None:
    hub = Hub()
    listening = {owner: hub.listen(owner) for owner in (MARA, TOM)}

    def _record(session: Session, number: int) -> None:
        events.record(session, hub, TOM if number % 4 == 0 else MARA, "thing.happened", {"n": number})
        if number % 5 == 0:
            raise ValueError("refused after all")

    async with a_database(tmp_path) as db:
        writes = (db.write(partial(_record, number=number)) for number in range(200))
        await asyncio.gather(*writes, return_exceptions=True)
        for owner, of_tom in ((MARA, False), (TOM, True)):
            kept = await db.read(partial(events.events_after, owner_id=owner, number=0))
            assert kept is not None
            wanted = [number for number in range(200) if number % 5 and (number % 4 == 0) == of_tom]
            assert sorted(event.data["n"] for event in kept) == wanted
            assert [event.id for event in kept] == list(range(1, len(wanted) + 1))
            heard = [(await listening[owner].next()).event for _number in wanted]
            assert heard == kept


async def test_who_comes_back_gets_what_was_missed_in_pages(tmp_path: Path) -> None:
    async with a_database(tmp_path) as db:
        await record(db, Hub(), 7)
        missed = await after(db, 2, limit=3)
        assert missed is not None
        assert [event.id for event in missed] == [3, 4, 5]
        assert await after(db, 7) == []
        assert await db.read(lambda session: events.last_number(session, MARA)) == 7


async def test_too_old_is_said_and_not_guessed(tmp_path: Path) -> None:
    async with a_database(tmp_path) as db:
        with clock.set_clock(lambda: NOON):
            await record(db, Hub(), 3)
        with clock.set_clock(lambda: NOON + timedelta(days=8)):
            await record(db, Hub(), 2)
        await db.write(lambda session: events.forget_before(session, NOON + timedelta(days=1)))
        assert await after(db, 1) is None
        kept = await after(db, 3)
        assert kept is not None
        assert [event.id for event in kept] == [4, 5]
        await db.write(lambda session: events.forget_before(session, NOON + timedelta(days=30)))
        assert await after(db, 4) is None
        assert await after(db, 5) == []


async def test_a_number_from_the_future_is_of_another_studio(tmp_path: Path) -> None:
    async with a_database(tmp_path) as db:
        await record(db, Hub(), 2)
        assert await after(db, 9) is None


async def test_a_listener_that_falls_far_behind_is_told_to_read_the_rows(tmp_path: Path) -> None:
    hub = Hub()
    listener = hub.listen(MARA)
    for number in range(1001):
        hub.tell_progress(MARA, {"n": number})
    assert (await listener.next()).type == "reset"
    hub.tell_progress(MARA, {"n": "later"})
    assert (await listener.next()).data == {"n": "later"}


async def test_a_listener_who_waits_for_one_thing_is_told_nothing_else(tmp_path: Path) -> None:
    async with a_database(tmp_path) as db:
        hub = Hub()
        listener = hub.listen(MARA)
        listener.only(lambda event: event.data["n"] == 2)
        hub.tell_progress(MARA, {"n": 2})
        await record(db, hub, 3)
        hub.tell_check(MARA)
        told = await listener.next()
        assert told.event is not None
        assert told.event.data["n"] == 2
        assert (await listener.next()).type == "check"


async def test_closing_the_hub_ends_every_listener_also_one_that_comes_later() -> None:
    hub = Hub()
    listener = hub.listen(MARA)
    hub.close()
    assert (await listener.next()).type == "closed"
    assert (await hub.listen(TOM).next()).type == "closed"
