"""Runway against its simulator: every operation is made and billed as told, and every fault ends as it must."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from photoplay.core.http import FetchFailed
from photoplay.media import sniff
from photoplay.providers import (
    ContentRefused,
    Failed,
    Forgotten,
    Invalid,
    OutcomeUnknown,
    Ticket,
    Unavailable,
    Waiting,
)
from photoplay.providers.runway import RunwayProvider
from tests.sandboxed import Sandboxed, a_sandbox

VENDOR = "runway"
FILM = {"prompt": "a lake", "aspect": "16:9", "size": "720p", "duration_seconds": 2.0, "seed": 7}
MOVE = {"prompt": "it snows", "size": "720p", "duration_seconds": 2.0, "seed": 7}
MILD = {"public_figure_threshold": "auto"}
ORDERS: list[tuple[str, str, tuple[str, ...], dict[str, Any], str, str]] = [
    (
        "gen4_image",
        "text-to-image",
        (),
        {"prompt": "a lake", "aspect": "4:3", "size": 1920, **MILD},
        "image/png",
        "0.08",
    ),
    (
        "gen4_image",
        "image-to-image",
        ("source", "reference"),
        {"prompt": "as snow", "aspect": None},
        "image/png",
        "0.05",
    ),
    ("gen4_image_turbo", "image-to-image", ("source",), {"prompt": "as snow"}, "image/png", "0.02"),
    ("gen4.5", "text-to-video", (), {**FILM, **MILD}, "video/mp4", "0.24"),
    ("gen4_turbo", "image-to-video", ("source",), {**MOVE, "prompt": ""}, "video/mp4", "0.10"),
    (
        "veo3.1",
        "image-to-video",
        ("source", "last"),
        {**MOVE, "duration_seconds": 4, "generate_audio": True, "negative_prompt": ""},
        "video/mp4",
        "1.60",
    ),
    (
        "veo3.1_fast",
        "text-to-video",
        (),
        {**FILM, "duration_seconds": 4, "generate_audio": False, "negative_prompt": "rain"},
        "video/mp4",
        "0.40",
    ),
    (
        "aleph2",
        "video-to-video",
        ("film", "reference"),
        {"prompt": "at night", "seed": 3, "target_aspect_ratio": "9:16"},
        "video/mp4",
        "0.56",
    ),
    (
        "magnific_precision_upscaler_v2",
        "upscale",
        ("source",),
        {"factor": 4, "flavor": "photo", "smart_grain": 10},
        "image/png",
        "0.25",
    ),
    (
        "eleven_text_to_sound_v2",
        "text-to-sound",
        (),
        {"prompt": "rain", "duration_seconds": 7.5, "loop": True},
        "audio/mpeg",
        "0.02",
    ),
    ("eleven_multilingual_v2", "text-to-speech", (), {"prompt": "Good morning", "voice": "Maya"}, "audio/mpeg", "0.01"),
]


async def test_every_operation_is_made_and_billed_as_told(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        runway = RunwayProvider()
        made: dict[str, Any] = {}
        for model, operation, roles, params, mime, cost in ORDERS:
            order = sandbox.order(
                runway, f"runway:{model}", operation, inputs=tuple(given(sandbox, role) for role in roles), **params
            )
            delivery = await sandbox.deliver(runway, order)
            assert delivery.files[0].mime == mime, model
            made.setdefault(mime, (order, delivery))
            assert delivery.billed_usd == Decimal(cost) == Decimal(sandbox.bill(VENDOR)[-1]["cost_usd"]), model
        assert len(sandbox.bill(VENDOR)) == len(ORDERS)
        for mime, (order, delivery) in made.items():
            assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == mime


def given(sandbox: Sandboxed, role: str) -> Any:
    return sandbox.file("source", "video/mp4", b"\0\0\0\x18ftypmp42") if role == "film" else sandbox.picture(role)


async def test_a_file_too_large_for_the_request_is_uploaded_first(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        runway = RunwayProvider()
        film = sandbox.file("source", "video/mp4", b"\0\0\0\x18ftypmp42" + bytes(3_400_000))
        order = sandbox.order(runway, "runway:aleph2", "video-to-video", inputs=(film,), prompt="at night", seed=1)
        assert (await sandbox.deliver(runway, order)).billed_usd == Decimal("0.56")


async def test_a_frame_has_the_shape_of_the_picture(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        runway = RunwayProvider()
        tall = sandbox.file("source", "image/png", b"\x89PNG", width=832, height=1104)
        order = sandbox.order(runway, "runway:gen4_turbo", "image-to-video", inputs=(tall,), **MOVE)
        ticket = await runway.submit(order, sandbox.http)
        job = sandbox.world.book.find(VENDOR, str(ticket.reference["id"]))
        assert job is not None
        assert job.facts["size"] == [832, 1104]


async def test_a_task_is_cancelled_and_its_credits_come_back(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=10) as sandbox:
        runway = RunwayProvider()
        order = sandbox.order(runway, "runway:gen4.5", "text-to-video", **FILM)
        ticket = await runway.submit(order, sandbox.http)
        assert isinstance(await runway.check(ticket, order, sandbox.http), Waiting)
        await runway.cancel(ticket, order, sandbox.http)
        with pytest.raises(Failed, match="cancelled") as end:
            await runway.check(ticket, order, sandbox.http)
        assert (end.value.billed_usd, sandbox.bill(VENDOR)) == (Decimal(0), [])


async def test_a_cancel_that_comes_too_late_does_not_delete_the_result(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        runway = RunwayProvider()
        order = sandbox.order(runway, "runway:gen4.5", "text-to-video", **FILM)
        ticket = await runway.submit(order, sandbox.http)
        await sandbox.until_done(runway, ticket, order)
        await runway.cancel(ticket, order, sandbox.http)
        assert (await sandbox.until_done(runway, ticket, order)).files


@pytest.mark.parametrize(
    ("fault", "error", "words", "billed"),
    [
        ("refused-content", ContentRefused, "filter refused", "0.24"),
        ("failed", Failed, "unexpected error", "0"),
        ("vendor-cancelled", Failed, "cancelled", "0"),
    ],
)
async def test_a_bad_end_says_what_it_cost(
    fault: Any, error: type[ContentRefused], words: str, billed: str, tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        runway = RunwayProvider()
        sandbox.fault(VENDOR, fault)
        with pytest.raises(error, match=words) as end:
            await sandbox.deliver(runway, sandbox.order(runway, "runway:gen4.5", "text-to-video", **FILM))
        charged = sum((Decimal(line["cost_usd"]) for line in sandbox.bill(VENDOR)), Decimal(0))
        assert end.value.billed_usd == Decimal(billed) == charged


async def test_a_dead_link_is_made_new_by_asking_again(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        runway = RunwayProvider()
        order = sandbox.order(runway, "runway:gen4.5", "text-to-video", **FILM)
        ticket = await runway.submit(order, sandbox.http)
        delivery = await sandbox.until_done(runway, ticket, order)
        sandbox.fault(VENDOR, "file-expired")
        with pytest.raises(FetchFailed):
            await sandbox.bytes_of(order, delivery)
        assert await sandbox.bytes_of(order, await sandbox.until_done(runway, ticket, order))


async def test_words_and_tasks_that_runway_does_not_know_are_refused(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        runway = RunwayProvider()
        wrong = sandbox.order(runway, "runway:gen4.5", "text-to-video", **{**FILM, "prompt": "", "steps": 3})
        with pytest.raises(Invalid, match="promptText: Required"):
            await runway.submit(wrong, sandbox.http)
        with pytest.raises(Forgotten, match="does not know"):
            await runway.check(Ticket({"id": "gone"}), wrong, sandbox.http)


async def test_the_key_is_tested_by_asking_for_the_balance(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        runway = RunwayProvider()
        health = await runway.test(runway.settings.at_sandbox(sandbox.url), sandbox.http)
        assert (health.is_ok, health.balance) == (True, "1,200 credits")
        sandbox.fault(VENDOR, "check-error")
        order = sandbox.order(runway, "runway:gen4.5", "text-to-video", **FILM)
        ticket = await runway.submit(order, sandbox.http)
        with pytest.raises((OutcomeUnknown, Unavailable)):
            await runway.check(ticket, order, sandbox.http)
