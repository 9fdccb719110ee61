"""This process among those of its studio: its lease, what it hears from the others, and what it does when it is struck out."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from photoplay import events, jobs
from photoplay.core.db import DatabaseAway
from photoplay.core.log import Log
from photoplay.core.signals import Signal
from photoplay.events import Relay
from photoplay.generation.progress import PROGRESS
from photoplay.generation.runtime import ADMIT, WAKE, Runtime
from photoplay.jobs import Sweep

if TYPE_CHECKING:
    from photoplay.core.ear import Ear

LOOKS_IN_A_LEASE = 6
"""How often in the time of a lease somebody looks for the dead."""
_log = Log("workers")


class Presence:
    """Joins, hears, and leaves. `on_sent_away`: what this process does when the operator tells it to leave."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._relay = Relay(runtime.db, runtime.hub)
        self._ear: Ear | None = runtime.db.ear(hear=self._hear, on_gap=self._on_gap)
        self._bury = Sweep("bury", self._strike_out, interval_seconds=runtime.lease.seconds / LOOKS_IN_A_LEASE)
        self._rejoining: asyncio.Task[None] | None = None
        self.on_sent_away: Callable[[], None] = lambda: None

    async def begin(self) -> None:
        """Listens and works from now on."""
        self._relay.start()
        if self._ear is not None:
            await self._ear.start()
            self._bury.start()
        await self._runtime.lease.begin(on_lost=self._on_lost, on_leaving=self._on_leaving)

    async def stay_away(self) -> None:
        """The first part of the end: neither strikes out nor joins anew any more."""
        await self._bury.stop()
        if self._rejoining is not None:
            await asyncio.gather(self._rejoining, return_exceptions=True)

    async def end(self) -> None:
        """Leaves, when nothing is at work here any more: what is left is anybody's at once."""
        with contextlib.suppress(DatabaseAway):
            await self._runtime.lease.end()
        if self._ear is not None:
            await self._ear.stop()
        await self._relay.stop()

    def _hear(self, signal: Signal) -> None:
        """News from the processes of this studio, this one among them."""
        runtime, facts = self._runtime, signal.facts
        if signal.topic == events.RECORDED:
            self._relay.hear(facts)
        elif signal.topic == ADMIT:
            runtime.admit_soon()
        elif signal.topic == WAKE:
            runtime.wake(facts["generation"], is_cancel=facts["is_cancel"])
        elif signal.topic == PROGRESS and not signal.is_own:
            runtime.hub.tell_progress(facts["owner"], facts["data"])
        elif signal.topic == jobs.LEAVING and facts["worker"] == runtime.lease.id:
            runtime.lease.stay_or_leave(facts["is_leaving"])

    def _on_gap(self) -> None:
        """The line to the database was broken: what was told meanwhile is read from the rows."""
        self._runtime.hub.tell_reset()
        self._runtime.admit_soon()

    def _on_lost(self) -> None:
        """Others count this process as dead and go on with what it had: it lets go of all and begins anew."""
        if self._rejoining is None and not self._runtime.is_stopping:
            self._rejoining = asyncio.create_task(self._rejoin())

    async def _rejoin(self) -> None:
        try:
            await self._runtime.engine.break_off()
            await self._runtime.lease.join()
            _log.warning("worker.rejoined", worker=self._runtime.lease.id)
        except DatabaseAway:
            _log.warning("worker.cannot_rejoin")
        finally:
            self._rejoining = None

    def _on_leaving(self) -> None:
        if self._runtime.lease.is_leaving:
            self.on_sent_away()
        else:
            self._runtime.admit_soon()

    async def _strike_out(self) -> None:
        """Strikes out the workers that are silent for too long. What they had is taken over at the next look."""
        seconds = self._runtime.lease.seconds
        dead = await self._runtime.db.write(lambda session: jobs.bury(session, silent_seconds=seconds))
        if dead:
            _log.warning("workers.dead", workers=dead)
            self._runtime.admit_soon()
