"""Postgres: each write has a pooled connection and a transaction of its own. What a deadlock threw out is done again."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from photoplay.core.callbacks import announce, callbacks_of
from photoplay.core.rows import json_text, write_changes
from photoplay.core.signals import SENDER

T = TypeVar("T")
A = TypeVar("A")
C = TypeVar("C")
WRITERS: Final = 8
_ATTEMPTS: Final = 5
_LOST_TO_ANOTHER: Final = frozenset({"40001", "40P01"})
CONNECTION: Final[dict[str, Any]] = {
    "application_name": "photoplay",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 40_000,
}
"""With these a server that has gone silent is noticed within a minute, by us and by it."""


def postgres_engine(url: str, *, size: int) -> Engine:
    """Pooled connections. One that the server has closed meanwhile is replaced when it is taken."""
    return create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=json_text,
        json_deserializer=orjson.loads,
        connect_args=dict(CONNECTION),
    )


def snapshots_of(engine: Engine) -> Engine:
    """The same connections for readers: all they read is of one moment, and they cannot write."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


class PostgresWriter:
    """Writes side by side, in as many threads as there are connections for them."""

    def __init__(self, engine: Engine, sender: str) -> None:
        self._engine = engine
        self._info = {SENDER: sender}
        self._threads = ThreadPoolExecutor(WRITERS, thread_name_prefix="db-write")
        self._turns = _Turns()

    async def write(self, run: Callable[[Session], T]) -> T:
        """Queues a function. Its answer comes after the commit, and after what it asked to be told on the loop."""
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(self._threads, self._write, run, loop))

    async def write_each(
        self, run: Callable[[Session, C, Sequence[A]], Sequence[T | Exception]], context: C, about: A
    ) -> T:
        """Queues a function for one of what it can do several of: side by side they would wait for each other's rows."""
        (outcome,) = await self.write(lambda session: run(session, context, [about]))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def close(self) -> None:
        """Waits for what is queued."""
        self._threads.shutdown()

    def _write(self, run: Callable[[Session], T], loop: asyncio.AbstractEventLoop) -> T:
        for _attempt in range(_ATTEMPTS - 1):
            try:
                return self._write_once(run, loop)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _LOST_TO_ANOTHER:
                    raise
        return self._write_once(run, loop)

    def _write_once(self, run: Callable[[Session], T], loop: asyncio.AbstractEventLoop) -> T:
        with Session(self._engine, expire_on_commit=False, info=dict(self._info)) as session:
            outcome = run(session)
            write_changes(session)
            session.flush()
            callbacks: list[Callable[[], None]] = []
            ticket = self._turns.take()
            try:
                session.commit()
                callbacks = callbacks_of(session)
            finally:
                self._turns.tell(ticket, lambda: announce(loop, callbacks))
            return outcome


class _Turns:
    """Commits run side by side; what follows them is told in the order in which they began.

    Who waited for another's row lock begins its commit after the other's has ended, so effects never come before causes.
    """

    def __init__(self) -> None:
        self._turned = threading.Condition()
        self._taken = 0
        self._now = 0

    def take(self) -> int:
        """A place in the order. Who takes one must `tell`, however its commit ends."""
        with self._turned:
            self._taken += 1
            return self._taken - 1

    def tell(self, ticket: int, news: Callable[[], None]) -> None:
        """Waits for its turn and tells."""
        with self._turned:
            self._turned.wait_for(lambda: self._now == ticket)
            self._now += 1
            news()
            self._turned.notify_all()
