"""fal's own client judges the simulator. It speaks https to fixed hosts, so its transport leads these to the sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import fal_client
import httpx
import pytest
from fal_client import Completed, FalClientHTTPError, InProgress, Queued

from tests.sandboxed import PACE, Sandboxed, a_sandbox, by_sdk

SCHNELL = "fal-ai/flux/schnell"
WORDS = {"prompt": "a lake"}
HOSTS = {"queue.fal.run": "queue", "fal.run": "run", "rest.fal.ai": "rest", "v3.fal.media": "cdn"}


class Leading(httpx.HTTPTransport):
    """Sends what is meant for the vendor's hosts to the same hosts by path."""

    def __init__(self, sandbox: str) -> None:
        super().__init__()
        self._sandbox = httpx.URL(sandbox)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = HOSTS.get(request.url.host)
        if host is not None:
            path = f"/fal/{host}".encode() + request.url.raw_path
            request.url = self._sandbox.copy_with(raw_path=path)
            request.headers["Host"] = request.url.netloc.decode()
        return super().handle_request(request)


@asynccontextmanager
async def a_client(folder: Path, *, pace: float = PACE) -> AsyncIterator[tuple[Sandboxed, fal_client.SyncClient]]:
    """A sandbox and the client, unmodified but for its transport."""
    async with a_sandbox(folder, pace=pace) as sandbox:
        fal = fal_client.SyncClient(key="made:up")
        headers = {"Authorization": fal._auth.header_value}
        with httpx.Client(transport=Leading(sandbox.url), headers=headers, follow_redirects=True) as http:
            vars(fal)["_client"] = http
            yield sandbox, fal


async def test_submit_status_and_result(tmp_path: Path) -> None:
    async with a_client(tmp_path, pace=0.05) as (sandbox, fal):
        handle = await by_sdk(lambda: fal.submit("fal-ai/veo3.1", WORDS))
        seen: list[Any] = await by_sdk(lambda: list(handle.iter_events(with_logs=True, interval=0.01)))
        assert {type(state) for state in seen} == {Queued, InProgress, Completed}
        assert seen[-1].metrics["inference_time"] == 20.0
        result = await by_sdk(handle.get)
        assert result["video"]["content_type"] == "video/mp4"
        again = await by_sdk(lambda: fal.result("fal-ai/veo3.1", handle.request_id))
        state = await by_sdk(lambda: fal.status("fal-ai/veo3.1", handle.request_id))
        assert (again, isinstance(state, Completed)) == (result, True)
        assert len(sandbox.bill("fal")) == 1


async def test_subscribe_and_run_give_the_result(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (sandbox, fal):
        for ask in (fal.subscribe, fal.run):
            result = await by_sdk(lambda ask=ask: ask(SCHNELL, {**WORDS, "image_size": {"width": 512, "height": 256}}))  # type: ignore[misc]
            picture = result["images"][0]
            assert (picture["width"], picture["height"]) == (512, 256)
            async with sandbox.http.request("GET", picture["url"], trusted=sandbox.url) as answer:
                assert (await answer.read())[:2] == b"\xff\xd8"
        assert len(sandbox.bill("fal")) == 2


async def test_a_request_is_cancelled_by_its_handle_and_by_its_id(tmp_path: Path) -> None:
    async with a_client(tmp_path, pace=1.0) as (sandbox, fal):
        handle = await by_sdk(lambda: fal.submit("fal-ai/veo3.1", WORDS))
        await by_sdk(handle.cancel)
        with pytest.raises(FalClientHTTPError, match="cancelled"):
            await by_sdk(handle.get)
        with pytest.raises(FalClientHTTPError) as error:
            await by_sdk(lambda: fal.cancel("fal-ai/veo3.1", handle.request_id))
        assert (error.value.status_code, sandbox.bill("fal")) == (400, [])


async def test_a_film_is_continued_by_seven_seconds(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (sandbox, fal):
        film = await by_sdk(lambda: fal.upload(b"abc", "video/mp4", "a.mp4", repository="fal", fallback_repository=[]))
        wish = {"prompt": "it lands", "video_url": film, "generate_audio": False}
        made = await by_sdk(lambda: fal.subscribe("fal-ai/veo3.1/extend-video", wish))
        assert made["video"]["content_type"] == "video/mp4"
        assert [line["cost_usd"] for line in sandbox.bill("fal")] == ["1.400"]
        with pytest.raises(FalClientHTTPError) as error:
            await by_sdk(lambda: fal.run("fal-ai/veo3.1/extend-video", {**wish, "duration": "8s"}))
        assert error.value.status_code == 422


async def test_a_film_is_drawn_from_pictures(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (sandbox, fal):
        wish = {"prompt": "they meet", "image_urls": ["https://example.org/one.png"], "generate_audio": False}
        made = await by_sdk(lambda: fal.subscribe("fal-ai/veo3.1/reference-to-video", wish))
        assert made["video"]["content_type"] == "video/mp4"
        assert [line["cost_usd"] for line in sandbox.bill("fal")] == ["1.600"]
        with pytest.raises(FalClientHTTPError) as error:
            await by_sdk(lambda: fal.run("fal-ai/veo3.1/reference-to-video", {"prompt": "they meet"}))
        assert error.value.status_code == 422


async def test_errors_carry_their_kind(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (sandbox, fal):

        async def refused(endpoint: str = SCHNELL, **given: Any) -> FalClientHTTPError:
            with pytest.raises(FalClientHTTPError) as error:
                await by_sdk(lambda: fal.run(endpoint, given or WORDS))
            return error.value

        assert (await refused("fal-ai/nothing")).status_code == 404
        wrong: Any = (await refused(seed=1)).message
        assert [(one["loc"], one["type"]) for one in wrong] == [(["body", "prompt"], "missing")]
        for kind, status in (("no-credit", 403), ("bad-key", 401), ("server-error", 500)):
            sandbox.fault("fal", kind)  # type: ignore[arg-type]
            assert (await refused()).status_code == status
        sandbox.fault("fal", "vendor-cancelled")
        assert (await refused()).error_type == "request_timeout"
        sandbox.fault("fal", "refused-content")
        said: Any = (await refused()).message
        assert said[0]["type"] == "content_policy_violation"


async def test_a_file_is_uploaded_and_used(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (sandbox, fal):
        url = await by_sdk(lambda: fal.upload(b"abc", "image/png", "a.png", repository="fal", fallback_repository=[]))
        async with sandbox.http.request("GET", url, trusted=sandbox.url) as answer:
            assert (await answer.read(), answer.headers["Content-Type"]) == (b"abc", "image/png")
        result = await by_sdk(lambda: fal.subscribe("fal-ai/esrgan", {"image_url": url, "scale": 2}))
        assert result["image"]["content_type"] == "image/png"
