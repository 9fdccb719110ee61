"""Brings what other processes have recorded to those who listen to this one, in the order of the numbers."""

import asyncio
from collections.abc import Mapping
from typing import Any

from photoplay.core.db import Database, DatabaseAway
from photoplay.events.live import Hub
from photoplay.events.queries import events_between
from photoplay.events.schemas import EventView


class Relay:
    """Reads the events that a signal tells of, and tells the hub. Loop only."""

    def __init__(self, db: Database, hub: Hub) -> None:
        self._db, self._hub = db, hub
        self._heard: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins."""
        self._task = asyncio.create_task(self._relay_forever(), name="relay")

    async def stop(self) -> None:
        """Ends."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def hear(self, facts: Mapping[str, Any]) -> None:
        """News of stored events. Where nobody listens to their owner, nothing is read."""
        if self._hub.is_heard(facts["owner"]):
            self._heard.put_nowait(facts)

    async def _relay_forever(self) -> None:
        while True:
            facts = await self._heard.get()
            owner_id, after, last = facts["owner"], facts["after"], facts["last"]
            try:
                views = await self._read(owner_id, after, last)
            except DatabaseAway:
                self._hub.tell_reset()
                continue
            for view in views:
                self._hub.tell_event(owner_id, view)

    async def _read(self, owner_id: str, after: int, last: int) -> list[EventView]:
        return await self._db.read(lambda session: events_between(session, owner_id, after=after, last=last))
