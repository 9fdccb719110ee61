"""SQLite: one thread writes. All functions that wait share one transaction (group commit), and one that fails harms no other.

Those that are alike are run as one, with what each is about: one statement for fifty rows takes a tenth of fifty.

A savepoint for each costs as much as what it guards, and hardly one in a thousand fails. So a group runs without; when one
fails after it has written something, all is taken back and done again, then each in a savepoint of its own.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import Connection, Engine, RootTransaction, create_engine, event
from sqlalchemy.orm import Session

from photoplay.core.callbacks import callbacks_of
from photoplay.core.rows import json_text, write_changes

T = TypeVar("T")
A = TypeVar("A")
C = TypeVar("C")
_GROUP: Final = 200
_LONGEST_BUSY_SECONDS: Final = 30
_PRAGMAS: Final = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "mmap_size=268435456",
)


@dataclass
class _Write:
    """One of those that wait. `run` takes what several are about whose `kind` is the same, and returns an outcome for each."""

    run: Callable[[Session, Sequence[Any]], Sequence[Any]]
    kind: Hashable
    about: Any
    answer: "asyncio.Future[Any]"
    callbacks: list[Callable[[], None]] = field(default_factory=list)
    outcome: Any = None
    error: BaseException | None = None


class SqliteWriter:
    """The one writer of a database file. It begins at once and ends with `close`."""

    def __init__(self, url: str) -> None:
        self._engine = sqlite_engine(url, begin=None, size=1, query_only=False)
        self._inbox: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_forever, name="db-write", daemon=True)
        self._thread.start()

    async def write(self, run: Callable[[Session], T]) -> T:
        """Queues a function. Its answer comes after the commit, and after what it asked to be told on the loop."""
        answer: T = await self._queue(lambda session, _about: [run(session)], object(), None)
        return answer

    async def write_each(
        self, run: Callable[[Session, C, Sequence[A]], Sequence[T | Exception]], context: C, about: A
    ) -> T:
        """Queues a function to be run together with those that are the same in the same context."""
        answer: T = await self._queue(lambda session, abouts: run(session, context, abouts), (run, id(context)), about)
        return answer

    def _queue(
        self, run: Callable[[Session, Sequence[Any]], Sequence[Any]], kind: Hashable, about: Any
    ) -> "asyncio.Future[Any]":
        write = _Write(run, kind, about, asyncio.get_running_loop().create_future())
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


def sqlite_engine(url: str, *, begin: str | None, size: int, query_only: bool) -> Engine:
    """Connections to a file, each transaction opened by `begin`, which says whom it keeps out.

    None: who begins one opens it. An engine that is listened to takes half as long again for every statement.
    """
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
        connection.execute(f"PRAGMA busy_timeout={_LONGEST_BUSY_SECONDS * 1000}")
        _use_write_ahead_log(connection)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if query_only:
            connection.execute("PRAGMA query_only=ON")

    if begin is not None:

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

    return engine


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Of several that open a new file, SQLite refuses at once all but the one who turns its log on, whatever the timeout."""
    began = time.monotonic()
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() - began > _LONGEST_BUSY_SECONDS:
                raise
            time.sleep(0.01)
        else:
            return


class _SpoiltError(Exception):
    """A function failed after it had written something, so what others wrote in this transaction cannot be kept."""


def _commit_group(connection: Connection, group: list[_Write]) -> None:
    try:
        try:
            _commit_together(connection, group)
        except _SpoiltError:
            _commit_guarded(connection, group)
    except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
        connection.invalidate()  # a commit that failed may have left its transaction open: the next group connects anew
        for write in group:
            write.error = write.error or error
    for loop in {write.answer.get_loop() for write in group}:
        with contextlib.suppress(RuntimeError):  # a loop that has ended has nobody left to tell
            loop.call_soon_threadsafe(_tell, [write for write in group if write.answer.get_loop() is loop])


def _tell(group: list[_Write]) -> None:
    """On the loop: first what is to happen after each commit, then its answer, unless who asked has left."""
    for write in group:
        if write.error is None:
            for callback in write.callbacks:
                write.answer.get_loop().call_soon(callback)
        if write.answer.done():
            continue
        if write.error is None:
            write.answer.set_result(write.outcome)
        else:
            write.answer.set_exception(_raisable(write.error))


def _raisable(error: BaseException) -> BaseException:
    """A future cannot raise what ends an iteration."""
    return RuntimeError(repr(error)) if isinstance(error, StopIteration) else error


def _commit_together(connection: Connection, group: list[_Write]) -> None:
    """Raises `_SpoiltError` when all must be done again; then nothing is written."""
    with _transaction(connection) as transaction:
        for writes in _alike(group):
            _run_plainly(transaction, writes)


def _alike(group: Sequence[_Write]) -> list[list[_Write]]:
    """Those of the same kind together, each kind where its first stood."""
    kinds: dict[Hashable, list[_Write]] = {}
    for write in group:
        kinds.setdefault(write.kind, []).append(write)
    return list(kinds.values())


@contextlib.contextmanager
def _transaction(connection: Connection) -> Iterator[RootTransaction]:
    with connection.begin() as transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield transaction


def _run_plainly(transaction: RootTransaction, writes: Sequence[_Write]) -> None:
    before = _rows_written(transaction)
    session = Session(transaction.connection, expire_on_commit=False, join_transaction_mode="rollback_only")
    try:
        _run(session, writes)
        session.flush()
    except BaseException as error:
        if len(writes) > 1 or not transaction.is_active or _rows_written(transaction) != before:
            raise _SpoiltError from error
        writes[0].error = error
    finally:
        session.close()


def _run(session: Session, writes: Sequence[_Write]) -> None:
    """Runs what is alike, and writes its changes. An outcome that is an exception is raised to who asked for it."""
    for write, outcome in zip(writes, writes[0].run(session, [write.about for write in writes]), strict=True):
        write.outcome, write.error = (None, outcome) if isinstance(outcome, Exception) else (outcome, None)
    write_changes(session)
    for write in [write for write in writes if write.error is None][:1]:
        write.callbacks = callbacks_of(session)


def _rows_written(transaction: RootTransaction) -> int:
    """How many rows were written by this connection so far."""
    count: int = transaction.connection.connection.dbapi_connection.total_changes  # type: ignore[union-attr]
    return count


def _commit_guarded(connection: Connection, group: list[_Write]) -> None:
    with _transaction(connection):
        for write in group:
            write.error = None
            _run_in_savepoint(connection, write)


def _run_in_savepoint(connection: Connection, write: _Write) -> None:
    session = Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    try:
        _run(session, [write])
        session.commit()
    except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
        session.rollback()
        write.error = error
    finally:
        session.close()
