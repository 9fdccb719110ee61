"""Replicate against its simulator: every card and any slug, lost answers found by what was sent, and what each fault proves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from photoplay.core import clock
from photoplay.core.ids import id_at, new_id
from photoplay.media import sniff
from photoplay.providers import (
    Absent,
    CannotTell,
    ContentRefused,
    Failed,
    Forged,
    Invalid,
    NotConfigured,
    Order,
    OutcomeUnknown,
    Throttled,
    Ticket,
)
from photoplay.providers.replicate import Replicate
from tests.sandboxed import Sandboxed, a_sandbox

VENDOR = "replicate"
SCHNELL = "replicate:black-forest-labs/flux-schnell"
WORDS: dict[str, Any] = {
    "prompt": "a lake",
    "aspect": "16:9",
    "size": 1024,
    "seed": 7,
    "output_format": "png",
    "steps": 4,
}
FILM: dict[str, Any] = {"prompt": "a boat", "aspect": "16:9", "size": "480p", "duration_seconds": 5.0, "seed": 3}
CASES: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "black-forest-labs/flux-dev": ("image-to-image", {"prompt": "winter", "aspect": None, "strength": 0.5}, ("source",)),
    "black-forest-labs/flux-1.1-pro": ("text-to-image", {**WORDS, "steps": None, "safety_tolerance": 2}, ()),
    "black-forest-labs/flux-2-pro": ("image-to-image", {"prompt": "winter", "seed": 1}, ("source", "reference", "reference")),
    "stability-ai/sdxl": ("inpaint", {"prompt": "a door", "seed": 1, "cfg_scale": 7.5, "sampler": "DDIM"}, ("source", "mask")),
    "google/nano-banana": ("image-to-image", {"prompt": "winter", "seed": 1}, ("source", "reference")),
    "google/nano-banana-2": ("text-to-image", {"prompt": "a lake", "aspect": "1:1", "size": 2048, "seed": 1}, ()),
    "nightmareai/real-esrgan": ("upscale", {"factor": 2, "face_enhance": False}, ("source",)),
    "bytedance/seedance-2.0": ("reference-to-video", {**FILM, "generate_audio": True}, ("reference", "reference")),
    "bytedance/seedance-1-lite": ("image-to-video", {**FILM, "aspect": None, "camera_fixed": True}, ("source", "last")),
    "kwaivgi/kling-v2.1": ("image-to-video", {**FILM, "aspect": None, "size": "720p"}, ("source",)),
    "kwaivgi/kling-v2.5-turbo-pro": ("text-to-video", {**FILM, "size": "1080p"}, ()),
    "minimax/hailuo-02": ("text-to-video", {**FILM, "size": "768p", "duration_seconds": 6.0}, ()),
    "google/veo-3": ("text-to-video", {**FILM, "size": "720p", "duration_seconds": 4.0, "generate_audio": False}, ()),
    "xai/grok-imagine-video-extension": ("extend-video", {"prompt": "it lands", "duration_seconds": 6.0, "seed": 3}, ("source",)),
    "meta/musicgen": ("text-to-music", {"prompt": "a waltz", "duration_seconds": 8.0, "seed": 5, "output_format": "mp3"}, ()),
    "riffusion/riffusion": ("text-to-music", {"prompt": "a waltz", "duration_seconds": 5.0, "seed": 5, "steps": 50}, ()),
}  # fmt: skip


def fresh(order: Order) -> Order:
    """The order with an id of this moment, as a generation's is."""
    return replace(order, id=f"{new_id('gen')}-1")


