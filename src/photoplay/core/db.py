"""The database: `write` runs a function in a transaction that is committed before anybody is answered, `read` in a snapshot.

SQLite has one writer: its thread lets all functions that wait share one transaction, each in a savepoint of its own (group
commit), because the wait for the disk is what costs. Postgres gives each function a pooled connection and a transaction.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

T = TypeVar("T")
_GROUP: Final = 200
_AFTER: Final = "after_commit"


def migration_engine(url: str) -> Engine:
    """An engine whose every transaction excludes all other writers, to bring the schema up to date before anything else."""
    if url.startswith("sqlite"):
        return _sqlite_engine(url, begin="BEGIN EXCLUSIVE", size=1, query_only=False)
    return create_engine(url, pool_size=1)


def after_commit(session: Session, callback: Callable[[], None]) -> None:
    """Runs `callback` on the event loop once the transaction is on disk; never if it fails."""
    session.info.setdefault(_AFTER, []).append(callback)


@dataclass
class _Write:
    run: Callable[[Session], Any]
    answer: "Future[Any]" = field(default_factory=Future)
    callbacks: list[Callable[[], None]] = field(default_factory=list)
    outcome: Any = None
    error: BaseException | None = None


class Database:
    """The app's database on SQLite (a file) or Postgres (an address). Open it once, close it at the end."""

    def __init__(self, url: str, *, readers: int = 4) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="db-read")
        if self.is_sqlite:
            self._read_engine = _sqlite_engine(url, begin="BEGIN", size=readers, query_only=True)
            self._write_engine = _sqlite_engine(url, begin="BEGIN IMMEDIATE", size=1, query_only=False)
            self._inbox: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
            self._writer = threading.Thread(target=self._write_forever, name="db-write", daemon=True)
            self._writer.start()
        else:
            self._read_engine = self._write_engine = create_engine(url, pool_size=readers + 8, pool_pre_ping=True)
            self._writers = ThreadPoolExecutor(8, thread_name_prefix="db-write")

    @classmethod
    def sqlite(cls, path: Path) -> "Database":
        """The database in this file, made when it is not there."""
        return cls(f"sqlite:///{path}")

    async def write(self, run: Callable[[Session], T]) -> T:
        """Runs `run(session)` in a transaction. Returns after the commit; an error rolls back what `run` did, and is raised."""
        loop = asyncio.get_running_loop()
        if not self.is_sqlite:
            outcome, callbacks = await loop.run_in_executor(self._writers, self._write_alone, run)
        else:
            write = _Write(run)
            self._inbox.put(write)
            outcome = await asyncio.shield(asyncio.wrap_future(write.answer))
            callbacks = write.callbacks
        for callback in callbacks:
            callback()
        return outcome

    async def read(self, run: Callable[[Session], T]) -> T:
        """Runs `run(session)` in a snapshot of its own, next to other readers. Writing in it fails."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, run)

    def close(self) -> None:
        """Waits for what is being written, then closes all connections."""
        if self.is_sqlite:
            self._inbox.put(None)
            self._writer.join()
        else:
            self._writers.shutdown()
        self._readers.shutdown()
        self._read_engine.dispose()
        self._write_engine.dispose()

    def _read(self, run: Callable[[Session], T]) -> T:
        with Session(self._read_engine, expire_on_commit=False) as session, session.begin():
            return run(session)

    def _write_alone(self, run: Callable[[Session], T]) -> tuple[T, list[Callable[[], None]]]:
        with Session(self._write_engine, expire_on_commit=False) as session, session.begin():
            outcome = run(session)
        return outcome, session.info.get(_AFTER, [])

    def _write_forever(self) -> None:
        with self._write_engine.connect() as connection:
            while (first := self._inbox.get()) is not None:
                group, last = self._gather(first)
                _commit_group(connection, group)
                if last:
                    return

    def _gather(self, first: _Write) -> tuple[list[_Write], bool]:
        group = [first]
        while len(group) < _GROUP:
            try:
                write = self._inbox.get_nowait()
            except queue.Empty:
                break
            if write is None:
                return group, True
            group.append(write)
        return group, False


def _commit_group(connection: Connection, group: list[_Write]) -> None:
    try:
        with connection.begin():
            for write in group:
                _run_in_savepoint(connection, write)
    except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
        for write in group:
            write.error = write.error or error
    for write in group:
        if write.error is not None:
            write.answer.set_exception(write.error)
        else:
            write.answer.set_result(write.outcome)


def _run_in_savepoint(connection: Connection, write: _Write) -> None:
    session = Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    try:
        write.outcome = write.run(session)
        session.commit()
        write.callbacks = session.info.get(_AFTER, [])
    except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
        session.rollback()
        write.error = error
    finally:
        session.close()


def _sqlite_engine(url: str, *, begin: str, size: int, query_only: bool) -> Engine:
    engine = create_engine(url, pool_size=size, max_overflow=0, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=30000",
            "foreign_keys=ON",
            "mmap_size=268435456",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if query_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
