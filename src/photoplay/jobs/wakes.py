"""Who waits for what: a workflow sleeps on the id of its subject until somebody has news for it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Wakes:
    """Sleepers by subject. Loop only."""

    def __init__(self) -> None:
        self._sleepers: dict[str, asyncio.Event] = {}

    @contextmanager
    def expecting(self, subject: str) -> Iterator[None]:
        """While this is open, news for the subject is kept for its next sleep."""
        self._sleepers[subject] = asyncio.Event()
        try:
            yield
        finally:
            self._sleepers.pop(subject, None)

    def wake(self, subject: str) -> None:
        """Wakes whoever sleeps on this subject, now or at the next sleep; nobody expects anything: nothing happens."""
        event = self._sleepers.get(subject)
        if event is not None:
            event.set()

    async def sleep(self, subject: str, seconds: float) -> bool:
        """Sleeps until woken or until `seconds` have passed. Tells whether it was woken.

        News that came since the last sleep on this subject counts: it returns at once. Call it inside `expecting`.
        """
        event = self._sleepers[subject]
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        event.clear()
        return True