async def test_every_model_takes_its_order_with_fields_it_knows_and_bills_it_once(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.001) as sandbox:
        replicate, seen = Replicate(), set()
        for slug, (operation, params, roles) in CASES.items():
            inputs = tuple(sandbox.picture(role) for role in roles)
            order = sandbox.order(replicate, f"replicate:{slug}", operation, inputs=inputs, **params)
            delivery = await sandbox.deliver(replicate, order)
            kind = {"text-to-music": "audio"}.get(operation, "video" if "video" in operation else "image")
            assert delivery.files[0].mime.startswith(kind), slug
            if kind not in seen:
                seen.add(kind)
                head = (await sandbox.bytes_of(order, delivery))[:64]
                assert sniff(head).mime == delivery.files[0].mime, slug
            line = sandbox.bill(VENDOR)[-1]
            assert delivery.billed_usd in (None, Decimal(line["cost_usd"])), slug
            schema = (await ask(sandbox, f"/v1/models/{slug}"))["latest_version"]["openapi_schema"]
            known = schema["components"]["schemas"]["Input"]["properties"]
            assert set(job(sandbox, line["reference"]).facts["input"]) <= set(known), slug
        assert len(sandbox.bill(VENDOR)) == len(CASES)


async def test_size_and_aspect_become_what_each_model_calls_them(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        replicate = Replicate()
        small = await replicate.submit(
            sandbox.order(replicate, SCHNELL, "text-to-image", **{**WORDS, "size": 512}), sandbox.http
        )
        exact = sandbox.order(
            replicate, "replicate:black-forest-labs/flux-1.1-pro", "text-to-image", **{**WORDS, "steps": None}
        )
        large = await replicate.submit(exact, sandbox.http)
        sent = [job(sandbox, str(ticket.reference["id"])).facts["input"] for ticket in (small, large)]
        assert (sent[0]["megapixels"], sent[0]["aspect_ratio"], sent[0]["num_outputs"]) == ("0.25", "16:9", 1)
        assert (sent[1]["width"], sent[1]["height"], sent[1]["aspect_ratio"]) == (1024, 576, "custom")


async def test_a_large_input_is_uploaded_and_a_small_one_goes_along(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        replicate = Replicate()
        small, large = sandbox.picture(), sandbox.file("source", "image/png", bytes(300_000))
        for given, begins in ((small, "data:image/png;base64,"), (large, f"{sandbox.url}/replicate/v1/files/")):
            params = {"prompt": "winter", "seed": 1}
            order = sandbox.order(
                replicate, "replicate:black-forest-labs/flux-dev", "image-to-image", inputs=(given,), **params
            )
            ticket = await replicate.submit(order, sandbox.http)
            assert job(sandbox, str(ticket.reference["id"])).facts["input"]["image"].startswith(begins)


async def test_any_model_is_described_by_its_schema_and_runs_by_that_card(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.001) as sandbox:
        replicate = Replicate()
        access = replicate.settings.at_sandbox(sandbox.url)
        told = await replicate.describe("studio-example/watercolour", {}, access, sandbox.http)
        card = replicate.card_of(told)
        form = card.options.model_json_schema()["properties"]
        assert card.operations == ("text-to-image", "image-to-image")
        assert card.limits["text-to-image"].aspects == ("1:1", "16:9", "9:16")
        assert (form["wash"]["default"], list(form)) == (0.4, ["wash", "paper", "sign", "copy_"])
        settings = card.options(paper="rough", copy_="two").model_dump()  # type: ignore[call-arg]
        words = {"prompt": "a lake", "aspect": "16:9", "size": 1024, "seed": 4}
        order = sandbox.order(replicate, card.id, "text-to-image", described=told, **words, **settings)
        delivery = await sandbox.deliver(replicate, order)
        line = sandbox.bill(VENDOR)[0]
        sent = job(sandbox, line["reference"]).facts["input"]
        assert (sent["paper"], sent["copy"], sent["num_outputs"], "size" in sent) == ("rough", "two", 1, False)
        assert delivery.metadata == {"version": "a1" * 32, "seed": 4}
        film = replicate.card_of(await replicate.describe("studio-example/drift", {}, access, sandbox.http))
        assert (film.operations, film.recovery, film.limits["image-to-video"].sizes) == (
            ("image-to-video",),
            "none",
            ("480p", "720p"),
        )


async def test_what_is_no_model_is_said_before_anything_is_ordered(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        replicate = Replicate()
        access = replicate.settings.at_sandbox(sandbox.url)
        for slug in ("nobody/nothing", "../account", "only-one-word"):
            with pytest.raises(Invalid):
                await replicate.describe(slug, {}, access, sandbox.http)
        with pytest.raises(Invalid, match="add it in Settings"):
            await replicate.submit(
                sandbox.order(replicate, "replicate:nobody/nothing", "text-to-image", **WORDS), sandbox.http
            )
        assert sandbox.bill(VENDOR) == []


@pytest.mark.parametrize(
    ("fault", "error", "charges"),
    [
        ("throttled", Throttled, 0),
        ("bad-key", NotConfigured, 0),
        ("no-credit", NotConfigured, 0),
        ("never-arrived", OutcomeUnknown, 0),
        ("server-error", OutcomeUnknown, 0),
        ("answer-lost", OutcomeUnknown, 1),
        ("error-after", OutcomeUnknown, 1),
    ],
)
async def test_a_fault_says_what_it_proves_and_the_order_is_found_or_surely_absent(
    fault: str, error: type[Exception], charges: int, tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        replicate = Replicate()
        order = fresh(sandbox.order(replicate, SCHNELL, "text-to-image", **WORDS))
        sandbox.fault(VENDOR, fault)  # type: ignore[arg-type]
        with pytest.raises(error):
            await replicate.submit(order, sandbox.http)
        assert len(sandbox.bill(VENDOR)) == charges
        found = await replicate.find(order, sandbox.http)
        assert isinstance(found, Ticket if charges else Absent)


async def test_a_search_claims_nothing_that_it_cannot_know(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        replicate = Replicate()
        order = fresh(sandbox.order(replicate, SCHNELL, "text-to-image", **WORDS))
        old = replace(order, id=f"{id_at('gen', clock.now() - timedelta(hours=2))}-1")
        assert await replicate.find(old, sandbox.http) == CannotTell()
        await replicate.submit(order, sandbox.http)
        assert isinstance(
            await replicate.find(replace(order, params={**order.params, "seed": 8}), sandbox.http), Absent
        )
        await replicate.submit(order, sandbox.http)
        assert await replicate.find(order, sandbox.http) == CannotTell()
        banana = fresh(
            sandbox.order(replicate, "replicate:google/nano-banana", "text-to-image", prompt="a lake", seed=7)
        )
        assert await replicate.find(banana, sandbox.http) == CannotTell()


async def test_what_was_ordered_lately_is_listed_over_pages(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        replicate = Replicate()
        since = clock.now() - timedelta(seconds=2)
        slug, cost = SCHNELL.partition(":")[2], Decimal("0.003")
        for seed in range(103):
            sandbox.world.take(VENDOR, slug, seconds=1, cost_usd=cost, facts={"input": {"seed": seed}})
        listed = await replicate.recent(since, replicate.settings.at_sandbox(sandbox.url), sandbox.http)
        assert len({str(ticket.reference["id"]) for _, ticket in listed}) == 103


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        ("refused-content", ContentRefused, "flagged as sensitive"),
        ("failed", Failed, "out of memory"),
        ("vendor-cancelled", Failed, "stopped it"),
    ],
)
async def test_an_end_without_a_result_says_why_and_what_it_cost(
    fault: str, error: type[Failed], says: str, tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path, pace=0.001) as sandbox:
        replicate = Replicate()
        esrgan = sandbox.order(
            replicate, "replicate:nightmareai/real-esrgan", "upscale", inputs=(sandbox.picture(),), factor=4
        )
        for order, charges in ((sandbox.order(replicate, SCHNELL, "text-to-image", **WORDS), 0), (esrgan, 1)):
            sandbox.fault(VENDOR, fault)  # type: ignore[arg-type]
            with pytest.raises(error, match=says) as end:
                await sandbox.deliver(replicate, order)
            bill = [Decimal(line["cost_usd"]) for line in sandbox.bill(VENDOR)]
            assert len(bill) == charges
            assert end.value.billed_usd in (sum(bill), None)


async def test_a_cancel_before_the_start_is_free(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=1.0) as sandbox:
        replicate = Replicate()
        order = sandbox.order(
            replicate, "replicate:meta/musicgen", "text-to-music", prompt="a waltz", duration_seconds=8, seed=1
        )
        ticket = await replicate.submit(order, sandbox.http)
        await replicate.cancel(ticket, order, sandbox.http)
        with pytest.raises(Failed) as end:
            await replicate.check(ticket, order, sandbox.http)
        assert (end.value.billed_usd, sandbox.bill(VENDOR)) == (Decimal(0), [])


async def test_a_deadline_that_passed_before_the_start_is_an_end_without_cost(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.001) as sandbox:
        replicate = Replicate()
        order = sandbox.order(replicate, SCHNELL, "text-to-image", **WORDS)
        body = {"input": {"prompt": "a boat", "duration": 5}}
        made = await ask(sandbox, "/v1/models/bytedance/seedance-1-lite/predictions", body, {"Cancel-After": "5s"})
        with pytest.raises(Failed, match="did not begin"):
            await sandbox.until_done(replicate, Ticket({"id": made["id"]}), order)
        assert sandbox.bill(VENDOR) == []


async def test_what_the_vendor_has_deleted_is_told_and_not_waited_for(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.001) as sandbox:
        replicate = Replicate()
        order = sandbox.order(replicate, SCHNELL, "text-to-image", **WORDS)
        ticket = await replicate.submit(order, sandbox.http)
        made = job(sandbox, str(ticket.reference["id"]))
        sandbox.world.book.keep(replace(made, made_at=made.made_at - 3700))
        with pytest.raises(Failed, match="has deleted it"):
            await replicate.check(ticket, order, sandbox.http)


async def test_an_order_is_taken_once_in_all_kinds_of_slow_answers(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        replicate = Replicate()
        sandbox.fault(VENDOR, "slow-drip")
        await sandbox.deliver(replicate, sandbox.order(replicate, SCHNELL, "text-to-image", **WORDS))
        assert len(sandbox.bill(VENDOR)) == 1


async def test_account_and_models_are_asked_for(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        replicate = Replicate()
        access = replicate.settings.at_sandbox(sandbox.url)
        assert (await replicate.test(access, sandbox.http)).message == "The token is good: account sandbox."
        states = {state.model: state.is_listed for state in await replicate.probe(access, sandbox.http)}
        assert states["black-forest-labs/flux-schnell"] is True
        sandbox.fault(VENDOR, "bad-key")
        with pytest.raises(NotConfigured):
            await replicate.test(access, sandbox.http)


def test_a_call_signed_as_documented_is_taken_and_any_other_refused() -> None:
    replicate, now = Replicate(), datetime.fromtimestamp(1766000000, UTC)
    body = b'{"id":"pred_demo_1","status":"succeeded","output":["https://replicate.delivery/demo/out-0.webp"]}'
    headers = {
        "webhook-id": "msg_demo_0001",
        "webhook-timestamp": "1766000000",
        "webhook-signature": "v1,WHzv5+ON3BWCo7pCwKvQ2oPlyglvnPXUHRBvtif1Vi8=",
    }
    access = replicate.settings(REPLICATE_WEBHOOK_SECRET="whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX")  # type: ignore[call-arg]
    callback = replicate.verify(headers, body, access, secret="hook", now=now)
    assert (callback.key, callback.reference) == ("msg_demo_0001", "pred_demo_1")
    for changed, moment in ((body + b" ", now), (body, now + timedelta(minutes=6))):
        with pytest.raises(Forged):
            replicate.verify(headers, changed, access, secret="hook", now=moment)


def job(sandbox: Sandboxed, job_id: str) -> Any:
    """What the vendor keeps of an order."""
    return sandbox.world.book.find(VENDOR, job_id)


async def ask(sandbox: Sandboxed, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
    """A call of the API by hand."""
    sent = {"Authorization": "Bearer sandbox", **(headers or {})}
    url = f"{sandbox.url}/replicate{path}"
    async with sandbox.http.request(
        "POST" if body else "GET", url, headers=sent, json=body, trusted=sandbox.url
    ) as answer:
        return await answer.json()
