"""A real server on this machine that says what a test gives it, byte by byte, and keeps what it was asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

OPEN = "127.0.0.2"
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: image/png\r\n"


@dataclass
class Heard:
    """A server that answers every request with the same bytes and keeps the requests."""

    url: str = ""
    port: int = 0
    requests: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def a_server(answer: bytes, *, host: str = OPEN, drip_seconds: float = 0, times: int = 1) -> AsyncIterator[Heard]:
    """Sends `answer` so many times, then closes."""
    heard = Heard()

    async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heard.requests.append(await reader.readuntil(b"\r\n\r\n"))
            for _ in range(times):
                writer.write(answer)
                await writer.drain()
                if drip_seconds:
                    await asyncio.sleep(drip_seconds)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(_serve, host, 0)
    heard.port = server.sockets[0].getsockname()[1]
    heard.url = f"http://{host}:{heard.port}"
    try:
        yield heard
    finally:
        server.close()


def file_answer(data: bytes, mime: str = "image/png") -> bytes:
    """An answer with a file."""
    head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: {mime}\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data
