"""The database: `write` runs a function in a transaction that is committed before anybody is answered, `read` in a snapshot.

SQLite has one writer, whose functions share transactions; Postgres gives each function a connection and a transaction.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from photoplay.core.callbacks import after_commit
from photoplay.core.errors import PhotoplayError, Unavailable
from photoplay.core.ids import new_id
from photoplay.core.log import Log
from photoplay.core.postgres import WRITERS, PostgresWriter, postgres_engine, snapshots_of
from photoplay.core.signals import Signal
from photoplay.core.sqlite import SqliteWriter, sqlite_engine

if TYPE_CHECKING:
    from photoplay.core.ear import Ear

__all__ = ["Database", "DatabaseAway", "DatabaseDamaged", "after_commit", "in_plain_words", "migration_engine"]

T = TypeVar("T")
A = TypeVar("A")
C = TypeVar("C")
READERS: Final = 4
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_log = Log("database")


class DatabaseAway(Unavailable):
    """The database cannot be used right now: not reachable, full, or stopping."""

    code = "database_away"


class DatabaseDamaged(PhotoplayError):
    """The file of the database is damaged or is none: only a backup helps, or what SQLite can recover."""

    code = "database_damaged"
    status = 503


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turns what a database says about itself into `DatabaseAway`, which names no password, or `DatabaseDamaged`."""
    try:
        yield
    except OperationalError as error:
        reason = (str(error.orig).strip().splitlines() or ["no reason given"])[0][:200].rstrip(".")
        _log.warning("database.away", reason=reason)
        raise DatabaseAway(f"The database cannot be used: {reason}. Mend that, then try again.") from error
    except DatabaseError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
            raise
        _log.warning("database.damaged", reason=str(error.orig))
        raise DatabaseDamaged(
            f"The studio's database, photoplay.sqlite3 in the data folder, is damaged: {error.orig}. Stop the studio and "
            "put a backup of the file in its place; without one, `sqlite3 photoplay.sqlite3 .recover` may save most of it."
        ) from error


def migration_engine(url: str) -> Engine:
    """An engine whose every transaction excludes all other writers, to bring the schema up to date before anything else."""
    if url.startswith("sqlite"):
        return sqlite_engine(url, begin="BEGIN EXCLUSIVE", size=1, query_only=False)
    return postgres_engine(url, size=1)


class Database:
    """The app's database on SQLite (a file) or Postgres (an address). Open it once, close it at the end."""

    def __init__(self, url: str) -> None:
        self._url, self._name = url, new_id("prc")
        self.is_sqlite = url.startswith("sqlite")
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="db-read")
        self._writer: SqliteWriter | PostgresWriter
        if self.is_sqlite:
            self._engine = self._snapshots = sqlite_engine(url, begin="BEGIN", size=READERS, query_only=True)
            self._writer = SqliteWriter(url)
        else:
            self._engine = postgres_engine(url, size=READERS + WRITERS + 1)
            self._snapshots = snapshots_of(self._engine)
            self._writer = PostgresWriter(self._engine, self._name)

    @classmethod
    def sqlite(cls, path: Path) -> "Database":
        """The database in this file, made when it is not there."""
        return cls(f"sqlite:///{path}")

    def ear(self, *, hear: Callable[[Signal], None], on_gap: Callable[[], None]) -> "Ear | None":
        """What hears the signals of all processes on this database; None on SQLite, where one process is all there is."""
        if self.is_sqlite:
            return None
        from photoplay.core.ear import Ear

        return Ear(self._url, self._name, hear=hear, on_gap=on_gap)

    async def write(self, run: Callable[[Session], T]) -> T:
        """Runs `run(session)` in a transaction. Returns after the commit; an error rolls back what `run` did, and is raised.

        `run` may be run again: on Postgres when another transaction stood in its way, on SQLite when another function failed
        in the transaction that they shared. So it keeps nothing outside the session, and adds only rows that it has made.
        """
        with in_plain_words():
            return await self._writer.write(run)

    async def write_each(
        self, run: Callable[[Session, C, Sequence[A]], Sequence[T | Exception]], context: C, about: A
    ) -> T:
        """Like `write`, for what many do at the same time: on SQLite all that wait for `run` in this `context` are done in one.

        `run(session, context, abouts)` returns an outcome for each in their order; one that is an exception is raised to who
        asked for it, and must have written nothing. When `run` itself raises, it is run again for each alone.
        """
        with in_plain_words():
            return await self._writer.write_each(run, context, about)

    def write_now(self, run: Callable[[Session], T]) -> T:
        """Runs `run(session)` in a transaction in this very thread, on Postgres only. Never on the event loop."""
        with in_plain_words(), Session(self._engine, expire_on_commit=False) as session, session.begin():
            return run(session)

    async def read(self, run: Callable[[Session], T]) -> T:
        """Runs `run(session)` in a snapshot of its own, next to other readers. Writing in it fails."""
        with in_plain_words():
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, run)

    def close(self) -> None:
        """Waits for what is being written, then closes all connections."""
        self._writer.close()
        self._threads.shutdown()
        self._engine.dispose()

    def _read(self, run: Callable[[Session], T]) -> T:
        with Session(self._snapshots, expire_on_commit=False) as session, session.begin():
            return run(session)
