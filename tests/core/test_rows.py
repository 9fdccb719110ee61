"""Rows: made, changed many at once, and missed when they are gone."""

from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from photoplay.core.db import Database
from photoplay.core.rows import connection_of, table_of
from photoplay.events.tables import CounterRow


async def three(folder: Path) -> Database:
    db = Database.sqlite(folder / "test.sqlite3")

    def _make(session: Session) -> None:
        table_of(CounterRow).create(session.connection())
        session.add_all([CounterRow(owner_id=name, last=1) for name in "abc"])

    await db.write(_make)
    return db


def sums(session: Session) -> dict[str, int]:
    return {row.owner_id: row.last for row in session.scalars(select(CounterRow))}


def raise_all(session: Session) -> None:
    for by, row in enumerate(session.scalars(select(CounterRow).order_by(CounterRow.owner_id)), 1):
        row.last += by


async def test_each_of_many_rows_gets_its_own_change(tmp_path: Path) -> None:
    db = await three(tmp_path)
    await db.write(raise_all)
    assert await db.read(sums) == {"a": 2, "b": 3, "c": 4}
    db.close()


async def test_a_change_of_many_rows_is_lost_as_a_whole_when_one_of_them_is_gone(tmp_path: Path) -> None:
    db = await three(tmp_path)

    def _raise_without_one(session: Session) -> None:
        raise_all(session)
        session.connection().execute(delete(table_of(CounterRow)).where(CounterRow.owner_id == "b"))

    with pytest.raises(StaleDataError):
        await db.write(_raise_without_one)
    assert await db.read(sums) == {"a": 1, "b": 1, "c": 1}
    db.close()


async def test_what_went_past_the_session_is_taken_back_with_its_savepoint(tmp_path: Path) -> None:
    db = await three(tmp_path)

    def _add(session: Session, name: str) -> None:
        connection_of(session).execute(insert(table_of(CounterRow)), {"owner_id": name, "last": 1})

    def _add_some(session: Session) -> None:
        _add(session, "before")
        with suppress(ValueError), session.begin_nested():
            _add(session, "within")
            raise ValueError("refused")
        _add(session, "after")

    await db.write(_add_some)
    assert (await db.read(sums)).keys() == {"a", "b", "c", "before", "after"}
    db.close()


def test_a_row_takes_no_value_that_is_no_column() -> None:
    with pytest.raises(TypeError, match="event_counters has no colour"):
        CounterRow(owner_id="a", last=1, colour="red")
