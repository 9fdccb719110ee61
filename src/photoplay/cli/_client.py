"""Speaks to the studio of a data folder: to the one that runs, or to one that runs for this command alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from photoplay.core.errors import PhotoplayError, Unavailable
from photoplay.core.folder import is_held
from photoplay.core.http import Http
from photoplay.core.settings import Settings

_START_SECONDS: Final = 10.0


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
    http = Http(private_hosts=("127.0.0.1", "::1", "localhost", settings.host))
    try:
        async with _running(settings) as url:
            yield Client(http, url, (settings.data / "owner.key").read_text().strip())
    finally:
        await http.close()


@asynccontextmanager
async def _running(settings: Settings) -> AsyncIterator[str]:
    """The address of the studio that holds the folder, or of one of our own."""
    held = _served_folder(settings)
    if held is not None:
        yield await _address_of_running(held)
        return
    from photoplay.web import serve

    stop = asyncio.Event()
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    own = settings.model_copy(update={"host": "127.0.0.1", "port": 0})
    serving = asyncio.create_task(serve(own, ready=lambda link: address.set_result(_origin(link)), stop=stop))
    ending: list[asyncio.Future[Any]] = [serving, address]
    try:
        await asyncio.wait(ending, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
        yield address.result()
    finally:
        stop.set()
        await asyncio.gather(serving, return_exceptions=True)


def _served_folder(settings: Settings) -> Path | None:
    """The folder of the process that serves a studio here; None where none does."""
    if settings.database_url is None:
        return settings.data if is_held(settings.data) else None
    places = sorted(settings.places.iterdir()) if settings.places.is_dir() else []
    return next((place for place in places if (place / "address").exists() and is_held(place)), None)


def _origin(link: str) -> str:
    return link.partition("/sign-in")[0]


async def _address_of_running(folder: Path) -> str:
    """Where it is; one that is just starting is waited for."""
    path = folder / "address"
    with suppress(TimeoutError):
        async with asyncio.timeout(_START_SECONDS):
            while not path.exists():  # noqa: ASYNC110 - it is another process that writes the file
                await asyncio.sleep(0.05)
            return path.read_text().strip()
    raise Unavailable("The studio of this folder is starting or stopping. Try again in a moment.")


def _refusal(answer: bytes) -> Refused:
    try:
        error = orjson.loads(answer)["error"]
        return Refused(error["message"], fields=error.get("fields"))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return Refused("The studio gave an answer that makes no sense. Its log says more.")
