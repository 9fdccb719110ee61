"""The database: `write` runs a function in a transaction that is committed before anybody is answered, `read` in a snapshot.

SQLite has one writer, whose functions share transactions; Postgres gives each function a connection and a transaction.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from photoplay.core.callbacks import after_commit
from photoplay.core.errors import Unavailable
from photoplay.core.log import Log
from photoplay.core.postgres import (
    WRITERS,
    DatabaseInUse,
    PostgresWriter,
    claim_database,
    postgres_engine,
    snapshots_of,
)
from photoplay.core.sqlite import SqliteWriter, sqlite_engine

__all__ = ["Database", "DatabaseAway", "DatabaseInUse", "after_commit", "in_plain_words", "migration_engine"]

T = TypeVar("T")
READERS: Final = 4
_log = Log("database")


class DatabaseAway(Unavailable):
    """The database cannot be used right now: not reachable, full, or stopping."""

    code = "database_away"


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turns what a database says about itself into `DatabaseAway`, which names no password."""
    try:
        yield
    except OperationalError as error:
        reason = (str(error.orig).strip().splitlines() or ["no reason given"])[0][:200].rstrip(".")
        _log.warning("database.away", reason=reason)
        raise DatabaseAway(f"The database cannot be used: {reason}. Mend that, then try again.") from error


def migration_engine(url: str) -> Engine:
    """An engine whose every transaction excludes all other writers, to bring the schema up to date before anything else."""
    if url.startswith("sqlite"):
        return sqlite_engine(url, begin="BEGIN EXCLUSIVE", size=1, query_only=False)
    return postgres_engine(url, size=1)


class Database:
    """The app's database on SQLite (a file) or Postgres (an address). Open it once, close it at the end."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="db-read")
        self._claim: Connection | None = None
        self._writer: SqliteWriter | PostgresWriter
        if self.is_sqlite:
            self._engine = self._snapshots = sqlite_engine(url, begin="BEGIN", size=READERS, query_only=True)
            self._writer = SqliteWriter(url)
        else:
            self._engine = postgres_engine(url, size=READERS + WRITERS + 1)
            self._snapshots = snapshots_of(self._engine)
            self._writer = PostgresWriter(self._engine)

    @classmethod
    def sqlite(cls, path: Path) -> "Database":
        """The database in this file, made when it is not there."""
        return cls(f"sqlite:///{path}")

    def claim(self) -> None:
        """Makes this process the only one that serves the database, until `close` or until the process dies.

        Raises `DatabaseInUse`. An embedded database needs no claim: its folder has a lock.
        """
        if not self.is_sqlite:
            with in_plain_words():
                self._claim = claim_database(self._engine)

    async def write(self, run: Callable[[Session], T]) -> T:
        """Runs `run(session)` in a transaction. Returns after the commit; an error rolls back what `run` did, and is raised.

        On Postgres `run` is run again when another transaction stood in its way, so it keeps nothing outside the session.
        """
        with in_plain_words():
            return await asyncio.shield(asyncio.wrap_future(self._writer.put(run, asyncio.get_running_loop())))

    async def read(self, run: Callable[[Session], T]) -> T:
        """Runs `run(session)` in a snapshot of its own, next to other readers. Writing in it fails."""
        with in_plain_words():
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, run)

    def close(self) -> None:
        """Waits for what is being written, then closes all connections."""
        self._writer.close()
        self._threads.shutdown()
        if self._claim is not None:
            self._claim.close()
        self._engine.dispose()

    def _read(self, run: Callable[[Session], T]) -> T:
        with Session(self._snapshots, expire_on_commit=False) as session, session.begin():
            return run(session)
