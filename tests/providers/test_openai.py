"""OpenAI against its simulator: pictures, edits, partial pictures, the background form and speech; every fault ends as it must."""

import dataclasses
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from photoplay.media import MediaWorker, sniff
from photoplay.providers import (
    CannotTell,
    ContentRefused,
    Failed,
    Input,
    Invalid,
    LocalFile,
    NotConfigured,
    OutcomeUnknown,
    Throttled,
    Waiting,
)
from photoplay.providers.openai import OpenAi, OpenAiSettings
from tests.raw_server import a_server, file_answer
from tests.sandboxed import Sandboxed, a_sandbox

VENDOR = "openai"
FLARE = "openai:gpt-image-2.6-flare"
SAFE = "openai:gpt-image-2.6-flare-background"
WORDS: dict[str, Any] = {
    "prompt": "a lake", "aspect": "16:9", "size": 1024, "seed": 7, "quality": "low", "output_format": "png",
    "output_compression": 100, "background": "auto", "moderation": "low", "partial_images": 0, "complexity": None,
}  # fmt: skip
EDIT: dict[str, Any] = {name: value for name, value in WORDS.items() if name not in ("aspect", "size", "moderation")}
SAFE_WORDS = {name: value for name, value in WORDS.items() if name != "partial_images"}


def _charges(sandbox: Sandboxed) -> list[Decimal]:
    return [Decimal(line["cost_usd"]) for line in sandbox.bill(VENDOR)]


