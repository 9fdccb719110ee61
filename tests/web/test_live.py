"""What happens, as it happens, over HTTP: events in order and without a gap, also after a lost connection."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from photoplay import accounts
from photoplay.providers import Waiting
from tests.factories import PATIENCE_SECONDS
from tests.scripted import ScriptedProvider
from tests.web.served import PICTURE, Caller, a_served_house

Sent = tuple[str, int | None, Any]


class Stream:
    """Server-sent events, one by one: name, id, data."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.is_over = False

    async def next(self) -> Sent:
        """The next event; beats are passed over."""
        name, number, data = "", None, None
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in self._response.content:
                field, _colon, value = line.decode().rstrip("\n").partition(": ")
                match field:
                    case "event":
                        name = value
                    case "id":
                        number = int(value)
                    case "data":
                        data = orjson.loads(value)
                    case "" if name:
                        return name, number, data
        self.is_over = True
        return "over", None, None

    async def until(self, is_it: Callable[[Sent], bool]) -> list[Sent]:
        """Everything up to and with the one that is looked for."""
        found = [await self.next()]
        while not is_it(found[-1]):
            assert not self.is_over, found
            found.append(await self.next())
        return found


@asynccontextmanager
async def _stream(caller: Caller, last_event_id: object = None) -> AsyncIterator[Stream]:
    headers = {**caller.headers} | ({} if last_event_id is None else {"Last-Event-ID": str(last_event_id)})
    async with caller.http.get(f"{caller.url}/api/v1/events", headers=headers) as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        assert await response.content.readline() == b": hello\n"
        yield Stream(response)


