"""Luma against its simulator: every operation is made, and every fault ends as it must."""

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
    Ticket,
)
from photoplay.providers.luma import LumaProvider
from tests.sandboxed import Sandboxed, a_sandbox

VENDOR = "luma"
UNI = {"style": "auto", "web_search": False, "output_format": "jpeg", "seed": 7}
PICTURE = {"prompt": "a lake", "aspect": "3:2", "size": 2048, **UNI}
FILM = {"prompt": "a lake", "aspect": "16:9", "size": "360p", "duration_seconds": 5.0, "seed": 7, "loop": True}
MOVE = {"prompt": "", "size": "540p", "duration_seconds": 10, "seed": 7, "loop": False}
ORDERS: list[tuple[str, str, tuple[str, ...], dict[str, Any], str, str]] = [
    ("uni-1", "text-to-image", (), PICTURE, "image/jpeg", "0.0404"),
    ("uni-1-max", "image-to-image", ("source", "reference"), {**UNI, "prompt": "as snow"}, "image/jpeg", "0.106"),
    ("ray-3.2", "text-to-video", (), FILM, "video/mp4", "0.06"),
    ("ray-3.2", "image-to-video", ("source", "last"), MOVE, "video/mp4", "0.45"),
    ("ray-3.2", "video-to-video", ("film",), {"prompt": "at night", "edit_strength": "flex_1"}, "video/mp4", "1.08"),
]


async def test_every_operation_is_made(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        luma = LumaProvider()
        made: dict[str, Any] = {}
        for model, operation, roles, params, mime, cost in ORDERS:
            inputs = tuple(given(sandbox, role) for role in roles)
            order = sandbox.order(luma, f"luma:{model}", operation, inputs=inputs, **params)
            delivery = await sandbox.deliver(luma, order)
            assert delivery.files[0].mime == mime, operation
            made.setdefault(mime, (order, delivery))
            assert (delivery.billed_usd, Decimal(sandbox.bill(VENDOR)[-1]["cost_usd"])) == (None, Decimal(cost))
        for mime, (order, delivery) in made.items():
            assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == mime


def given(sandbox: Sandboxed, role: str) -> Any:
    return sandbox.file("source", "video/mp4", b"\0\0\0\x18ftypmp42") if role == "film" else sandbox.picture(role)


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("refused-content", ContentRefused, "filter refused it: The prompt was moderated"),
        ("failed", Failed, "The model could not finish"),
    ],
)
async def test_a_bad_end_is_told_and_not_billed(
    fault: Any, error: type[ContentRefused], words: str, tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        luma = LumaProvider()
        sandbox.fault(VENDOR, fault)
        with pytest.raises(error, match=words) as end:
            await sandbox.deliver(luma, sandbox.order(luma, "luma:uni-1", "text-to-image", **PICTURE))
        assert (end.value.billed_usd, sandbox.bill(VENDOR)) == (Decimal(0), [])


async def test_a_dead_link_is_made_new_by_asking_again(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        luma = LumaProvider()
        order = sandbox.order(luma, "luma:uni-1", "text-to-image", **PICTURE)
        ticket = await luma.submit(order, sandbox.http)
        sandbox.fault(VENDOR, "file-expired")
        with pytest.raises(FetchFailed):
            await sandbox.bytes_of(order, await sandbox.until_done(luma, ticket, order))
        assert await sandbox.bytes_of(order, await sandbox.until_done(luma, ticket, order))


async def test_what_does_not_fit_is_refused_in_words_and_costs_nothing(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        luma = LumaProvider()
        endless = sandbox.order(luma, "luma:ray-3.2", "text-to-video", **{**FILM, "duration_seconds": 10})
        with pytest.raises(Invalid, match="loop is not supported"):
            await luma.submit(endless, sandbox.http)
        huge = sandbox.file("source", "video/mp4", bytes(20_000_001))
        order = sandbox.order(luma, "luma:ray-3.2", "video-to-video", inputs=(huge,), prompt="at night")
        with pytest.raises(Invalid, match="public address"):
            await luma.submit(order, sandbox.http)
        with pytest.raises(Forgotten, match="does not know"):
            await luma.check(Ticket({"id": "gone"}), order, sandbox.http)
        assert sandbox.bill(VENDOR) == []


async def test_the_key_is_tested_without_ordering(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        luma = LumaProvider()
        assert (await luma.test(luma.settings.at_sandbox(sandbox.url), sandbox.http)).is_ok
        assert sandbox.bill(VENDOR) == []
