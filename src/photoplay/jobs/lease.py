"""This process's right to work: renewed by beats, over when they fail. Whoever has lost it neither sends nor admits."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable
from typing import Final

from photoplay.core import clock
from photoplay.core.db import Database, DatabaseAway
from photoplay.core.errors import Unavailable
from photoplay.core.files import in_thread
from photoplay.core.ids import new_id
from photoplay.core.log import Log
from photoplay.jobs import workers
from photoplay.jobs.tables import WorkerRow
from photoplay.jobs.workers import WorkerKind

BEATS: Final = 3
"""Beats in the life of a lease: two may fail."""
_AGAIN_SECONDS: Final = 1.0
_NAME_CHARACTERS: Final = 120
_log = Log("jobs")


class LeaseOver(Unavailable):
    """This process was silent for too long: others may do its work by now, so it does nothing of it."""

    code = "lease_over"


class Lease:
    """One per process. `seconds`: after so much silence others take its work; it itself stops sending after half of that.

    On SQLite a process that holds its folder is the only one, so its lease never ends.
    """

    def __init__(
        self,
        db: Database,
        *,
        kind: WorkerKind,
        place: str,
        seconds: float,
        is_leaving: bool = False,
        lived: Callable[[], float] = clock.lived_seconds,
    ) -> None:
        self._db, self._kind, self._place, self.seconds, self._lived = db, kind, place, seconds, lived
        self.id = ""
        self.is_leaving = is_leaving
        self._beaten_at = float("-inf")
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._on_lost: Callable[[], None] = lambda: None
        self._on_leaving: Callable[[], None] = lambda: None

    @property
    def is_held(self) -> bool:
        """Whether this process may still send and admit."""
        return bool(self.id) and (self._db.is_sqlite or self._lived() - self._beaten_at < self.seconds / 2)

    def check(self) -> None:
        """Raises `LeaseOver` where something paid must not be sent any more."""
        if not self.is_held:
            raise LeaseOver("This machine was out of reach for too long; another one goes on with this.")

    async def begin(self, *, on_lost: Callable[[], None], on_leaving: Callable[[], None]) -> None:
        """Joins the workers and beats from now on. Both callbacks come on the loop."""
        self._on_lost, self._on_leaving = on_lost, on_leaving
        await self.join()
        if not self._db.is_sqlite:
            loop = asyncio.get_running_loop()
            self._thread = threading.Thread(target=self._beat_forever, args=(loop,), name="lease", daemon=True)
            self._thread.start()

    async def join(self) -> None:
        """Becomes a worker, anew after the lease was lost: under another id, so that nothing of before is its own."""
        began, worker = self._lived(), self._row()
        await self._db.write(lambda session: workers.join(session, worker))
        self.id, self._beaten_at = worker.id, began

    def stay_or_leave(self, is_leaving: bool) -> None:
        """The operator wants this worker to go, or to stay after all."""
        if is_leaving != self.is_leaving:
            self.is_leaving = is_leaving
            self._on_leaving()

    async def end(self) -> None:
        """Leaves: what this process had is anybody's at once."""
        self._ended.set()
        if self._thread is not None:
            thread, self._thread = self._thread, None
            await in_thread(thread.join)
        if self.id:
            gone, self.id = self.id, ""
            await self._db.write(lambda session: workers.leave(session, gone))

    def _row(self) -> WorkerRow:
        now = clock.now()
        return WorkerRow(
            id=new_id("wrk"),
            place=self._place,
            kind=self._kind,
            host=socket.gethostname()[:_NAME_CHARACTERS],
            pid=os.getpid(),
            started_at=now,
            beat_at=now,
            is_leaving=self.is_leaving,
        )

    def _beat_forever(self, loop: asyncio.AbstractEventLoop) -> None:
        pause = self.seconds / BEATS
        while not self._ended.wait(pause):
            try:
                is_alive = self._beat(loop)
            except DatabaseAway:
                is_alive = False
            pause = self.seconds / BEATS if is_alive else min(_AGAIN_SECONDS, self.seconds / BEATS)

    def _beat(self, loop: asyncio.AbstractEventLoop) -> bool:
        began, mine = self._lived(), self.id
        told = self._db.write_now(lambda session: workers.beat(session, mine))
        if mine != self.id:
            return True  # it has joined anew meanwhile
        if told is None:
            self._beaten_at = float("-inf")
            _log.warning("lease.lost", worker=mine)
            loop.call_soon_threadsafe(self._on_lost)
            return False
        self._beaten_at = began
        loop.call_soon_threadsafe(self.stay_or_leave, told)
        return True
