"""Calls of an API: one request, one answer, and a failure that says whether anything was sent."""

import io
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import IO, TYPE_CHECKING, Any, ClassVar, Final

import orjson

from photoplay.core.errors import TooLarge
from photoplay.core.files import in_thread
from photoplay.core.http import Http, into_file

if TYPE_CHECKING:
    import aiohttp

LARGEST_ANSWER_BYTES: Final = 16_000_000
LARGEST_FILE_BYTES: Final = 2_000_000_000
_CHUNK: Final = 1 << 18
_LARGE_BODY: Final = 1 << 20
AT_HAND_BYTES: Final = 4_000_000
"""An answer up to this size need not go through a file, while there is room for it."""
_ROOM_BYTES: Final = 32_000_000
"""Of all answers that are kept in memory instead of in a file: a crowd of them would fill it."""


class CallFailed(Exception):
    """No answer was read. `message` is a sentence without addresses or keys."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotSent(CallFailed):
    """There was no connection: the server got nothing."""


class AnswerLost(CallFailed):
    """The request left, and no whole answer came back: what the server did is not known."""


@dataclass(frozen=True)
class FormField:
    """One field of a multipart form: a text, or a file by its path or its bytes."""

    name: str
    value: str | bytes | Path
    file_name: str | None = None
    mime: str | None = None


@dataclass(frozen=True)
class Answer:
    """What came back. `body` is whole in memory, unless it was asked to be put into the file `path`."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""
    path: Path | None = None
    held: "_Room | None" = field(default=None, repr=False, compare=False)
    """The room that the body takes in memory, free again as soon as the answer is forgotten."""

    @property
    def is_ok(self) -> bool:
        """Whether the status says success."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON; None when it is none."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None

    def header(self, name: str) -> str | None:
        """One header, by its name in any case."""
        return self.headers.get(name.lower())


@dataclass(frozen=True)
class Call:
    """A request to be made. At most one of `json`, `form` and `body` is given."""

    method: str
    url: str
    headers: Mapping[str, str]
    json: Any = None
    form: Sequence[FormField] = ()
    body: bytes | None = None
    timeout_seconds: float = 60
    trusted: str | None = None
    """An address that the owner configured, which may lie in a private network."""


async def make_call(http: Http, call: Call, *, to: Path | None = None, large: Path | None = None) -> Answer:
    """Makes one request and reads the whole answer: into the file `to` where the status says success, else into memory.

    `large`: the same for an answer that may stay in memory as long as it is small and not one of a crowd.
    Redirects are not followed. Raises `NotSent`, `AnswerLost`, and `AddressRefused` (nothing was sent).
    """
    async with _answering(http, call) as response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if to is not None and 200 <= response.status < 300:
            await _into_file(response, to)
            return Answer(response.status, headers, path=to)
        if large is not None and 200 <= response.status < 300:
            return await _at_hand(response, headers, large)
        return Answer(response.status, headers, await _whole(response))


async def stream_events(http: Http, call: Call) -> AsyncIterator[Answer | tuple[str, bytes]]:
    """The answer's head first, then its server-sent events as (event, data). An answer without success comes whole.

    Raises as `make_call`, also in the middle of the stream.
    """
    async with _answering(http, call) as response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if not 200 <= response.status < 300:
            yield Answer(response.status, headers, await _whole(response))
            return
        yield Answer(response.status, headers)
        async for event in _events(response):
            yield event


async def _events(response: "aiohttp.ClientResponse") -> AsyncIterator[tuple[str, bytes]]:
    held = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        held += chunk.replace(b"\r\n", b"\n")
        while (end := held.find(b"\n\n")) >= 0:
            block = bytes(held[:end])
            del held[: end + 2]
            yield _event(block)


def _event(block: bytes) -> tuple[str, bytes]:
    name, data = "message", []
    for line in block.split(b"\n"):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            name = value.decode("utf-8", "replace")
        elif field == b"data":
            data.append(value)
    return name, b"\n".join(data)


@asynccontextmanager
async def _answering(http: Http, call: Call) -> "AsyncIterator[aiohttp.ClientResponse]":
    await http.load()
    import aiohttp

    opened: list[IO[bytes]] = []
    try:
        async with http.request(
            call.method,
            call.url,
            timeout_seconds=call.timeout_seconds,
            trusted=call.trusted,
            **await _content(call, opened),
        ) as response:
            yield response
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
        raise NotSent("The server cannot be reached.") from error
    except TimeoutError as error:
        raise AnswerLost(f"No answer came within {call.timeout_seconds:g} seconds.") from error
    except (aiohttp.ClientError, OSError) as error:
        raise AnswerLost("The connection broke before the whole answer came.") from error
    finally:
        for file in opened:
            file.close()


async def _content(call: Call, opened: list[IO[bytes]]) -> dict[str, Any]:
    if call.json is not None:
        typed = {**call.headers, "Content-Type": "application/json"}
        return {"data": _in_pieces(orjson.dumps(call.json)), "headers": typed}
    if call.body is not None:
        return {"data": _in_pieces(call.body), "headers": call.headers}
    if not call.form:
        return {"headers": call.headers}
    from aiohttp import FormData

    form = FormData(default_to_multipart=True)
    for part in call.form:
        value: Any = part.value
        if isinstance(value, Path):
            value = await in_thread(value.open, "rb")
            opened.append(value)
        form.add_field(part.name, value, filename=part.file_name, content_type=part.mime)
    return {"data": form, "headers": call.headers}


def _in_pieces(body: bytes) -> bytes | io.BytesIO:
    """A large body as a file, which is sent piece by piece; otherwise the loop would stand still while it is copied."""
    return body if len(body) <= _LARGE_BODY else io.BytesIO(body)


async def _whole(response: "aiohttp.ClientResponse") -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > LARGEST_ANSWER_BYTES:
            raise AnswerLost("The answer is larger than an answer may be.")
    return bytes(body)


async def _at_hand(response: "aiohttp.ClientResponse", headers: Mapping[str, str], large: Path) -> Answer:
    size = response.content_length
    is_plain = "Content-Encoding" not in response.headers
    room = _Room.taken(size) if size is not None and is_plain and size <= AT_HAND_BYTES else None
    if room is None:
        await _into_file(response, large)
        return Answer(response.status, headers, path=large)
    return Answer(response.status, headers, await response.read(), held=room)


class _Room:
    """Room in memory, taken until this is forgotten."""

    _left: ClassVar[int] = _ROOM_BYTES
    _lock: ClassVar = RLock()

    def __init__(self, size_bytes: int) -> None:
        self._size_bytes = size_bytes

    @classmethod
    def taken(cls, size_bytes: int) -> "_Room | None":
        """So much room; None where so much is not left."""
        with cls._lock:
            if size_bytes > cls._left:
                return None
            cls._left -= size_bytes
        return cls(size_bytes)

    def __del__(self) -> None:
        with self._lock:
            _Room._left += self._size_bytes


async def _into_file(response: "aiohttp.ClientResponse", path: Path) -> None:
    try:
        await into_file(response, path, LARGEST_FILE_BYTES)
    except TooLarge as error:
        raise AnswerLost("The answer is larger than an answer may be.") from error
