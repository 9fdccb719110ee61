"""No request may fill the memory: its body has a limit. Uploads go to disk and have one of their own."""

import math
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES: Final = 1_000_000
DRAINED_BYTES: Final = 20_000_000
UPLOAD_PATH: Final = "/api/v1/assets"


class BodyLimit:
    """Ends a request whose body is larger than `BODY_BYTES` with 413, when it is told or at the byte too many.

    An answer that comes before the whole body was read waits for some of the rest: many clients read none while they send.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        body = _Body(receive, _told_size(scope), math.inf if scope["path"] == UPLOAD_PATH else BODY_BYTES)

        async def _send(message: Message) -> None:
            if message["type"] == "http.response.start":
                await body.drain()
            await send(message)

        await self._app(scope, body.receive, _send)


class _Body:
    """The body of one request on its way in."""

    def __init__(self, receive: Receive, told: int | None, limit: float) -> None:
        self._receive = receive
        self._told = told
        self._limit = limit
        self._size = told or 0
        self._has_more = True

    async def receive(self) -> Message:
        """The next part. Raises 413 beyond the limit."""
        message = await self._receive()
        self._has_more = message["type"] == "http.request" and bool(message.get("more_body"))
        self._size += 0 if self._told is not None else len(message.get("body", b""))
        if self._size > self._limit:
            raise HTTPException(413)
        return message

    async def drain(self) -> None:
        """Takes in what is still on its way, up to `DRAINED_BYTES`."""
        left = DRAINED_BYTES
        while self._has_more and left > 0:
            message = await self._receive()
            self._has_more = message["type"] == "http.request" and bool(message.get("more_body"))
            left -= len(message.get("body", b""))


def _told_size(scope: Scope) -> int | None:
    told = Headers(scope=scope).get("content-length", "")
    return int(told) if told.isdecimal() and len(told) < 20 else None
