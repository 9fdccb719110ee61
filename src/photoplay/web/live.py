"""What happens, as it happens: a WebSocket for the studio, server-sent events for programs. Both resume by number."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any, Final

import orjson
from fastapi import APIRouter, Header, WebSocket
from fastapi.responses import StreamingResponse
from starlette.websockets import WebSocketDisconnect

from photoplay import events
from photoplay.accounts import NotSignedIn
from photoplay.bootstrap import Studio
from photoplay.events import EventView, Message, Subscription
from photoplay.web.deps import SESSION_COOKIE, StudioDep, ViewerDep, studio_of, viewer_of

router = APIRouter()
_BEAT_SECONDS: Final = 20.0
_POLICY_VIOLATION: Final = 1008
_GOING_AWAY: Final = 1001


@router.get("/api/v1/events", summary="Events as they happen (SSE)", response_class=StreamingResponse)
async def stream(
    studio: StudioDep, viewer: ViewerDep, last_event_id: str | None = Header(default=None)
) -> StreamingResponse:
    """Your events as server-sent events. `Last-Event-ID` resumes without a gap; `reset` says: read the rows again."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    after = int(last_event_id) if last_event_id is not None and last_event_id.isdigit() else None
    body = _sse(studio, viewer.user_id, after)
    return StreamingResponse(body, media_type="text/event-stream", headers=headers)


async def _sse(studio: Studio, owner_id: str, after: int | None) -> AsyncIterator[bytes]:
    subscription = studio.runtime.hub.listen(owner_id)
    try:
        yield b": hello\n\n"
        seen = 0
        for view in await _missed(studio, owner_id, after) if after is not None else []:
            seen = view.id if view else seen
            yield _sse_event(view)
        while True:
            try:
                async with asyncio.timeout(_BEAT_SECONDS):
                    message = await subscription.next()
            except TimeoutError:
                yield b": beat\n\n"
                continue
            if message.type == "closed":
                return
            if message.event is None or message.event.id > seen:
                yield _sse_message(message)
    finally:
        studio.runtime.hub.leave(owner_id, subscription)


async def _missed(studio: Studio, owner_id: str, after: int) -> list[EventView | None]:
    """The events after this number; a single None stands for "too long ago, read the rows"."""
    found: list[EventView] = []
    while True:
        number = found[-1].id if found else after
        page = await studio.runtime.db.read(partial(events.events_after, owner_id=owner_id, number=number))
        if page is None:
            return [None]
        found.extend(page)
        if len(page) < 500:
            return list(found)


def _sse_event(view: EventView | None) -> bytes:
    if view is None:
        return b"event: reset\ndata: {}\n\n"
    data = orjson.dumps(view.model_dump(mode="json"))
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (view.id, view.event.encode(), data)


def _sse_message(message: Message) -> bytes:
    match message.type:
        case "event":
            return _sse_event(message.event)
        case "progress":
            return b"event: progress\ndata: %s\n\n" % orjson.dumps(message.data)
        case _:
            return _sse_event(None)


@router.websocket("/api/v1/events/ws")
async def socket(websocket: WebSocket) -> None:
    """The studio's one connection per tab."""
    studio = studio_of(websocket)
    await websocket.accept()
    if not _same_origin(websocket):
        await websocket.close(_POLICY_VIOLATION)
        return
    try:
        viewer = await viewer_of(websocket)
    except NotSignedIn:
        await websocket.close(_POLICY_VIOLATION)
        return
    subscription = studio.runtime.hub.listen(viewer.user_id)
    try:
        number = await studio.runtime.db.read(lambda session: events.last_number(session, viewer.user_id))
        await websocket.send_text(_text({"type": "hello", "last_event_id": number}))
        await _talk(websocket, studio, viewer.user_id, subscription)
    except (WebSocketDisconnect, RuntimeError):
        return
    finally:
        studio.runtime.hub.leave(viewer.user_id, subscription)


async def _talk(websocket: WebSocket, studio: Studio, owner_id: str, subscription: Subscription) -> None:
    hearing = asyncio.create_task(_hear(websocket, studio, owner_id))
    try:
        while True:
            telling = asyncio.create_task(subscription.next())
            done, _waiting = await asyncio.wait({hearing, telling}, return_when=asyncio.FIRST_COMPLETED)
            if hearing in done:
                telling.cancel()
                hearing.result()
                return
            message = telling.result()
            if message.type == "closed":
                await websocket.close(_GOING_AWAY)
                return
            await websocket.send_text(_text(_frame(message)))
    finally:
        hearing.cancel()


async def _hear(websocket: WebSocket, studio: Studio, owner_id: str) -> None:
    """Answers `{"type": "resume", "last_event_id": n}` with what was missed, or with a reset."""
    while True:
        said = orjson.loads(await websocket.receive_text())
        if not isinstance(said, dict) or said.get("type") != "resume":
            continue
        for view in await _missed(studio, owner_id, int(said.get("last_event_id") or 0)):
            await websocket.send_text(_text(_event_frame(view)))


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
    match message.type:
        case "event":
            return _event_frame(message.event)
        case "progress":
            return {"type": "progress", "data": message.data}
        case _:
            return {"type": "reset"}


def _text(data: Mapping[str, Any]) -> str:
    return orjson.dumps(data).decode()
