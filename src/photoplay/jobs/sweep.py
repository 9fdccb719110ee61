"""A loop that looks for work in our rows: at once when woken, else at its interval. What a crash left is found by the same look."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from photoplay.core.log import Log

_log = Log("jobs")


class Sweep:
    """Calls `look()` when woken or when `interval_seconds` have passed, never twice at the same time.

    An error is logged and the loop goes on at its next interval.
    """

    def __init__(self, name: str, look: Callable[[], Awaitable[None]], *, interval_seconds: float) -> None:
        self.name = name
        self._look = look
        self._interval_seconds = interval_seconds
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins, with a first look at once."""
        self._woken.set()
        self._task = asyncio.create_task(self._run(), name=f"sweep {self.name}")

    def wake(self) -> None:
        """Looks as soon as possible. From the event loop only."""
        self._woken.set()

    async def stop(self) -> None:
        """Ends the loop; a look in progress is cancelled."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._interval_seconds):
                    await self._woken.wait()
            self._woken.clear()
            try:
                await self._look()
            except Exception as error:  # noqa: BLE001 - the next look may go better
                _log.failure("sweep.failed", error, sweep=self.name)
                await asyncio.sleep(min(1.0, self._interval_seconds))
