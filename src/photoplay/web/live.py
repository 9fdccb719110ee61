"""What happens, as it happens: a WebSocket for the studio, server-sent events for programs. Both resume by number.

Whoever listens is asked before each message whether they still may: a revoked key, an ended session or a disabled user
ends the stream.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import orjson
from fastapi import APIRouter, Header, Request, WebSocket
from fastapi.responses import StreamingResponse
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocketDisconnect

from photoplay import events
from photoplay.accounts import NotSignedIn
from photoplay.bootstrap import Studio
from photoplay.events import EventView, Message, Subscription
from photoplay.web.deps import SESSION_COOKIE, StudioDep, ViewerDep, studio_of, viewer_of

router = APIRouter()
_BEAT_SECONDS: Final = 5.0
_PAGE: Final = 500
_LARGEST: Final = 2**62
_POLICY_VIOLATION: Final = 1008
_GOING_AWAY: Final = 1001
_NUMBER = re.compile(r"[0-9]+", re.ASCII)


@router.get("/api/v1/events", tags=["events"], summary="Events as they happen (SSE)", response_class=StreamingResponse)
async def stream(
    request: Request, studio: StudioDep, viewer: ViewerDep, last_event_id: str | None = Header(default=None)
) -> StreamingResponse:
    """Your events as server-sent events. `Last-Event-ID` resumes without a gap; `reset` says: read the rows again."""
    after = int(last_event_id[:20]) if last_event_id is not None and _NUMBER.fullmatch(last_event_id) else None
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    body = _sse(request, studio, viewer.user_id, after)
    return StreamingResponse(body, media_type="text/event-stream", headers=headers)


async def _sse(request: Request, studio: Studio, owner_id: str, after: int | None) -> AsyncIterator[bytes]:
    subscription = studio.runtime.hub.listen(owner_id)
    seen = 0
    try:
        yield b": hello\n\n"
        for view in await _missed(studio, owner_id, after) if after is not None else []:
            seen = view.id if view else seen
            yield _sse_event(view)
        while (message := await _next(subscription)) is None or message.type != "closed":
            if not await _may_listen(request):
                return
            if message is None:
                yield b": beat\n\n"
            elif _is_news(message, seen):
                yield _sse_message(message)
    finally:
        studio.runtime.hub.leave(owner_id, subscription)


async def _next(subscription: Subscription) -> Message | None:
    try:
        async with asyncio.timeout(_BEAT_SECONDS):
            return await subscription.next()
    except TimeoutError:
        return None


async def _may_listen(connection: HTTPConnection) -> bool:
    try:
        await viewer_of(connection)
    except NotSignedIn:
        return False
    return True


def _is_news(message: Message, seen: int) -> bool:
    """Whether a listener who has seen the event of this number should get the message."""
    return message.type != "check" and (message.event is None or message.event.id > seen)


async def _missed(studio: Studio, owner_id: str, after: int) -> list[EventView | None]:
    """The events after this number; a single None stands for "too long ago, read the rows"."""
    if not 0 <= after <= _LARGEST:
        return [None]
    found: list[EventView] = []
    while (page := await _page(studio, owner_id, found[-1].id if found else after)) is not None:
        found.extend(page)
        if len(page) < _PAGE:
            return list(found)
    return [None]


async def _page(studio: Studio, owner_id: str, after: int) -> list[EventView] | None:
    return await studio.runtime.db.read(lambda session: events.events_after(session, owner_id, after, limit=_PAGE))


def _sse_event(view: EventView | None) -> bytes:
    if view is None:
        return b"event: reset\ndata: {}\n\n"
    data = orjson.dumps(view.model_dump(mode="json"))
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (view.id, view.event.encode(), data)


def _sse_message(message: Message) -> bytes:
    if message.type == "progress":
        return b"event: progress\ndata: %s\n\n" % orjson.dumps(message.data)
    return _sse_event(message.event)


@router.websocket("/api/v1/events/ws")
async def socket(websocket: WebSocket) -> None:
    """The studio's one connection per tab."""
    studio = studio_of(websocket)
    await websocket.accept()
    if not _same_origin(websocket) or not await _may_listen(websocket):
        await websocket.close(_POLICY_VIOLATION)
        return
    owner_id = (await viewer_of(websocket)).user_id
    subscription = studio.runtime.hub.listen(owner_id)
    try:
        number = await studio.runtime.db.read(lambda session: events.last_number(session, owner_id))
        await websocket.send_text(_text({"type": "hello", "last_event_id": number}))
        await websocket.close(await _talk(websocket, studio, owner_id, subscription))
    except (WebSocketDisconnect, NotSignedIn, RuntimeError):
        return
    finally:
        studio.runtime.hub.leave(owner_id, subscription)


async def _talk(websocket: WebSocket, studio: Studio, owner_id: str, subscription: Subscription) -> int:
    """Tells what happens and answers what is asked, one after the other. Returns the code to close with."""
    seen = 0
    hearing = asyncio.create_task(websocket.receive())
    telling = asyncio.create_task(subscription.next())
    try:
        while True:
            await asyncio.wait({hearing, telling}, timeout=_BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not await _may_listen(websocket):
                return _POLICY_VIOLATION
            if hearing.done():
                seen = await _answer(websocket, studio, owner_id, hearing.result()) or seen
                hearing = asyncio.create_task(websocket.receive())
            if telling.done():
                message = telling.result()
                if message.type == "closed":
                    return _GOING_AWAY
                if _is_news(message, seen):
                    await websocket.send_text(_text(_frame(message)))
                telling = asyncio.create_task(subscription.next())
    finally:
        hearing.cancel()
        telling.cancel()


async def _answer(websocket: WebSocket, studio: Studio, owner_id: str, said: Mapping[str, Any]) -> int | None:
    """Answers `{"type": "resume", "last_event_id": n}` with what was missed, or a reset. Returns the newest number told."""
    if said["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(said.get("code", 1000))
    after = _resumes_after(said.get("text") or "")
    views = await _missed(studio, owner_id, after) if after is not None else []
    for view in views:
        await websocket.send_text(_text(_event_frame(view)))
    return views[-1].id if views and views[-1] is not None else None


def _resumes_after(text: str) -> int | None:
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(said, dict) or said.get("type") != "resume":
        return None
    number = said.get("last_event_id")
    return number if type(number) is int else None


def _same_origin(websocket: WebSocket) -> bool:
    """A page of another site must not listen in by our cookie; a program without a cookie sends no origin."""
    origin = websocket.headers.get("origin")
    if origin is None or SESSION_COOKIE not in websocket.cookies:
        return True
    return origin.partition("://")[2] == websocket.headers.get("host")


def _event_frame(view: EventView | None) -> Mapping[str, Any]:
    if view is None:
        return {"type": "reset"}
    return {"type": "event", **view.model_dump(mode="json")}


def _frame(message: Message) -> Mapping[str, Any]:
    if message.type == "progress":
        return {"type": "progress", "data": message.data}
    return _event_frame(message.event)


def _text(data: Mapping[str, Any]) -> str:
    return orjson.dumps(data).decode()
