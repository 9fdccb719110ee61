"""Google against its simulator: pictures in one answer, films and songs in the background, and what each fault proves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from photoplay.core import clock
from photoplay.media import sniff
from photoplay.providers import (
    ContentRefused,
    Delivery,
    Failed,
    Forged,
    Invalid,
    NotConfigured,
    Order,
    OutcomeUnknown,
    Throttled,
    Ticket,
    Unavailable,
    Waiting,
)
from photoplay.providers.google import Google, GoogleAccess
from tests.raw_server import a_server
from tests.sandboxed import Sandboxed, a_sandbox

VENDOR = "google"
PAINTER = "google:gemini-nano-banana-2.1"
FILMER = "google:gemini-omni-1.2-flash"
SPEAKER = "google:gemini-3.8-flash-tts"
WORDS: dict[str, Any] = {"prompt": "a lake", "aspect": "16:9", "size": 1024, "seed": 7, "edit_size": "1K"}
SHOT: dict[str, Any] = {"prompt": "a lake at dawn", "aspect": "16:9", "size": "360p", "duration_seconds": 3, "seed": 7}

LONGER: dict[str, Any] = {"prompt": "it lands", "duration_seconds": 4, "seed": 7, "edit_size": "360p"}


def a_shot(sandbox: Sandboxed) -> Order:
    return sandbox.order(Google(), FILMER, "text-to-video", **SHOT)


def billed(sandbox: Sandboxed) -> list[Decimal]:
    return [Decimal(line["cost_usd"]) for line in sandbox.bill(VENDOR)]


def one_of_each(sandbox: Sandboxed) -> list[tuple[Order, str]]:
    google, source, last, more = Google(), sandbox.picture(), sandbox.picture("last"), sandbox.picture("reference")
    film = sandbox.file("source", "video/mp4", bytes(2000))
    short = {"size": "360p", "duration_seconds": 3}
    return [
        (sandbox.order(google, PAINTER, "text-to-image", thinking_level="high", **WORDS), "image/png"),
        (sandbox.order(google, PAINTER, "image-to-image", inputs=(more, source), **WORDS), "image/png"),
        (sandbox.order(google, "google:gemini-2.5-flash-image", "text-to-image", prompt="a", size=1024), "image/png"),
        (sandbox.order(google, FILMER, "text-to-video", **SHOT), "video/mp4"),
        (sandbox.order(google, FILMER, "image-to-video", inputs=(last, source), **short), "video/mp4"),
        (sandbox.order(google, FILMER, "reference-to-video", inputs=(more, more), **SHOT), "video/mp4"),
        (sandbox.order(google, FILMER, "video-to-video", inputs=(film,), prompt="snow", edit_size="360p"), "video/mp4"),
        (sandbox.order(google, FILMER, "extend-video", inputs=(film,), **LONGER), "video/mp4"),
        (sandbox.order(google, "google:lyria-3.5", "text-to-music", prompt="waltz", duration_seconds=30), "audio/mpeg"),
        (sandbox.order(google, SPEAKER, "text-to-speech", prompt="Good day.", voice="Puck"), "audio/wav"),
    ]


async def test_every_operation_is_made_and_billed_by_its_tokens(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        for number, (order, mime) in enumerate(one_of_each(sandbox), start=1):
            delivery = await sandbox.deliver(Google(), order)
            found = sniff((await sandbox.bytes_of(order, delivery))[:4096])
            assert found is not None
            assert (found.mime, len(billed(sandbox))) == (mime, number)
            assert delivery.billed_usd == billed(sandbox)[-1]


async def test_a_film_goes_on_at_the_price_of_what_is_added_and_of_reading_it(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        film = sandbox.file("source", "video/mp4", bytes(2000))
        order = sandbox.order(Google(), FILMER, "extend-video", inputs=(film,), **LONGER)
        ticket = await Google().submit(order, sandbox.http)
        assert isinstance(ticket, Ticket)
        job = sandbox.world.book.find(VENDOR, str(ticket.reference["id"]).removeprefix("v1_"))
        assert job is not None
        assert (job.facts["seconds"], job.facts["made"]) == (3 + 4, 4 * 1931)
        alone = sandbox.order(Google(), FILMER, "extend-video", **LONGER)
        with pytest.raises(Invalid, match="An extension needs a video"):
            await Google().submit(alone, sandbox.http)


async def test_a_film_draws_from_up_to_six_pictures_and_may_be_as_long_as_from_words(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        six = tuple(sandbox.picture("reference") for _number in range(6))
        order = sandbox.order(Google(), FILMER, "reference-to-video", inputs=six, **SHOT | {"duration_seconds": 15})
        assert (await sandbox.deliver(Google(), order)).billed_usd == billed(sandbox)[-1]
        seven = sandbox.order(Google(), FILMER, "reference-to-video", inputs=(*six, six[0]), **SHOT)
        with pytest.raises(Invalid, match="takes 1 to 6 images"):
            await Google().submit(seven, sandbox.http)


async def test_an_order_travels_to_the_bill_by_its_label(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        order = a_shot(sandbox)
        await Google().submit(order, sandbox.http)
        assert [line["reference"] for line in sandbox.bill(VENDOR)] == [order.id]


async def test_large_inputs_are_uploaded_once_and_wait_until_google_has_read_them(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        film = sandbox.file("source", "video/mp4", bytes(14_500_000))
        order = sandbox.order(Google(), FILMER, "video-to-video", inputs=(film,), prompt="in snow", edit_size="360p")
        with pytest.raises(Unavailable, match="Nothing was ordered yet"):
            await Google().submit(order, sandbox.http)
        assert sandbox.bill(VENDOR) == []
        ticket: Ticket | Delivery | None = None
        while ticket is None:
            try:
                ticket = await Google().submit(order, sandbox.http)
            except Unavailable:
                continue
        assert isinstance(ticket, Ticket)
        assert len(sandbox.bill(VENDOR)) == 1


async def test_a_film_is_cancelled_and_not_billed(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=1.0) as sandbox:
        google, order = Google(), a_shot(sandbox)
        ticket = await google.submit(order, sandbox.http)
        assert isinstance(ticket, Ticket)
        assert isinstance(await google.check(ticket, order, sandbox.http), Waiting)
        await google.cancel(ticket, order, sandbox.http)
        with pytest.raises(Failed, match="cancelled") as failure:
            await google.check(ticket, order, sandbox.http)
        assert (failure.value.billed_usd, sandbox.bill(VENDOR)) == (Decimal(0), [])


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        ("refused-content", ContentRefused, "made nothing"),
        ("failed", Failed, "failed to generate"),
        ("vendor-cancelled", Failed, "cancelled"),
        ("file-expired", Failed, "two days"),
    ],
)
async def test_a_film_ends_badly_and_says_what_it_cost(
    fault: Any, error: type[ContentRefused | Failed], says: str, tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        sandbox.fault(VENDOR, fault)
        with pytest.raises(error, match=says) as failure:
            await sandbox.deliver(Google(), a_shot(sandbox))
        told = failure.value.billed_usd
        assert told == (None if fault == "file-expired" else sum(billed(sandbox)))


async def test_what_breaks_on_the_way_back_is_asked_for_again(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        google, order = Google(), a_shot(sandbox)
        ticket = await google.submit(order, sandbox.http)
        assert isinstance(ticket, Ticket)
        sandbox.fault(VENDOR, "check-error")
        with pytest.raises(OutcomeUnknown, match="unavailable"):
            await google.check(ticket, order, sandbox.http)
        sandbox.fault(VENDOR, "file-cut")
        with pytest.raises(Unavailable, match="does not answer"):
            await sandbox.until_done(google, ticket, order)
        delivery = await google.check(ticket, order, sandbox.http)
        assert isinstance(delivery, Delivery)


@pytest.mark.parametrize(
    ("blocked", "says"), [("a lake", "kept the picture back"), ("a [blocked] lake", "refused these words")]
)
async def test_an_answer_without_a_picture_is_a_refusal(blocked: str, says: str, tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        sandbox.fault(VENDOR, "refused-content")
        order = sandbox.order(Google(), PAINTER, "text-to-image", **{**WORDS, "prompt": blocked})
        with pytest.raises(ContentRefused, match=says) as refusal:
            await Google().submit(order, sandbox.http)
        assert [refusal.value.billed_usd] == billed(sandbox)


async def test_what_the_model_cannot_do_or_is_gone_is_said_in_words(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        google = Google()
        tall = sandbox.order(google, FILMER, "text-to-video", **{**SHOT, "duration_seconds": 40})
        with pytest.raises(Invalid, match="between 3s and 15s"):
            await google.submit(tall, sandbox.http)
        gone = sandbox.order(google, "google:veo-3.1-generate-preview", "text-to-video", **SHOT)
        with pytest.raises(Invalid, match="no longer available"):
            await google.submit(gone, sandbox.http)


OVERLOADED = b'{"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}'
ASKS_LESS = (
    b'{"error": {"code": 429, "message": "Quota.", "status": "RESOURCE_EXHAUSTED", "details": '
    b'[{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37s"}]}}'
)
NO_BILLING = b'{"error": {"code": "failed_precondition", "message": "Enable billing on your project."}}'


@pytest.mark.parametrize(
    ("status", "body", "is_film", "error"),
    [
        (503, OVERLOADED, False, Unavailable),
        (503, OVERLOADED, True, OutcomeUnknown),
        (429, ASKS_LESS, True, Throttled),
        (400, NO_BILLING, True, NotConfigured),
    ],
)
async def test_googles_own_words_are_understood(
    status: int, body: bytes, is_film: bool, error: type[Exception], tmp_path: Path
) -> None:
    head = f"HTTP/1.1 {status} Told\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    async with a_server(head + body, host="127.0.0.1") as heard, a_sandbox(tmp_path) as sandbox:
        order = a_shot(sandbox) if is_film else sandbox.order(Google(), PAINTER, "text-to-image", **WORDS)
        order = replace(order, access=GoogleAccess(address=heard.url, api_key=SecretStr("made-up")))
        with pytest.raises(error) as raised:
            await Google().submit(order, sandbox.http)
        if isinstance(raised.value, Throttled):
            assert raised.value.retry_after_seconds == 37.0


async def test_the_key_is_tested_and_the_models_are_listed(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        google, access = Google(), GoogleAccess.at_sandbox(sandbox.url)
        assert (await google.test(access, sandbox.http)).is_ok
        assert {state.is_listed for state in await google.probe(access, sandbox.http)} == {True}
        wrong = GoogleAccess(address=access.address, api_key=SecretStr("bad"))
        with pytest.raises(NotConfigured, match="API key not valid"):
            await google.test(wrong, sandbox.http)


async def test_a_pause_that_google_asks_for_is_told(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.001) as sandbox:
        google = Google()
        sandbox.fault(VENDOR, "throttled")
        with pytest.raises(Throttled) as raised:
            await google.submit(sandbox.order(google, PAINTER, "text-to-image", **WORDS), sandbox.http)
        assert raised.value.retry_after_seconds == 1.0


@asynccontextmanager
async def an_ear() -> AsyncIterator[tuple[str, asyncio.Queue[tuple[dict[str, str], bytes]]]]:
    """A server that hears calls: its address, and the headers and bodies that came."""
    heard: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()

    async def _hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        heard.put_nowait((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(_hear, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}/hooks", heard


async def test_a_call_is_proved_by_googles_public_key(tmp_path: Path) -> None:
    async with an_ear() as (address, heard), a_sandbox(tmp_path) as sandbox:
        google = Google()
        order = replace(a_shot(sandbox), webhook=address)
        ticket = await google.submit(order, sandbox.http)
        assert isinstance(ticket, Ticket)
        async with asyncio.timeout(10):
            headers, body = await heard.get()
        now = clock.now()
        callback = google.verify(headers, body, order.access, secret="s", now=now)
        assert callback.reference == ticket.reference["id"]
        with pytest.raises(Forged, match="too old"):
            google.verify(headers, body, order.access, secret="s", now=now + timedelta(hours=1))
        with pytest.raises(Forged, match="known here"):
            google.verify(headers, body, order.access, secret="s", now=now)
        await google.check(ticket, order, sandbox.http)
        assert google.verify(headers, body, order.access, secret="s", now=now) == callback


@pytest.mark.parametrize("spoilt", [{}, {"webhook-signature": "a.b.c"}, {"webhook-signature": "v1,abc"}])
async def test_a_call_without_googles_token_is_forged(spoilt: dict[str, str]) -> None:
    body = b'{"type": "interaction.completed", "data": {"id": "v1_1"}}'
    with pytest.raises(Forged):
        Google().verify(spoilt, body, GoogleAccess(), secret="s", now=clock.now())


async def test_a_call_with_a_spoilt_token_is_forged(tmp_path: Path) -> None:
    async with an_ear() as (address, heard), a_sandbox(tmp_path) as sandbox:
        google, order = Google(), replace(a_shot(sandbox), webhook=address)
        sandbox.fault(VENDOR, "webhook-forged")
        await google.submit(order, sandbox.http)
        async with asyncio.timeout(10):
            headers, body = await heard.get()
        with pytest.raises(Forged, match="does not fit"):
            google.verify(headers, body, order.access, secret="s", now=clock.now())
