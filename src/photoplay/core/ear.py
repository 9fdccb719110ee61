"""Hears the signals of all processes on one Postgres. Loaded only where there is one."""

import asyncio
from collections.abc import Callable
from typing import Final

import orjson
import psycopg
from sqlalchemy import make_url

from photoplay.core.log import Log
from photoplay.core.postgres import CONNECTION
from photoplay.core.signals import CHANNEL, Signal

_AGAIN_SECONDS: Final = 1.0
_log = Log("database")


class Ear:
    """Hears what all processes tell, on the loop, one after the other. `on_gap`: something may have been missed."""

    def __init__(self, url: str, own: str, *, hear: Callable[[Signal], None], on_gap: Callable[[], None]) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._own, self._hear, self._on_gap = own, hear, on_gap
        self._task: asyncio.Task[None] | None = None
        self._is_listening = asyncio.Event()

    async def start(self) -> None:
        """Begins to listen. Returns when it does, or when the database is away: then it goes on trying."""
        self._task = asyncio.create_task(self._listen_forever(), name="ear")
        await self._is_listening.wait()

    async def stop(self) -> None:
        """Ends."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _listen_forever(self) -> None:
        while True:
            try:
                await self._listen()
            except psycopg.Error as error:
                _log.warning("signals.lost", reason=str(error).strip().splitlines()[:1])
            self._is_listening.set()
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True, **CONNECTION) as connection:
            await connection.execute(f"LISTEN {CHANNEL}".encode())
            if self._is_listening.is_set():
                self._on_gap()
            self._is_listening.set()
            async for notice in connection.notifies():
                sender, topic, facts = orjson.loads(notice.payload)
                self._hear(Signal(topic, facts, is_own=sender == self._own))
