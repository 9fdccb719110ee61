"""OpenAI's own client, unmodified but for its address, is at home in the sandbox."""

import asyncio
import base64
import contextlib
import warnings
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI

from photoplay.media import sniff
from photoplay.providers import Forged
from photoplay.providers.openai import OpenAi, OpenAiSettings
from tests.sandboxed import Sandboxed, a_sandbox, by_sdk
from tests.scripted import png

VENDOR = "openai"
MODEL = "gpt-image-2.6-flare"
Call = tuple[Mapping[str, str], bytes]


def _client(sandbox: Sandboxed, path: str = "/openai/v1", **more: Any) -> OpenAI:
    return OpenAI(api_key="sk-made-up", base_url=f"{sandbox.url}{path}", **{"max_retries": 0, **more})


def _mime(text: str | None) -> str:
    return sniff(base64.b64decode(text or "")[:64]).mime


async def test_it_makes_and_edits_pictures(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        with _client(sandbox) as client:
            made = await by_sdk(
                lambda: client.images.generate(model=MODEL, prompt="a lake", quality="low", size="1536x1024", n=2)
            )
            one = await by_sdk(
                lambda: client.images.edit(model=MODEL, prompt="winter", image=_file("a"), quality="low")
            )
            many = await by_sdk(
                lambda: client.images.edit(model=MODEL, prompt="winter", image=[_file("a"), _file("b")], quality="low")
            )
        assert [_mime(image.b64_json) for image in made.data or []] == ["image/png", "image/png"]
        assert made.usage is not None
        assert made.usage.output_tokens == 2 * 664
        assert [_mime((answer.data or [])[0].b64_json) for answer in (one, many)] == ["image/png", "image/png"]
        assert len(sandbox.bill(VENDOR)) == 3


def _file(name: str) -> tuple[str, BytesIO, str]:
    return f"{name}.png", BytesIO(png(64, 64)), "image/png"


async def test_it_streams_partial_pictures(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        with _client(sandbox) as client:
            made = await by_sdk(
                lambda: [
                    event.type
                    for event in client.images.generate(
                        model=MODEL, prompt="a lake", quality="low", stream=True, partial_images=2
                    )
                ]
            )
            edited = await by_sdk(
                lambda: [
                    event.type
                    for event in client.images.edit(
                        model=MODEL, prompt="winter", image=_file("a"), quality="low", stream=True, partial_images=1
                    )
                ]
            )
        assert made == ["image_generation.partial_image"] * 2 + ["image_generation.completed"]
        assert edited == ["image_edit.partial_image", "image_edit.completed"]


async def test_it_speaks(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        with _client(sandbox) as client:
            speech = await by_sdk(
                lambda: client.audio.speech.create(model="tts-1", voice="alloy", input="Good evening.").read()
            )
        assert sniff(speech[:64]).mime == "audio/mpeg"


async def test_it_waits_for_a_response_in_the_background_and_stops_another(tmp_path: Path) -> None:
    def _begin(client: OpenAI) -> Any:
        tool: Any = {"type": "image_generation", "model": MODEL, "quality": "low", "size": "1024x1024"}
        return client.responses.create(
            model="gpt-5.6-luna", input="a lake", tools=[tool], background=True, store=True, metadata={"order": "one"}
        )

    async with a_sandbox(tmp_path) as sandbox:
        with _client(sandbox) as client:
            begun = await by_sdk(lambda: _begin(client))
            while (found := await by_sdk(lambda: client.responses.retrieve(begun.id))).status != "completed":  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            other = await by_sdk(lambda: _begin(client))
            stopped = await by_sdk(lambda: client.responses.cancel(other.id))
            await by_sdk(lambda: client.responses.delete(begun.id))
            with pytest.raises(openai.NotFoundError):
                await by_sdk(lambda: client.responses.retrieve(begun.id))
        assert begun.status == "queued"
        assert [_mime(item.result) for item in found.output if item.type == "image_generation_call"] == ["image/png"]
        assert found.tool_usage is not None
        assert (found.tool_usage.image_gen.output_tokens, stopped.status) == (664, "cancelled")
        assert [line["reference"] for line in sandbox.bill(VENDOR)] == ["one"]


async def test_it_lists_models_and_says_when_they_end(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        with _client(sandbox) as client:
            names = await by_sdk(lambda: [model.id for model in client.models.list()])
            one = await by_sdk(lambda: client.models.retrieve("tts-1"))
        assert MODEL in names
        assert one.shutdown_date == "2027-01-06"


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("throttled", openai.RateLimitError, "rate_limit_exceeded"),
        ("no-credit", openai.RateLimitError, "credit_balance_exhausted"),
        ("bad-key", openai.AuthenticationError, "invalid_api_key"),
        ("server-error", openai.InternalServerError, None),
        ("refused-content", openai.BadRequestError, "moderation_blocked"),
    ],
)
async def test_it_understands_every_refusal(
    fault: Any, error: type[openai.APIStatusError], code: str | None, tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        sandbox.fault(VENDOR, fault)
        with _client(sandbox) as client, pytest.raises(error) as raised:
            await by_sdk(lambda: client.images.generate(model=MODEL, prompt="a lake", quality="low"))
        assert raised.value.code == code
        assert raised.value.request_id


async def test_what_ended_is_not_found(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        with _client(sandbox) as client:
            with pytest.raises(openai.NotFoundError):
                await by_sdk(lambda: client.images.generate(model="dall-e-3", prompt="a lake"))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                with pytest.raises(openai.NotFoundError):
                    await by_sdk(lambda: client.videos.create(prompt="a lake"))


async def test_its_own_retries_send_an_order_twice_and_that_is_billed_twice(tmp_path: Path) -> None:
    """The reason why the studio speaks plain HTTP."""
    async with a_sandbox(tmp_path) as sandbox:
        sandbox.fault(VENDOR, "error-after")
        with _client(sandbox, max_retries=1) as client:
            await by_sdk(lambda: client.images.generate(model=MODEL, prompt="a lake", quality="low"))
        assert len(sandbox.bill(VENDOR)) == 2


async def test_films_are_as_they_were_behind_the_switch(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        with _client(sandbox, "/openai/revived/v1") as client, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            film = await by_sdk(lambda: client.videos.create_and_poll(prompt="a lake", size="1280x720", seconds="4"))
            data = await by_sdk(lambda: client.videos.download_content(film.id).read())
            listed = await by_sdk(lambda: [one.id for one in client.videos.list()])
            gone = await by_sdk(lambda: client.videos.delete(film.id))
        assert (film.status, film.progress, film.size) == ("completed", 100, "1280x720")
        assert sniff(data[:64]).mime == "video/mp4"
        assert (listed, gone.deleted) == ([film.id], True)
        assert [line["cost_usd"] for line in sandbox.bill(VENDOR)] == ["0.40"]


@contextlib.asynccontextmanager
async def _hook() -> AsyncIterator[tuple[str, "asyncio.Queue[Call]"]]:
    """A place that webhooks reach."""
    calls: asyncio.Queue[Call] = asyncio.Queue()

    async def _take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.partition(": ") for line in head[1:] if line)
        headers = {name.lower(): value for name, _, value in pairs}
        body = await reader.readexactly(int(headers["content-length"]))
        calls.put_nowait((headers, body))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(_take, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks", calls


async def test_webhooks_are_signed_as_its_client_and_ours_verify_them(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox, _hook() as (url, calls):
        provider = OpenAi()
        with _client(sandbox) as client:
            endpoint = await by_sdk(
                lambda: client.webhooks.create(name="studio", url=url, event_types=["response.completed"])
            )
            order = sandbox.order(
                provider,
                f"openai:{MODEL}-background",
                "text-to-image",
                prompt="a lake",
                quality="low",
                aspect="1:1",
                size=1024,
            )
            ticket: Any = await provider.submit(order, sandbox.http)
            headers, body = await asyncio.wait_for(calls.get(), 10)
            event = await by_sdk(lambda: client.webhooks.unwrap(body, headers, secret=endpoint.signing_secret))
            await by_sdk(lambda: client.webhooks.delete(endpoint.id))
        access = OpenAiSettings.at_sandbox(sandbox.url).model_copy(
            update={"webhook_secret": OpenAiSettings(webhook_secret=endpoint.signing_secret).webhook_secret}  # type: ignore[call-arg,arg-type]
        )
        now = datetime.now(UTC)
        told = provider.verify(headers, body, access, secret="", now=now)
        assert event.type == "response.completed"
        assert (told.reference, told.key) == (ticket.reference["id"], headers["webhook-id"])
        for wrong, when in ((body + b" ", now), (body, now + timedelta(minutes=6))):
            with pytest.raises(Forged):
                provider.verify(headers, wrong, access, secret="", now=when)
