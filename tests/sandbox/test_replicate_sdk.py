"""Replicate's own client, unmodified but for its address, judges the simulator."""

import io
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from photoplay.sandbox.vendors.replicate import sign_call
from tests.sandboxed import PACE, Sandboxed, a_sandbox, by_sdk

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the client was written for an older Pydantic, and says so at its import
    from replicate.client import Client
    from replicate.exceptions import ModelError, ReplicateError
    from replicate.webhook import Webhooks

SCHNELL = "black-forest-labs/flux-schnell"
ESRGAN = "nightmareai/real-esrgan"
VERSION = "f121d640bd286e1fdc67f9799164c1d5be36ff74576ee11c803ae5b665dd46aa"
PICTURE = "data:image/png;base64,iVBORw0KGgo="


@asynccontextmanager
async def a_client(folder: Path, *, pace: float = PACE) -> AsyncIterator[tuple[Sandboxed, Client]]:
    """A sandbox and the client, whose connections are closed at the end: it has no way to do so itself."""
    async with a_sandbox(folder, pace=pace) as sandbox:
        replicate = Client(api_token="r8_made_up", base_url=f"{sandbox.url}/replicate")
        replicate.poll_interval = 0.01
        try:
            yield sandbox, replicate
        finally:
            await by_sdk(replicate._client.close)


async def test_run_gives_the_output_of_official_and_versioned_models(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (sandbox, replicate):
        waited = await by_sdk(lambda: replicate.run(SCHNELL, input={"prompt": "a lake"}))
        polled = await by_sdk(lambda: replicate.run(SCHNELL, input={"prompt": "a lake"}, wait=False))
        larger = await by_sdk(lambda: replicate.run(f"{ESRGAN}:{VERSION}", input={"image": PICTURE, "scale": 2}))
        assert [one[0].rpartition(".")[2] for one in (waited, polled)] == ["webp", "webp"]
        assert await fetched(sandbox, larger) == "image/png"
        assert len(sandbox.bill("replicate")) == 3


async def test_a_prediction_is_created_polled_and_listed(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (_sandbox, replicate):
        model = await by_sdk(lambda: replicate.models.get("meta/musicgen"))
        version = model.latest_version
        assert version is not None
        assert "prompt" in version.openapi_schema["components"]["schemas"]["Input"]["properties"]
        made = await by_sdk(lambda: replicate.predictions.create(version=version, input={"prompt": "a waltz"}))
        assert made.status == "starting"
        await by_sdk(made.wait)
        assert (made.status, made.progress and made.progress.percentage) == ("succeeded", 1.0)
        listed = await by_sdk(replicate.predictions.list)
        assert [one.id for one in listed] == [made.id]
        assert [one.id for one in await by_sdk(model.versions.list)] == [version.id]


async def test_a_prediction_is_cancelled(tmp_path: Path) -> None:
    async with a_client(tmp_path, pace=1.0) as (_sandbox, replicate):
        made = await by_sdk(lambda: replicate.models.predictions.create("google/veo-3", input={"prompt": "a lake"}))
        stopped = await by_sdk(lambda: replicate.predictions.cancel(made.id))
        again = await by_sdk(lambda: replicate.predictions.get(made.id))
        assert (stopped.status, again.status) == ("canceled", "canceled")


async def test_errors_come_as_problems_and_failures_as_predictions(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (sandbox, replicate):

        async def refused(**more: Any) -> ReplicateError:
            with pytest.raises(ReplicateError) as error:
                await by_sdk(
                    lambda: replicate.run(more.get("model", SCHNELL), input=more.get("input", {"prompt": "a lake"}))
                )
            return error.value

        assert (await refused(input={})).title == "Input validation failed"
        assert (await refused(model="nobody/nothing")).status == 404
        for kind, status in (("throttled", 429), ("no-credit", 402), ("bad-key", 401), ("server-error", 500)):
            sandbox.fault("replicate", kind)  # type: ignore[arg-type]
            assert (await refused()).status == status
        sandbox.fault("replicate", "refused-content")
        with pytest.raises(ModelError, match="sensitive"):
            await by_sdk(lambda: replicate.run(SCHNELL, input={"prompt": "a lake"}))


async def test_files_are_uploaded_told_and_deleted(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (_sandbox, replicate):
        made = await by_sdk(lambda: replicate.files.create(io.BytesIO(b"abc"), filename="a.png"))
        told = await by_sdk(lambda: replicate.files.get(made.id))
        listed = await by_sdk(replicate.files.list)
        assert (told.size, told.content_type, [one.id for one in listed]) == (3, "image/png", [made.id])
        assert await by_sdk(lambda: replicate.files.delete(made.id)) is True
        with pytest.raises(ReplicateError, match="File not found"):
            await by_sdk(lambda: replicate.files.get(made.id))


async def test_account_hardware_and_the_secret_by_which_calls_are_proved(tmp_path: Path) -> None:
    async with a_client(tmp_path) as (_sandbox, replicate):
        assert (await by_sdk(replicate.accounts.current)).username == "sandbox"
        assert len(await by_sdk(replicate.hardware.list)) == 3
        secret = await by_sdk(replicate.webhooks.default.secret)
        Webhooks.validate(headers=sign_call(b'{"id":"a"}'), body='{"id":"a"}', secret=secret, tolerance=300)


async def fetched(sandbox: Sandboxed, url: str) -> str:
    """The type of a delivered file, which is fetched without the token."""
    async with sandbox.http.request("GET", url, trusted=sandbox.url) as answer:
        assert (await answer.read())[:4] == b"\x89PNG"
        return answer.headers["Content-Type"]
