"""fal against its simulator: every card, the queue's own addresses, signed calls, and what each fault proves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from photoplay.core import clock
from photoplay.media import sniff
from photoplay.providers import (
    ContentRefused,
    Failed,
    Forged,
    Forgotten,
    Invalid,
    NotConfigured,
    Ticket,
    Waiting,
)
from photoplay.providers.fal import Fal
from photoplay.sandbox.vendors._models import models_of
from photoplay.sandbox.vendors.fal import sign_call
from tests.sandboxed import Sandboxed, a_sandbox

VENDOR = "fal"
WORDS: dict[str, Any] = {"prompt": "a lake", "aspect": "16:9", "size": 1024, "seed": 7, "output_format": "png"}
FILM: dict[str, Any] = {"prompt": "a boat", "aspect": "16:9", "size": "720p", "duration_seconds": 4.0, "seed": 3}
STILL: dict[str, Any] = {**FILM, "aspect": None}
BANANA: dict[str, Any] = {"prompt": "a lake", "aspect": "1:1", "size": 1024, "seed": 1}
ADDED: dict[str, Any] = {"prompt": "it lands", "duration_seconds": 7.0, "seed": 3}
DRAWN: dict[str, Any] = {**FILM, "duration_seconds": 8.0, "generate_audio": True, "auto_fix": False}
CASES: list[tuple[str, str, dict[str, Any], tuple[str, ...], str]] = [
    ("flux-schnell", "text-to-image", {**WORDS, "steps": 4}, (), "0.003"),
    ("flux-dev", "image-to-image", {"prompt": "winter", "seed": 1, "strength": 0.5, "steps": 28}, ("source",), "0.025"),
    ("flux-pro-1.1", "text-to-image", {**WORDS, "size": 1440, "safety_tolerance": "2"}, (), "0.08"),
    ("nano-banana", "text-to-image", BANANA, (), "0.039"),
    ("nano-banana-2", "text-to-image", {**BANANA, "size": 2048}, (), "0.12"),
    ("nano-banana-pro", "image-to-image", {"prompt": "winter", "seed": 1}, ("source", "reference"), "0.15"),
    ("seedance-2.0", "image-to-video", {**STILL, "size": "480p", "generate_audio": True}, ("source", "last"), "0.5384"),
    ("kling-v3", "text-to-video", {**FILM, "generate_audio": False, "cfg_scale": 0.5}, (), "0.336"),
    ("kling-v3-pro", "image-to-video", {**STILL, "size": "1080p", "generate_audio": True}, ("source",), "0.672"),
    ("hailuo-2.3", "text-to-video", {**FILM, "size": "768p", "duration_seconds": 6.0, "prompt_optimizer": True}, (), "0.28"),
    ("veo3.1", "text-to-video", {**FILM, "generate_audio": False}, (), "0.80"),
    ("veo3.1", "image-to-video", {**STILL, "generate_audio": True}, ("source",), "1.60"),
    ("veo3.1", "image-to-video", {**STILL, "generate_audio": True}, ("source", "last"), "1.60"),
    ("veo3.1", "extend-video", {**ADDED, "generate_audio": True, "auto_fix": False}, ("source",), "2.80"),
    ("veo3.1-fast", "extend-video", {**ADDED, "generate_audio": False, "auto_fix": False}, ("source",), "0.70"),
    ("seedance-2.0", "reference-to-video", {**FILM, "generate_audio": True}, ("reference", "reference"), "1.2096"),
    ("veo3.1-reference", "reference-to-video", DRAWN, ("reference",) * 3, "3.20"),
    ("kling-o3-pro-edit", "video-to-video", {"prompt": "snow", "seed": 3, "keep_audio": False}, ("source", "reference"), "1.68"),
    ("esrgan", "upscale", {"factor": 2}, ("source",), "0.003885"),
]  # fmt: skip


async def test_every_model_takes_its_order_with_fields_it_knows_and_bills_it_once(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.001) as sandbox:
        fal, seen, simulated = Fal(), set(), models_of("fal.toml")
        for name, operation, params, roles, usd in CASES:
            inputs = tuple(sandbox.picture(role) for role in roles)
            order = sandbox.order(fal, f"fal:{name}", operation, inputs=inputs, **params)
            delivery = await sandbox.deliver(fal, order)
            line = sandbox.bill(VENDOR)[-1]
            assert (Decimal(line["cost_usd"]), delivery.billed_usd) in (
                (Decimal(usd), None),
                (Decimal(usd), Decimal(usd)),
            ), name
            job = sandbox.world.book.find(VENDOR, line["reference"])
            assert job is not None
            assert set(job.facts["input"]) <= set(simulated[job.model].fields), name
            mime = delivery.files[0].mime
            if mime not in seen:
                seen.add(mime)
                assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == mime
        assert len(sandbox.bill(VENDOR)) == len(CASES)
        assert seen == {"image/png", "image/jpeg", "video/mp4"}


async def test_its_place_in_the_queue_is_told(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=1.0) as sandbox:
        fal = Fal()
        order = sandbox.order(fal, "fal:veo3.1", "text-to-video", **FILM)
        ticket = await fal.submit(order, sandbox.http)
        assert await fal.check(ticket, order, sandbox.http) == Waiting(word="Waiting in the queue, 1 before it")


async def test_a_large_input_is_uploaded_before(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        fal = Fal()
        large = sandbox.file("source", "image/png", bytes(1_200_000))
        order = sandbox.order(fal, "fal:flux-dev", "image-to-image", inputs=(large,), prompt="winter", seed=1)
        ticket = await fal.submit(order, sandbox.http)
        job = sandbox.world.book.find(VENDOR, str(ticket.reference["request_id"]))
        assert job is not None
        url = job.facts["input"]["image_url"]
        async with sandbox.http.request("GET", url, trusted=sandbox.url) as answer:
            assert len(await answer.read()) == 1_200_000


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        ("refused-content", ContentRefused, "flagged by a content checker"),
        ("failed", Failed, "out of memory"),
        ("vendor-cancelled", Failed, "timed out"),
    ],
)
async def test_completed_may_be_a_failure_which_is_not_billed(
    fault: str, error: type[Failed], says: str, tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        fal = Fal()
        sandbox.fault(VENDOR, fault)  # type: ignore[arg-type]
        with pytest.raises(error, match=says) as end:
            await sandbox.deliver(fal, sandbox.order(fal, "fal:flux-schnell", "text-to-image", **WORDS))
        assert sandbox.bill(VENDOR) == []
        assert end.value.billed_usd in (Decimal(0), None)


async def test_a_cancel_in_the_queue_is_free(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=1.0) as sandbox:
        fal = Fal()
        order = sandbox.order(fal, "fal:veo3.1", "text-to-video", **FILM)
        ticket = await fal.submit(order, sandbox.http)
        await fal.cancel(ticket, order, sandbox.http)
        await fal.cancel(ticket, order, sandbox.http)
        with pytest.raises(Failed, match="cancelled") as end:
            await fal.check(ticket, order, sandbox.http)
        assert (end.value.billed_usd, sandbox.bill(VENDOR)) == (Decimal(0), [])


async def test_an_order_that_is_gone_is_forgotten_and_no_endless_wait(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        fal = Fal()
        order = sandbox.order(fal, "fal:flux-schnell", "text-to-image", **WORDS)
        ticket = await fal.submit(order, sandbox.http)
        sandbox.world.book.reset()
        with pytest.raises(Forgotten, match="does not know"):
            await fal.check(ticket, order, sandbox.http)


async def test_the_key_is_tested_by_asking_for_nobodys_order(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        fal = Fal()
        access = fal.settings.at_sandbox(sandbox.url)
        assert (await fal.test(access, sandbox.http)).is_ok
        sandbox.fault(VENDOR, "bad-key")
        with pytest.raises(NotConfigured):
            await fal.test(access, sandbox.http)


async def test_a_signed_call_is_taken_with_the_keys_that_the_vendor_publishes(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        fal = Fal()
        access = fal.settings.at_sandbox(sandbox.url)
        body = b'{"request_id":"req-1","status":"OK","payload":{}}'
        headers = lowered(sign_call("req-1", body))
        with pytest.raises(Forged):
            fal.verify(headers, body, access, secret="hook", now=clock.now())
        await ordered_with_a_hook(fal, sandbox)
        callback = fal.verify(headers, body, access, secret="hook", now=clock.now())
        assert (callback.key, callback.reference) == ("req-1", "req-1")
        with pytest.raises(Forged):
            fal.verify(headers, body + b" ", access, secret="hook", now=clock.now())
        with pytest.raises(Forged):
            fal.verify(headers, body, access, secret="hook", now=clock.now() + timedelta(minutes=6))


async def test_the_vendors_own_example_of_a_signature_is_taken(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        fal = Fal()
        await ordered_with_a_hook(fal, sandbox)
        body = b'{"request_id":"req-demo-1","gateway_request_id":"req-demo-1","status":"OK","payload":{"images":[]}}'
        headers = {
            "x-fal-webhook-request-id": "req-demo-1",
            "x-fal-webhook-user-id": "user-demo",
            "x-fal-webhook-timestamp": "1766000000",
            "x-fal-webhook-signature": "6851106d245bd9e5fa1d2c356159ad20af60428dbadd7892b37e72fe1301575d"
            "57e6ceff0f0ec377d4a94fe04168ea9f77f60868bf09f0675c4ace2cd7f9fe0d",
        }
        access = fal.settings.at_sandbox(sandbox.url)
        now = datetime.fromtimestamp(1766000000, UTC)
        assert fal.verify(headers, body, access, secret="hook", now=now).reference == "req-demo-1"


async def ordered_with_a_hook(fal: Fal, sandbox: Sandboxed) -> Ticket:
    """Gives an order whose news are to be called in: the vendor's public keys are read before."""
    order = sandbox.order(fal, "fal:flux-schnell", "text-to-image", **WORDS)
    return await fal.submit(replace(order, webhook=f"{sandbox.url}/nowhere"), sandbox.http)


