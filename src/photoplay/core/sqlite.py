"""SQLite: one thread writes. All functions that wait share one transaction, each in a savepoint of its own (group commit)."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

from photoplay.core.callbacks import announce, callbacks_of
from photoplay.core.rows import json_text

T = TypeVar("T")
_GROUP: Final = 200
_PRAGMAS: Final = (
    "busy_timeout=30000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "mmap_size=268435456",
)


@dataclass
class _Write:
    run: Callable[[Session], Any]
    loop: asyncio.AbstractEventLoop
    answer: "Future[Any]" = field(default_factory=Future)
    callbacks: list[Callable[[], None]] = field(default_factory=list)
    outcome: Any = None
    error: BaseException | None = None


class SqliteWriter:
    """The one writer of a database file. It begins at once and ends with `close`."""

    def __init__(self, url: str) -> None:
        self._engine = sqlite_engine(url, begin="BEGIN IMMEDIATE", size=1, query_only=False)
        self._inbox: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_forever, name="db-write", daemon=True)
        self._thread.start()

    def put(self, run: Callable[[Session], T], loop: asyncio.AbstractEventLoop) -> "Future[T]":
        """Queues a function. Its answer comes after the commit, and after what it asked to be told on the loop."""
        write = _Write(run, loop)
        self._inbox.put(write)
        return write.answer

    def close(self) -> None:
        """Waits for what is queued, then lets go of the file."""
        self._inbox.put(None)
        self._thread.join()
        self._engine.dispose()

    def _write_forever(self) -> None:
        with self._engine.connect() as connection:
            while (first := self._inbox.get()) is not None:
                group, is_last = self._gather(first)
                _commit_group(connection, group)
                if is_last:
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


def sqlite_engine(url: str, *, begin: str, size: int, query_only: bool) -> Engine:
    """Connections to a file, each transaction opened by `begin`, which says whom it keeps out."""
    engine = create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
        json_serializer=json_text,
        json_deserializer=orjson.loads,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if query_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _commit_group(connection: Connection, group: list[_Write]) -> None:
    try:
        with connection.begin():
            for write in group:
                _run_in_savepoint(connection, write)
    except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
        connection.invalidate()  # a commit that failed may have left its transaction open: the next group connects anew
        for write in group:
            write.error = write.error or error
    for write in group:
        if write.error is not None:
            write.answer.set_exception(write.error)
        else:
            announce(write.loop, write.callbacks)
            write.answer.set_result(write.outcome)


def _run_in_savepoint(connection: Connection, write: _Write) -> None:
    session = Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    try:
        write.outcome = write.run(session)
        session.commit()
        write.callbacks = callbacks_of(session)
    except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
        session.rollback()
        write.error = error
    finally:
        session.close()
