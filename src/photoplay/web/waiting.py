"""`?wait`: asks for media and stays until it has ended, told by events, so that hardly anything is read."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress

from photoplay import generation
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.events import EventView, Message, Subscription
from photoplay.generation import GenerationView, Status, Taken


async def taken_and_ended(
    studio: Studio, viewer: Viewer, asking: Awaitable[Taken], seconds: float
) -> tuple[Taken, list[GenerationView]]:
    """What was taken in, and its generations when all have ended or the time is over, whichever comes first.

    Who listens before asking misses nothing, and the event of an end has all that the row would say.
    """
    if seconds <= 0:
        taken = await asking
        return taken, taken.batch.items
    subscription = studio.runtime.hub.listen(viewer.user_id)
    try:
        taken = await asking
        items = {item.id: item for item in taken.batch.items}
        subscription.only(lambda event: _is_end_of(event, items))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await _follow(studio, viewer, items, subscription)
    finally:
        studio.runtime.hub.leave(viewer.user_id, subscription)
    if not _have_ended(items):
        await _read(studio, viewer, items)
    return taken, list(items.values())


async def _follow(studio: Studio, viewer: Viewer, items: dict[str, GenerationView], subscription: Subscription) -> None:
    while not _have_ended(items):
        message = await subscription.next()
        if message.type == "closed":
            return
        if message.type == "reset":
            await _read(studio, viewer, items)
        ended = _end_told(message, items)
        if ended is not None:
            items[ended.id] = ended


def _end_told(message: Message, items: dict[str, GenerationView]) -> GenerationView | None:
    """The end of one of these, where the message tells of it."""
    if message.event is None or not _is_end_of(message.event, items):
        return None
    return GenerationView.model_validate(message.event.data["generation"])


def _is_end_of(event: EventView, items: dict[str, GenerationView]) -> bool:
    told = event.data.get("generation")
    return told is not None and told["id"] in items and Status(told["status"]).is_final


def _have_ended(items: dict[str, GenerationView]) -> bool:
    return all(Status(item.status).is_final for item in items.values())


async def _read(studio: Studio, viewer: Viewer, items: dict[str, GenerationView]) -> None:
    ids = list(items)
    read = await studio.runtime.db.read(
        lambda session: generation.generations_by_id(session, viewer.user_id, ids),
    )
    items.update({item.id: item for item in read})
