"""The database: one commit for many, and each is answered for itself only after it."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from photoplay.core.db import Database, DatabaseAway, after_commit


@asynccontextmanager
async def a_database(folder: Path) -> AsyncIterator[Database]:
    db = Database.sqlite(folder / "test.sqlite3")
    await db.write(partial(run, sql="CREATE TABLE things (name TEXT PRIMARY KEY)"))
    try:
        yield db
    finally:
        db.close()


def run(session: Session, sql: str) -> None:
    session.execute(text(sql))


def add(session: Session, name: str) -> str:
    session.execute(text("INSERT INTO things VALUES (:name)"), {"name": name})
    return name


def names(session: Session) -> set[str]:
    return set(session.scalars(text("SELECT name FROM things")))


def on_disk(folder: Path) -> set[str]:
    """What another process would see."""
    with closing(sqlite3.connect(folder / "test.sqlite3")) as db:
        return {name for (name,) in db.execute("SELECT name FROM things")}


class Held:
    """A write that begins, says so, and ends when it is let go."""

    def __init__(self, name: str) -> None:
        self.name, self.begun, self.let_go = name, threading.Event(), threading.Event()

    def run(self, session: Session) -> str:
        """In the writer's thread."""
        add(session, self.name)
        self.begun.set()
        assert self.let_go.wait(30)
        return self.name

    async def until_begun(self) -> None:
        """Without blocking the loop."""
        assert await asyncio.get_running_loop().run_in_executor(None, self.begun.wait, 30)


async def test_what_was_written_is_on_disk_when_it_is_answered(tmp_path: Path) -> None:
    async with a_database(tmp_path) as db:
        assert await db.write(lambda session: add(session, "a")) == "a"
        assert on_disk(tmp_path) == {"a"}
        assert await db.read(names) == {"a"}


async def test_a_failing_write_harms_no_other_in_its_group(tmp_path: Path) -> None:
    def _write(session: Session, number: int) -> str:
        add(session, f"{number}")
        if number % 3 == 0:
            raise ValueError(f"{number} is refused")
        if number % 7 == 0:
            add(session, f"{number}")
        return f"{number}"

    async with a_database(tmp_path) as db:
        first = Held("first")
        held = asyncio.create_task(db.write(first.run))
        await first.until_begun()
        writes = [asyncio.create_task(db.write(partial(_write, number=n))) for n in range(60)]
        await asyncio.sleep(0)
        first.let_go.set()
        answers = await asyncio.gather(held, *writes, return_exceptions=True)
        for number, answer in enumerate(answers[1:]):
            wanted = ValueError if number % 3 == 0 else IntegrityError if number % 7 == 0 else str
            assert isinstance(answer, wanted), number
        right = {f"{number}" for number in range(60) if number % 3 and number % 7}
        assert on_disk(tmp_path) == right | {"first"}


async def test_nobody_is_answered_before_the_commit(tmp_path: Path) -> None:
    async with a_database(tmp_path) as db:
        first, last, told = Held("first"), Held("last"), list[str]()

        def _quick(session: Session) -> str:
            after_commit(session, lambda: told.append("quick"))
            return add(session, "quick")

        held = asyncio.create_task(db.write(first.run))
        await first.until_begun()
        quick, slow = asyncio.create_task(db.write(_quick)), asyncio.create_task(db.write(last.run))
        await asyncio.sleep(0)
        first.let_go.set()
        await last.until_begun()
        await held
        assert (quick.done(), told, on_disk(tmp_path)) == (False, [], {"first"})
        last.let_go.set()
        assert [await quick, await slow] == ["quick", "last"]
        assert (told, on_disk(tmp_path)) == (["quick"], {"first", "quick", "last"})


async def test_readers_cannot_write(tmp_path: Path) -> None:
    async with a_database(tmp_path) as db:
        with pytest.raises(DatabaseAway, match="readonly"):
            await db.read(lambda session: add(session, "a"))
        assert on_disk(tmp_path) == set()


async def test_a_reader_sees_one_moment(tmp_path: Path) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def _look_twice(session: Session) -> tuple[set[str], set[str]]:
        before = names(session)
        begun.set()
        assert goes_on.wait(30)
        return before, names(session)

    async with a_database(tmp_path) as db:
        reading = asyncio.create_task(db.read(_look_twice))
        await asyncio.get_running_loop().run_in_executor(None, begun.wait, 30)
        await db.write(lambda session: add(session, "a"))
        goes_on.set()
        assert await reading == (set(), set())
        assert await db.read(names) == {"a"}


