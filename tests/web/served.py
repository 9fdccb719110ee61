"""A house behind its real server, in the test's own loop, and a client that speaks to it as programs and browsers do."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import aiohttp
import orjson

from photoplay import accounts
from photoplay.accounts import Viewer
from photoplay.bootstrap import ensure_owner, open_studio
from photoplay.core.folder import FolderLock
from photoplay.core.settings import Settings
from photoplay.providers import Provider
from photoplay.web.deps import SESSION_COOKIE, csrf_token
from photoplay.web.server import address_of, serve_studio, take_port
from tests.factories import PATIENCE_SECONDS, House, furnish
from tests.scripted import ScriptedProvider

PICTURE: dict[str, Any] = {
    "operation": "text-to-image",
    "model": "scripted:free",
    "params": {"prompt": "calm ocean"},
}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.body)

    @property
    def error(self) -> Any:
        """The error of a refusal, whose shape is checked: DESIGN section 10."""
        assert list(self.json) == ["error"], self.body
        error = self.json["error"]
        assert {"code", "message", "retryable", "docs"} <= error.keys(), error
        assert error["docs"] == f"/docs/errors#{error['code']}"
        return error


@dataclass(frozen=True)
class Caller:
    """One who calls: a program with a key, or a browser with a session."""

    http: aiohttp.ClientSession
    url: str
    headers: Mapping[str, str]

    async def call(self, method: str, path: str, body: object = None, **more: Any) -> Answer:
        """One request; redirects are not followed. `body` is sent as JSON; `more` goes to aiohttp."""
        sent = {**self.headers, **cast("Mapping[str, str]", more.pop("headers", {}))}
        if body is not None:
            more["data"], sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        async with self.http.request(
            method, f"{self.url}{path}", headers=sent, allow_redirects=False, **more
        ) as response:
            return Answer(response.status, response.headers, await response.read())

    async def get(self, path: str, **more: Any) -> Answer:
        """One GET."""
        return await self.call("GET", path, **more)

    async def make(self, **changes: object) -> Any:
        """Asks for one picture and waits for its end; the JSON of the generation."""
        answer = await self.call("POST", "/api/v1/generations?wait=60", PICTURE | changes)
        assert answer.status == 200, answer.body
        return answer.json


@dataclass(frozen=True)
class Served:
    """A house that is served, its address, and the owner as a program."""

    house: House
    url: str
    http: aiohttp.ClientSession
    owner: Caller
    stranger: Caller
    stop: asyncio.Event

    async def program(self, viewer: Viewer) -> Caller:
        """A program with a new key of this user."""
        db = self.house.studio.runtime.db
        _key, secret = await db.write(lambda session: accounts.create_key(session, viewer.user_id, "A test"))
        return Caller(self.http, self.url, {"Authorization": f"Bearer {secret}"})

    async def browser(self, viewer: Viewer) -> Caller:
        """A browser in which this user is signed in; it sends the token of its page."""
        db = self.house.studio.runtime.db
        secret = await db.write(lambda session: accounts.sign_in(session, accounts.make_link(session, viewer.user_id)))
        return Caller(self.http, self.url, {"Cookie": f"{SESSION_COOKIE}={secret}", "X-CSRF-Token": csrf_token(secret)})


@asynccontextmanager
async def a_served_house(
    folder: Path,
    provider: ScriptedProvider | None = None,
    *,
    others: tuple[Provider, ...] = (),
    is_public: bool = False,
    **changes: Any,
) -> AsyncIterator[Served]:
    """A studio with a scripted provider behind the real server. `changes` are settings.

    With `is_public` vendors are told its own address to call at.
    """
    provider = provider or ScriptedProvider()
    settings = Settings(data=folder, port=0, stop_seconds=5, **changes)
    settings = settings.model_copy(update={"port": take_port(settings)})
    if is_public:
        settings = settings.model_copy(update={"public_url": address_of(settings)})
    lock = FolderLock(folder)
    await furnish(settings)
    studio = await open_studio(settings, providers=(provider, *others))
    owner = await ensure_owner(studio.runtime.db, settings)
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    serving = asyncio.create_task(serve_studio(studio, ready=ready.set_result, stop=stop))
    serving.add_done_callback(lambda _done: ready.done() or ready.cancel())
    await ready
    key = (folder / "owner.key").read_text().strip()
    url = address_of(settings)
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS * 2)
        async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as http:
            program = Caller(http, url, {"Authorization": f"Bearer {key}"})
            yield Served(House(studio, owner, provider), url, http, program, Caller(http, url, {}), stop)
    finally:
        stop.set()
        await serving
        lock.release()
