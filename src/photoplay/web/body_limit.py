"""No request may fill the memory: its body has a limit. Uploads go to disk and have one of their own."""

from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES: Final = 1_000_000
DRAINED_BYTES: Final = 20_000_000
UPLOAD_PATH: Final = "/api/v1/assets"


class BodyLimit:
    """Ends a request whose body is larger than `BODY_BYTES` with 413, when it is told or at the byte too many."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http" or scope["path"] == UPLOAD_PATH:
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "")
        size = int(told) if told.isdecimal() and len(told) < 20 else 0

        async def _receive() -> Message:
            nonlocal size
            message = await receive()
            size += 0 if told else len(message.get("body", b""))
            if size > BODY_BYTES:
                await _drain(receive, message)
                raise HTTPException(413)
            return message

        await self._app(scope, _receive, send)


async def _drain(receive: Receive, message: Message) -> None:
    """Takes in some of the rest: many clients read no answer while they still send."""
    left = DRAINED_BYTES
    while message["type"] == "http.request" and message.get("more_body") and left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
