"""Answers that go wrong on their way: cut off, dripping, or never coming."""

import asyncio
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_DRIPS: Final = 20


class Cut(Response):
    """The connection breaks before the answer is whole."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promises more bytes than it sends."""
        head = [(b"content-type", b"application/json"), (b"content-length", b"4096")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        raise ConnectionResetError("cut off on demand")


class Dripping(Response):
    """An answer that comes in small pieces over some seconds."""

    def __init__(self, inner: Response, seconds: float) -> None:
        super().__init__(inner.body, inner.status_code, dict(inner.headers))
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it piece by piece."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        body = bytes(self.body)
        size = max(1, -(-len(body) // _DRIPS))
        for start in range(0, len(body), size):
            await asyncio.sleep(self._seconds / _DRIPS)
            await send({"type": "http.response.body", "body": body[start : start + size], "more_body": True})
        await send({"type": "http.response.body", "body": b""})
