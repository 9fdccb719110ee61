"""Tells those who listen, at once: events with their number, and progress without one."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from photoplay.events.schemas import EventView

_BACKLOG: Final = 1000


@dataclass(frozen=True)
class Message:
    """What a listener gets.

    `reset`: it was too slow or too long away and must read the rows. `check`: it may have lost the right to listen and
    must ask. `closed`: the server stops.
    """

    type: Literal["event", "progress", "reset", "check", "closed"]
    event: EventView | None = None
    data: Mapping[str, Any] | None = None


class Subscription:
    """One listener's queue. A listener that falls far behind gets one `reset` instead of everything."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Message] = asyncio.Queue()
        self._wants: Callable[[EventView], bool] | None = None

    def only(self, wants: Callable[[EventView], bool]) -> None:
        """From now on no progress, and of the events only these: who waits for one thing need not wake for all others."""
        self._wants = wants

    def put(self, message: Message) -> None:
        """Adds a message, if it is wanted; drops all that wait when there are too many."""
        if self._wants is not None and not _is_wanted(message, self._wants):
            return
        if self._queue.qsize() >= _BACKLOG:
            while not self._queue.empty():
                self._queue.get_nowait()
            message = Message("reset")
        self._queue.put_nowait(message)

    async def next(self) -> Message:
        """The next message, as soon as there is one."""
        return await self._queue.get()


def _is_wanted(message: Message, wants: Callable[[EventView], bool]) -> bool:
    if message.type == "progress":
        return False
    return message.event is None or wants(message.event)


class Hub:
    """All listeners of this process, by owner. Loop only."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Subscription]] = defaultdict(set)
        self._closed = False
        self._deserted = asyncio.Event()
        self._deserted.set()

    async def until_deserted(self) -> None:
        """Returns as soon as nobody listens."""
        await self._deserted.wait()

    def listen(self, owner_id: str) -> Subscription:
        """Begins to listen to what happens to this owner. End it with `leave`."""
        subscription = Subscription()
        if self._closed:
            subscription.put(Message("closed"))
        self._listeners[owner_id].add(subscription)
        self._deserted.clear()
        return subscription

    def leave(self, owner_id: str, subscription: Subscription) -> None:
        """Stops listening."""
        self._listeners[owner_id].discard(subscription)
        if not self._listeners[owner_id]:
            del self._listeners[owner_id]
        if not self._listeners:
            self._deserted.set()

    def is_heard(self, owner_id: str) -> bool:
        """Whether anybody listens to this owner."""
        return owner_id in self._listeners

    def tell_reset(self) -> None:
        """Has all who listen read the rows: something may have been missed."""
        for owner_id in list(self._listeners):
            self._tell(owner_id, Message("reset"))

    def tell_event(self, owner_id: str, event: EventView) -> None:
        """Passes a stored event on."""
        self._tell(owner_id, Message("event", event=event))

    def tell_progress(self, owner_id: str, data: Mapping[str, Any]) -> None:
        """Passes progress on. It is not stored: the row has the last one."""
        self._tell(owner_id, Message("progress", data=data))

    def tell_check(self, owner_id: str) -> None:
        """Has all who listen to this owner ask again whether they may."""
        self._tell(owner_id, Message("check"))

    def close(self) -> None:
        """Tells every listener that the server stops, so that open streams end at once."""
        self._closed = True
        for owner_id in list(self._listeners):
            self._tell(owner_id, Message("closed"))

    def _tell(self, owner_id: str, message: Message) -> None:
        for subscription in tuple(self._listeners.get(owner_id, ())):
            subscription.put(message)