async def test_a_picture_comes_in_the_answer_and_is_billed_by_its_tokens(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        order = sandbox.order(OpenAi(), FLARE, "text-to-image", **WORDS)
        delivery = await sandbox.deliver(OpenAi(), order)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "image/png"
        assert delivery.metadata["size"] == "1072x624"
        assert _charges(sandbox) == [delivery.billed_usd]
        assert sandbox.bill(VENDOR)[0]["reference"] == order.id


@pytest.mark.parametrize("name", ["gpt-image-2.5-sunburst", "gpt-image-2", "gpt-image-1.5", "gpt-image-1-mini"])
async def test_every_family_is_billed_by_its_own_rates(name: str, tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        words = {name: value for name, value in WORDS.items() if name != "complexity"} | {"aspect": "3:2"}
        order = sandbox.order(OpenAi(), f"openai:{name}", "text-to-image", **words)
        assert _charges(sandbox) == []
        assert (await sandbox.deliver(OpenAi(), order)).billed_usd == _charges(sandbox)[0]


async def test_an_edit_sends_every_picture(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        inputs = (sandbox.picture(), sandbox.picture("reference"))
        order = sandbox.order(OpenAi(), FLARE, "image-to-image", inputs=inputs, **EDIT, aspect="1:1", moderation="auto")
        delivery = await sandbox.deliver(OpenAi(), order)
        assert _charges(sandbox) == [delivery.billed_usd]
        assert delivery.billed_usd is not None
        assert delivery.billed_usd > Decimal("0.000008") * 2000


def _masked(sandbox: Sandboxed, media: MediaWorker) -> tuple[Input, Input]:
    return sandbox.picture(), dataclasses.replace(sandbox.picture("mask"), clear=media.clear_mask)


@pytest.mark.parametrize("model", [FLARE, SAFE])
async def test_a_mask_reaches_it_transparent_where_ours_is_white(model: str, tmp_path: Path) -> None:
    media = MediaWorker(tmp_path / "credentials")
    try:
        async with a_sandbox(tmp_path) as sandbox:
            order = sandbox.order(OpenAi(), model, "inpaint", inputs=_masked(sandbox, media), **EDIT)
            delivery = await sandbox.deliver(OpenAi(), order)
            assert _charges(sandbox) == [delivery.billed_usd]
    finally:
        await media.close()


async def test_a_mask_that_cannot_be_made_ready_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        mask = dataclasses.replace(sandbox.picture("mask"), clear=None)
        order = sandbox.order(OpenAi(), FLARE, "inpaint", inputs=(sandbox.picture(), mask), **EDIT)
        with pytest.raises(Invalid, match="mask"):
            await OpenAi().submit(order, sandbox.http)
        assert _charges(sandbox) == []


@pytest.mark.parametrize("operation", ["text-to-image", "image-to-image"])
async def test_partial_pictures_are_shown_while_it_paints(operation: str, tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        shown: list[LocalFile] = []
        edit = operation == "image-to-image"
        inputs, words = ((sandbox.picture(),), EDIT) if edit else ((), WORDS)
        order = sandbox.order(OpenAi(), FLARE, operation, inputs=inputs, **{**words, "partial_images": 2})
        order = dataclasses.replace(order, on_preview=shown.append)
        delivery = await sandbox.deliver(OpenAi(), order)
        assert [file.path.name for file in shown] == ["partial-0.png", "partial-1.png"]
        assert _charges(sandbox) == [delivery.billed_usd]


async def test_the_background_form_is_asked_for_later_and_bills_its_words_too(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        order = sandbox.order(OpenAi(), SAFE, "text-to-image", **SAFE_WORDS)
        ticket = await OpenAi().submit(order, sandbox.http)
        first = await OpenAi().check(ticket, order, sandbox.http)  # type: ignore[arg-type]
        delivery = await sandbox.until_done(OpenAi(), ticket, order)  # type: ignore[arg-type]
        assert isinstance(first, Waiting)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "image/png"
        assert _charges(sandbox) == [delivery.billed_usd]
        assert sandbox.bill(VENDOR)[0]["reference"] == order.id


async def test_a_background_order_that_is_stopped_is_not_billed(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=1) as sandbox:
        order = sandbox.order(OpenAi(), SAFE, "text-to-image", **SAFE_WORDS)
        ticket = await OpenAi().submit(order, sandbox.http)
        await OpenAi().cancel(ticket, order, sandbox.http)  # type: ignore[arg-type]
        with pytest.raises(Failed, match="Cancelled") as failure:
            await OpenAi().check(ticket, order, sandbox.http)  # type: ignore[arg-type]
        assert (failure.value.billed_usd, _charges(sandbox)) == (Decimal(0), [])


@pytest.mark.parametrize(
    ("fault", "error"), [("failed", Failed), ("refused-content", ContentRefused), ("vendor-cancelled", Failed)]
)
async def test_a_background_order_that_ends_badly_says_why(fault: Any, error: type[Exception], tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        sandbox.fault(VENDOR, fault)
        with pytest.raises(error):
            await sandbox.deliver(OpenAi(), sandbox.order(OpenAi(), SAFE, "text-to-image", **SAFE_WORDS))
        assert _charges(sandbox) == []


async def test_a_text_is_spoken_and_billed_by_tokens_where_they_are_told(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        words = {"prompt": "Good evening and welcome.", "speed": 1.0, "response_format": "mp3"}
        for model, more in (
            ("tts-1", {"voice": "alloy"}),
            ("gpt-4o-mini-tts", {"voice": "marin", "instructions": "warm"}),
        ):
            order = sandbox.order(OpenAi(), f"openai:{model}", "text-to-speech", **words, **more)
            delivery = await sandbox.deliver(OpenAi(), order)
            assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "audio/mpeg"
            told = delivery.billed_usd
            assert told == (None if model == "tts-1" else _charges(sandbox)[-1])


async def test_what_its_filter_refuses_is_told_and_not_billed(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        for partials in (0, 1):
            sandbox.fault(VENDOR, "refused-content")
            order = sandbox.order(OpenAi(), FLARE, "text-to-image", **{**WORDS, "partial_images": partials})
            with pytest.raises(ContentRefused, match="violence") as refusal:
                await OpenAi().submit(order, sandbox.http)
            assert (refusal.value.billed_usd, _charges(sandbox)) == (Decimal(0), [])


async def test_a_wrong_setting_is_refused_by_name(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        order = sandbox.order(OpenAi(), "openai:gpt-image-2", "text-to-image", **{**WORDS, "quality": "max"})
        with pytest.raises(Invalid, match="max"):
            await OpenAi().submit(order, sandbox.http)


async def test_the_key_is_tested_and_the_ends_of_models_are_told(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        access = OpenAi.settings.at_sandbox(sandbox.url)
        assert (await OpenAi().test(access, sandbox.http)).is_ok
        states = {state.model: state for state in await OpenAi().probe(access, sandbox.http)}
        assert states["tts-1"].shutdown_on == date(2027, 1, 6)
        assert states["gpt-image-2.6-flare-background"].is_listed
        assert {card.id.partition(":")[2] for card in OpenAi.cards} == set(states)


async def test_a_key_for_the_webhook_is_not_needed_to_order() -> None:
    assert OpenAi.settings(api_key="sk-1", webhook_secret="").missing() == ()  # type: ignore[call-arg,arg-type]


@pytest.mark.parametrize("partials", [0, 1])
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
async def test_a_fault_says_what_it_proves(
    fault: Any, error: type[Exception], charges: int, partials: int, tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        order = sandbox.order(OpenAi(), FLARE, "text-to-image", **{**WORDS, "partial_images": partials})
        sandbox.fault(VENDOR, fault)
        with pytest.raises(error):
            await OpenAi().submit(order, sandbox.http)
        assert len(_charges(sandbox)) == charges
        assert await OpenAi().find(order, sandbox.http) == CannotTell()


async def test_a_pause_that_the_vendor_asks_for_is_told_to_the_millisecond(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        sandbox.fault(VENDOR, "throttled", seconds=0.25)
        with pytest.raises(Throttled) as throttled:
            await OpenAi().submit(sandbox.order(OpenAi(), FLARE, "text-to-image", **WORDS), sandbox.http)
        assert throttled.value.retry_after_seconds == 0.25


@pytest.mark.parametrize(
    ("named", "sent"),
    [
        ({}, ()),
        (
            {"organization": "org-photo", "project": "proj_films"},
            (b"OpenAI-Organization: org-photo", b"OpenAI-Project: proj_films"),
        ),
    ],
)
async def test_the_organization_and_project_that_pay_travel_with_every_call(
    tmp_path: Path, named: dict[str, str], sent: tuple[bytes, ...]
) -> None:
    async with a_server(file_answer(b'{"data": []}', "application/json"), host="127.0.0.1") as heard:
        async with a_sandbox(tmp_path) as sandbox:
            access = OpenAiSettings(address=heard.url, api_key=SecretStr("made-up"), **named)
            assert (await OpenAi().test(access, sandbox.http)).is_ok
        asked = heard.requests[0]
        assert [line for line in asked.split(b"\r\n") if line.lower().startswith(b"openai-")] == list(sent)
