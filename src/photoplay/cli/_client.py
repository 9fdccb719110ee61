"""Speaks to the studio of a data folder: to the one that runs, or to one that runs for this command alone."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from photoplay.core.errors import PhotoplayError, Unavailable
from photoplay.core.folder import FolderInUse
from photoplay.core.http import Http
from photoplay.core.settings import Settings


class Refused(PhotoplayError):
    """The studio answered with an error; it is told as it came."""

    code = "refused"


@dataclass(frozen=True)
class Client:
    """The API of one studio, with the owner's key."""

    http: Http
    url: str
    key: str

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
        seconds: float = 330,
    ) -> Any:
        """One call; its JSON answer. Raises `Refused` with the studio's own sentence."""
        sent = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **(headers or {})}
        data = None if body is None else orjson.dumps(body)
        url = f"{self.url}{path}"
        async with self.http.request(method, url, headers=sent, data=data, timeout_seconds=seconds) as response:
            answer = await response.read()
            if response.status >= 400:
                raise _refusal(answer)
            return orjson.loads(answer) if answer else None

    async def send_file(self, path: str, file: Path, headers: dict[str, str]) -> Any:
        """Streams a file to the studio; the JSON answer. Raises `Refused`."""
        sent = {"Authorization": f"Bearer {self.key}", **headers}
        with file.open("rb") as data:
            async with self.http.request("POST", f"{self.url}{path}", headers=sent, data=data) as response:
                answer = await response.read()
                if response.status >= 400:
                    raise _refusal(answer)
                return orjson.loads(answer)

    async def download(self, path: str, target: Path) -> None:
        """Streams a file of the studio to disk."""
        headers = {"Authorization": f"Bearer {self.key}"}
        await self.http.download(f"{self.url}{path}", target, max_bytes=1 << 40, headers=headers)


@asynccontextmanager
async def studio(settings: Settings) -> AsyncIterator[Client]:
    """A client to the studio of this folder. If none runs, one is started and stopped with the command."""
    stop = asyncio.Event()
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(_serve(settings, ready, stop))
    http = Http(private_hosts=("127.0.0.1", "localhost", settings.host))
    try:
        begun: set[asyncio.Future[Any]] = {serving, ready}
        await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
        url = ready.result() if ready.done() else _address_of_running(serving, settings)
        yield Client(http, url, (settings.data / "owner.key").read_text().strip())
    finally:
        stop.set()
        await http.close()
        await asyncio.gather(serving, return_exceptions=True)


async def _serve(settings: Settings, ready: "asyncio.Future[str]", stop: asyncio.Event) -> None:
    from photoplay.web import serve

    own = settings.model_copy(update={"host": "127.0.0.1", "port": _free_port()})
    await serve(own, ready=lambda _link: ready.set_result(f"http://127.0.0.1:{own.port}"), stop=stop)


def _address_of_running(serving: "asyncio.Task[None]", settings: Settings) -> str:
    error = serving.exception()
    if not isinstance(error, FolderInUse):
        raise error or Unavailable("The studio ended before it was ready.")
    path = settings.data / "address"
    if not path.exists():
        raise Unavailable("The studio of this folder is just starting. Try again in a moment.")
    return path.read_text().strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _refusal(answer: bytes) -> Refused:
    try:
        error = orjson.loads(answer)["error"]
        return Refused(error["message"], fields=error.get("fields"))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return Refused("The studio gave an answer that makes no sense. Its log says more.")