async def test_callbacks_run_on_the_loop_after_the_commit_and_never_for_a_failure(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []

    def _write(session: Session, name: str, *, fails: bool) -> None:
        add(session, name)
        after_commit(session, lambda: told.append((name, threading.get_ident())))
        if fails:
            raise ValueError("refused")

    async with a_database(tmp_path) as db:
        await db.write(lambda session: _write(session, "a", fails=False))
        with pytest.raises(ValueError, match="refused"):
            await db.write(lambda session: _write(session, "b", fails=True))
    assert told == [("a", threading.get_ident())]


async def test_who_leaves_early_is_written_all_the_same_and_the_others_are_told(tmp_path: Path) -> None:
    """A browser that goes away in the middle of its request must not swallow the event of what it did."""
    told: list[str] = []

    def _write(session: Session) -> None:
        add(session, "a")
        after_commit(session, lambda: told.append("a"))

    async with a_database(tmp_path) as db:
        first = Held("first")
        held = asyncio.create_task(db.write(first.run))
        await first.until_begun()
        leaving = asyncio.create_task(db.write(_write))
        await asyncio.sleep(0)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        first.let_go.set()
        await held
        await db.write(lambda session: add(session, "last"))
        assert (on_disk(tmp_path), told) == ({"first", "a", "last"}, ["a"])


async def test_after_a_commit_that_fails_all_are_told_and_the_next_one_works(tmp_path: Path) -> None:
    async with a_database(tmp_path) as db:
        late = "CREATE TABLE parts (thing TEXT REFERENCES things(name) DEFERRABLE INITIALLY DEFERRED)"
        await db.write(partial(run, sql=late))
        with pytest.raises(IntegrityError):
            await db.write(partial(run, sql="INSERT INTO parts VALUES ('none')"))
        assert await db.write(lambda session: add(session, "a")) == "a"
        assert on_disk(tmp_path) == {"a"}


async def test_closing_waits_for_what_is_being_written(tmp_path: Path) -> None:
    async with a_database(tmp_path) as db:
        writes = [asyncio.create_task(db.write(partial(add, name=f"{n}"))) for n in range(300)]
        await asyncio.sleep(0)
    assert len(on_disk(tmp_path)) == 300
    assert await asyncio.gather(*writes) == [f"{number}" for number in range(300)]


async def test_what_is_alike_is_done_in_one_and_each_is_answered_for_itself(tmp_path: Path) -> None:
    calls = list[Sequence[str]]()

    def _add_each(session: Session, _context: object, wanted: Sequence[str]) -> list[str | Exception]:
        calls.append(wanted)
        kept = [name for name in wanted if name != "never"]
        session.execute(text("INSERT INTO things VALUES (:name)"), [{"name": name} for name in kept])
        return [name if name in kept else LookupError(name) for name in wanted]

    async with a_database(tmp_path) as db:
        context, first = object(), Held("first")
        held = asyncio.create_task(db.write(first.run))
        await first.until_begun()
        asked = ["never", "a", "b", "c"]
        each = [asyncio.create_task(db.write_each(_add_each, context, name)) for name in asked]
        elsewhere = asyncio.create_task(db.write_each(_add_each, object(), "d"))
        await asyncio.sleep(0)
        first.let_go.set()
        answers = await asyncio.gather(held, *each, elsewhere, return_exceptions=True)
        assert (repr(answers[1]), answers[2:]) == ("LookupError('never')", ["a", "b", "c", "d"])
        assert calls == [asked, ["d"]]
        assert on_disk(tmp_path) == {"first", "a", "b", "c", "d"}


async def test_where_all_in_one_fails_each_is_done_alone_and_only_the_guilty_one_fails(tmp_path: Path) -> None:
    told = list[str]()

    def _add_each(session: Session, _context: object, wanted: Sequence[str]) -> list[str]:
        session.execute(text("INSERT INTO things VALUES (:name)"), [{"name": name} for name in wanted])
        after_commit(session, lambda: told.extend(wanted))
        return list(wanted)

    async with a_database(tmp_path) as db:
        context, first = object(), Held("first")
        held = asyncio.create_task(db.write(first.run))
        await first.until_begun()
        each = [asyncio.create_task(db.write_each(_add_each, context, name)) for name in ("a", "first", "b")]
        await asyncio.sleep(0)
        first.let_go.set()
        _held, a, guilty, b = await asyncio.gather(held, *each, return_exceptions=True)
        assert (a, type(guilty), b) == ("a", IntegrityError, "b")
        assert (told, on_disk(tmp_path)) == (["a", "b"], {"first", "a", "b"})
