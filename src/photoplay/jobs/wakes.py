"""Who waits for what: a workflow sleeps on the id of its subject until somebody has news for it."""

import asyncio


class Wakes:
    """Sleepers by subject. Loop only."""

    def __init__(self) -> None:
        self._sleepers: dict[str, asyncio.Event] = {}

    def wake(self, subject: str) -> None:
        """Wakes whoever sleeps on this subject; nobody does: nothing happens."""
        event = self._sleepers.get(subject)
        if event is not None:
            event.set()

    async def sleep(self, subject: str, seconds: float) -> bool:
        """Sleeps until woken or until `seconds` have passed. Tells whether it was woken.

        News that came since the last sleep on this subject counts: it returns at once.
        """
        event = self._sleepers.setdefault(subject, asyncio.Event())
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        event.clear()
        return True

    def forget(self, subject: str) -> None:
        """Drops the subject when its work is over."""
        self._sleepers.pop(subject, None)
