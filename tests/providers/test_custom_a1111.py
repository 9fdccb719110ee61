"""Stable Diffusion web UI against its simulator: pictures with true progress, interrupts, restarts and faults."""

import asyncio
import dataclasses
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from photoplay.media import sniff
from photoplay.providers import Failed, Invalid, NotConfigured, Order, Unavailable, Waiting
from photoplay.providers.custom_a1111 import CustomA1111, CustomA1111Servers
from tests.sandboxed import Sandboxed, a_sandbox

VENDOR = "custom-a1111"
MODEL = "custom-a1111:server"
WORDS: dict[str, Any] = {
    "prompt": "a lake", "negative_prompt": "fog", "aspect": "3:2", "size": 768, "seed": 7, "steps": 20, "cfg_scale": 6.5,
    "sampler": "Euler a", "scheduler": "", "checkpoint": "", "strength": 0.5,
}  # fmt: skip


def _asked(sandbox: Sandboxed) -> dict[str, Any]:
    return dict(sandbox.world.book.recent(VENDOR, 0)[0].facts["asked"])


async def _until_painting(sandbox: Sandboxed, provider: CustomA1111Servers, ticket: Any, order: Order) -> Waiting:
    """Asks until the server says that it works on this order and shows something."""
    async with asyncio.timeout(10):
        while True:
            told = await provider.check(ticket, order, sandbox.http)
            assert isinstance(told, Waiting)
            if told.progress and told.previews:
                return told
            await asyncio.sleep(0.005)


async def test_a_picture_is_made_with_the_settings_that_were_asked_for(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomA1111Servers()
        order = sandbox.order(provider, MODEL, "text-to-image", **WORDS)
        delivery = await sandbox.deliver(provider, order)
        asked = _asked(sandbox)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "image/png"
        assert (delivery.billed_usd, delivery.metadata["seed"], delivery.metadata["sampler_name"]) == (
            None,
            7,
            "Euler a",
        )
        assert (asked["width"], asked["height"], asked["cfg_scale"], asked["force_task_id"]) == (
            768,
            512,
            6.5,
            order.id,
        )
        assert "override_settings" not in asked
        assert "scheduler" not in asked


@pytest.mark.parametrize("operation", ["image-to-image", "inpaint"])
async def test_a_picture_is_edited_in_its_own_shape(operation: str, tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomA1111Servers()
        masks = (sandbox.picture("mask"),) if operation == "inpaint" else ()
        words = {**WORDS, "aspect": None, "size": None}
        order = sandbox.order(
            provider, "custom-a1111:dreamshaper_8", operation, inputs=(sandbox.picture(), *masks), **words
        )
        await sandbox.deliver(provider, order)
        asked = _asked(sandbox)
        assert (asked["denoising_strength"], asked["width"], "mask" in asked) == (0.5, 64, bool(masks))
        assert asked["override_settings"] == {"sd_model_checkpoint": "dreamshaper_8"}


async def test_a_picture_is_made_larger(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomA1111Servers()
        order = sandbox.order(provider, MODEL, "upscale", inputs=(sandbox.picture(),), factor=2)
        delivery = await sandbox.deliver(provider, order)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "image/png"


async def test_its_own_progress_and_previews_are_shown_and_a_stop_interrupts_it(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=1) as sandbox:
        provider = CustomA1111Servers()
        order = sandbox.order(provider, MODEL, "text-to-image", **WORDS)
        ticket = await provider.submit(order, sandbox.http)
        waiting = await _until_painting(sandbox, provider, ticket, order)
        await provider.cancel(ticket, order, sandbox.http)
        with pytest.raises(Failed, match="Cancelled") as failure:
            await sandbox.until_done(provider, ticket, order)
        assert waiting.previews[0].mime == "image/jpeg"
        assert failure.value.billed_usd == Decimal(0)
        assert sandbox.world.book.recent(VENDOR, 0)[0].facts["interrupted"]


async def test_a_stop_leaves_the_picture_of_somebody_else_alone(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=1) as sandbox:
        provider = CustomA1111Servers()
        first, second = (sandbox.order(provider, MODEL, "text-to-image", **WORDS) for _ in range(2))
        ticket = await provider.submit(first, sandbox.http)
        await _until_painting(sandbox, provider, ticket, first)
        queued = await provider.submit(second, sandbox.http)
        await provider.cancel(queued, second, sandbox.http)
        still = await provider.check(ticket, first, sandbox.http)
        assert isinstance(still, Waiting)
        assert "interrupted" not in sandbox.world.book.recent(VENDOR, 0)[0].facts
        await provider.close()


async def test_an_order_begins_anew_after_a_restart(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        before, after = CustomA1111Servers(), CustomA1111Servers()
        order = sandbox.order(before, MODEL, "text-to-image", **WORDS)
        ticket = await before.submit(order, sandbox.http)
        await before.close()
        delivery = await sandbox.until_done(after, ticket, order)
        assert delivery.metadata["seed"] == 7


async def test_its_end_is_announced(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider, told = CustomA1111Servers(), asyncio.Event()
        provider.on_news(lambda order_id: told.set())
        order = sandbox.order(provider, MODEL, "text-to-image", **WORDS)
        ticket = await provider.submit(order, sandbox.http)
        await asyncio.wait_for(told.wait(), 10)
        assert not isinstance(await provider.check(ticket, order, sandbox.http), Waiting)


async def test_a_server_that_is_away_or_locked_is_told_before_anything_is_ordered(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomA1111Servers()
        order = sandbox.order(provider, MODEL, "text-to-image", **WORDS)
        away = dataclasses.replace(order, access=CustomA1111(address="http://127.0.0.1:9"))  # type: ignore[call-arg]
        with pytest.raises(Unavailable):
            await provider.submit(away, sandbox.http)
        sandbox.fault(VENDOR, "bad-key")
        with pytest.raises(NotConfigured):
            await provider.submit(order, sandbox.http)


@pytest.mark.parametrize(
    "fault", ["failed", "server-error", "never-arrived", "answer-lost", "error-after", "throttled"]
)
async def test_whatever_goes_wrong_there_nothing_is_charged(fault: Any, tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomA1111Servers()
        sandbox.fault(VENDOR, fault)
        with pytest.raises(Failed, match="Nothing was charged") as failure:
            await sandbox.deliver(provider, sandbox.order(provider, MODEL, "text-to-image", **WORDS))
        assert failure.value.billed_usd == Decimal(0)


async def test_a_sampler_that_it_lacks_is_refused_by_name(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomA1111Servers()
        with pytest.raises(Invalid, match="Sampler not found"):
            await sandbox.deliver(
                provider, sandbox.order(provider, MODEL, "text-to-image", **{**WORDS, "sampler": "Nobody"})
            )


async def test_its_checkpoints_are_listed_and_described(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider, access = CustomA1111Servers(), CustomA1111.at_sandbox(sandbox.url)
        assert (await provider.test(access, sandbox.http)).is_ok
        assert [state.model for state in await provider.probe(access, sandbox.http)] == [
            "sd_xl_base_1.0",
            "dreamshaper_8",
        ]
        told = await provider.describe("dreamshaper_8", {}, access, sandbox.http)
        assert provider.card_of(told).id == "custom-a1111:dreamshaper_8"
        with pytest.raises(Invalid, match="no checkpoint"):
            await provider.describe("nobody", {}, access, sandbox.http)