@asynccontextmanager
async def _socket(caller: Caller, **headers: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    url = f"{caller.url}/api/v1/events/ws"
    async with caller.http.ws_connect(url, headers={**caller.headers, **headers}) as socket:
        yield socket


async def _heard(socket: aiohttp.ClientWebSocketResponse) -> Any:
    async with asyncio.timeout(PATIENCE_SECONDS):
        message = await socket.receive()
    return orjson.loads(message.data) if message.type is aiohttp.WSMsgType.TEXT else (message.type.name, message.data)


def _ends(sent: Sent) -> bool:
    return sent[0] == "generation.succeeded"


async def test_a_program_hears_of_a_generation_from_its_start_to_its_end(tmp_path: Path) -> None:
    states = iter([Waiting(progress=30, word="Painting"), Waiting(progress=60)])
    async with a_served_house(tmp_path, ScriptedProvider(on_check=lambda order: next(states, None))) as served:
        async with _stream(served.owner) as stream:
            asked = (await served.owner.call("POST", "/api/v1/generations", PICTURE)).json
            heard = await stream.until(_ends)
        facts = [(name, number) for name, number, _data in heard if name != "progress"]
        assert [name for name, _number in facts][:2] == ["generation.queued", "generation.running"]
        numbers = [number for _name, number in facts if number is not None]
        assert numbers == list(range(1, len(facts) + 1))
        progress = [data for name, number, data in heard if name == "progress" and number is None]
        assert {"id": asked["id"], "progress": 30, "word": "Painting"}.items() <= progress[0].items()
        assert heard[-1][2]["data"]["generation"]["assets"][0]["kind"] == "image"


async def test_a_program_that_comes_back_misses_nothing_and_hears_nothing_twice(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        async with _stream(served.owner) as stream:
            await served.owner.call("POST", "/api/v1/generations", PICTURE)
            last = (await stream.until(lambda sent: sent[1] == 1))[-1][1]
        await served.owner.make()
        async with _stream(served.owner, last) as stream:
            await served.owner.make()
            heard = await stream.until(lambda sent: _ends(sent) and sent[2]["id"] >= 9)
        numbers = [number for _name, number, _data in heard if number is not None]
        assert numbers == list(range(2, numbers[-1] + 1))


async def test_a_number_from_too_long_ago_or_from_nowhere_says_reset(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        await served.owner.make()
        for number in (999, "9" * 40):
            async with _stream(served.owner, number) as stream:
                assert (await stream.next())[0] == "reset"
        for nonsense in ("²", "-1", "one", "1.5"):
            async with _stream(served.owner, nonsense):
                pass


async def test_streams_end_when_the_server_stops(tmp_path: Path) -> None:
    async with (
        a_served_house(tmp_path) as served,
        _stream(served.owner) as stream,
        _socket(await served.browser(served.house.owner)) as socket,
    ):
        assert (await _heard(socket))["type"] == "hello"
        served.stop.set()
        assert (await stream.next())[0] == "over"
        assert await _heard(socket) == ("CLOSE", 1001)


async def test_a_tab_is_greeted_hears_progress_and_catches_up_in_order(tmp_path: Path) -> None:
    states = iter([Waiting(progress=30)])
    async with a_served_house(tmp_path, ScriptedProvider(on_check=lambda order: next(states, None))) as served:
        browser = await served.browser(served.house.owner)
        async with _socket(browser, Origin=served.url) as socket:
            assert await _heard(socket) == {"type": "hello", "last_event_id": 0}
            await served.owner.call("POST", "/api/v1/generations", PICTURE)
            heard = [await _heard(socket)]
            while heard[-1].get("event") != "asset.rendered":
                heard.append(await _heard(socket))
        assert heard[0]["event"] == "generation.queued"
        assert [one["data"]["progress"] for one in heard if one["type"] == "progress"][:1] == [30]
        newest = heard[-1]["id"]
        async with _socket(browser, Origin=served.url) as socket:
            assert (await _heard(socket))["last_event_id"] >= newest
            await socket.send_json({"type": "resume", "last_event_id": 1})
            caught_up = [(await _heard(socket))["id"] for _missed in range(newest - 1)]
            assert caught_up == list(range(2, newest + 1))
            await socket.send_json({"type": "resume", "last_event_id": 999})
            while (message := await _heard(socket))["type"] == "event":
                pass
            assert message == {"type": "reset"}


async def test_nonsense_from_a_tab_is_passed_over(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served, _socket(await served.browser(served.house.owner)) as socket:
        await _heard(socket)
        for text in ("", "{", "7", "null", '{"type": "resume", "last_event_id": "x"}', '{"type": "dance"}'):
            await socket.send_str(text)
        await socket.send_bytes(b"\xff\0")
        for number in (-1, 10**30, None, True, 1.5):
            await socket.send_str(orjson.dumps({"type": "resume"}).decode()[:-1] + f', "last_event_id": {number}}}')
        await socket.send_json({"type": "resume", "last_event_id": 999})
        assert await _heard(socket) == {"type": "reset"}


async def test_pages_of_other_sites_and_strangers_hear_nothing(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        browser = await served.browser(served.house.owner)
        for origin in ("https://evil.example", "null", served.url.replace("127.0.0.1", "localhost")):
            async with _socket(browser, Origin=origin) as socket:
                assert await _heard(socket) == ("CLOSE", 1008), origin
        async with _socket(served.stranger, Origin=served.url) as socket:
            assert await _heard(socket) == ("CLOSE", 1008)
        assert (await served.stranger.get("/api/v1/events")).status == 401


async def test_a_second_user_hears_only_what_is_theirs(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        mara = await served.program(await served.house.member())
        async with _stream(mara) as stream, _socket(mara) as socket:
            assert await _heard(socket) == {"type": "hello", "last_event_id": 0}
            await served.owner.make()
            theirs = await mara.make()
            heard = await stream.until(_ends)
            assert {sent[2]["data"]["generation"]["id"] for sent in heard if "generation" in sent[0]} == {theirs["id"]}
            assert (await _heard(socket))["data"]["generation"]["id"] == theirs["id"]


async def test_open_streams_end_when_the_session_or_the_key_ends(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        browser = await served.browser(served.house.owner)
        made = (await served.owner.call("POST", "/api/v1/keys", {"name": "A robot"})).json
        robot = Caller(served.http, served.url, {"Authorization": f"Bearer {made['secret']}"})
        async with _socket(browser) as socket, _stream(robot) as stream, _stream(served.owner) as other:
            assert (await _heard(socket))["type"] == "hello"
            assert (await browser.call("POST", "/sign-out")).status == 303
            assert await _heard(socket) == ("CLOSE", 1008)
            assert (await served.owner.call("DELETE", f"/api/v1/keys/{made['key']['id']}")).status == 204
            assert (await stream.next())[0] == "over"
            await served.owner.make()
            assert (await other.next())[0] == "generation.queued"


async def test_open_streams_of_a_disabled_user_end(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        viewer = await served.house.member("Mara")
        mara, browser = await served.program(viewer), await served.browser(viewer)
        async with _stream(mara) as stream, _socket(browser) as socket:
            assert (await _heard(socket))["type"] == "hello"
            await served.house.studio.runtime.db.write(lambda session: accounts.disable_user(session, "Mara"))
            assert (await stream.next())[0] == "over"
            assert await _heard(socket) == ("CLOSE", 1008)
        assert (await mara.get("/api/v1/account")).status == 401
        assert (await browser.get("/api/v1/account")).status == 401