def lowered(headers: dict[str, str]) -> dict[str, str]:
    """Header names as the door gives them."""
    return {name.lower(): value for name, value in headers.items()}


async def test_any_endpoint_is_described_with_its_price_where_the_key_may_ask_for_it(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.002) as sandbox:
        fal = Fal()
        access = fal.settings.at_sandbox(sandbox.url)
        told = await fal.describe("https://fal.ai/models/studio-example/ink", {}, access, sandbox.http)
        assert [(rule["operation"], rule["unit"], rule["cost_usd"]) for rule in told.prices] == [
            ("text-to-image", "image", "0.02"),
            ("image-to-image", "image", "0.02"),
        ]
        card = fal.card_of(told)
        assert (card.id, card.name, list(card.options.model_fields)) == (
            "fal:studio-example/ink",
            "Ink",
            ["line_width", "paper"],
        )
        sandbox.fault(VENDOR, "bad-key")
        assert (await fal.describe("studio-example/ink", {}, access, sandbox.http)).prices == ()
        film = await fal.describe("studio-example/sway/image-to-video", {}, access, sandbox.http)
        limits = fal.card_of(film).limits["image-to-video"]
        assert (limits.durations_seconds, limits.sizes) == ((4.0, 8.0), ("480p", "720p"))
        params = {**STILL, "size": "480p", "duration_seconds": 8.0, "seed": None}
        order = sandbox.order(
            fal,
            "fal:studio-example/sway/image-to-video",
            "image-to-video",
            described=film,
            inputs=(sandbox.picture(),),
            **params,
        )
        await fal.submit(order, sandbox.http)
        assert Decimal(sandbox.bill(VENDOR)[-1]["cost_usd"]) == Decimal("0.4")
        for wrong in ("nobody/nothing", "one-word", "../x y"):
            with pytest.raises(Invalid):
                await fal.describe(wrong, {}, access, sandbox.http)
