"""A Cog server against its simulator: described by its schema, run once at a time, begun anew after what broke."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from photoplay.media import sniff
from photoplay.providers import (
    ContentRefused,
    Failed,
    Invalid,
    NotConfigured,
    OutcomeUnknown,
    Throttled,
    Ticket,
    Unavailable,
    Waiting,
)
from photoplay.providers.custom_cog import CustomCog
from tests.sandboxed import Sandboxed, a_sandbox

VENDOR = "custom-cog"
MODEL = "custom-cog:house-style"
WORDS: dict[str, Any] = {"prompt": "a lake", "aspect": "2:1", "size": 512, "seed": 7}


async def test_its_schema_becomes_the_form_and_the_order(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        cog = CustomCog()
        told = await cog.describe("house-style", {}, cog.settings.at_sandbox(sandbox.url), sandbox.http)
        card = cog.card_of(told)
        form = card.options.model_json_schema()["properties"]
        assert (card.id, card.operations) == (MODEL, ("text-to-image", "image-to-image", "inpaint"))
        assert list(form) == ["style_weight", "scheduler", "num_inference_steps", "output_format"]
        settings = card.options(output_format="jpg", style_weight=0.5).model_dump()  # type: ignore[call-arg]
        order = sandbox.order(cog, MODEL, "text-to-image", described=told, **WORDS, **settings)
        delivery = await sandbox.deliver(cog, order)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "image/jpeg"
        job = sandbox.world.book.find(VENDOR, order.id)
        assert job is not None
        sent = {name: job.facts["input"][name] for name in ("width", "height", "style_weight", "num_outputs")}
        assert sent == {"width": 512, "height": 256, "style_weight": 0.5, "num_outputs": 1}
        assert (delivery.metadata, delivery.billed_usd, len(sandbox.bill(VENDOR))) == ({"seed": 7}, None, 1)


async def test_pictures_go_along_in_the_order(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        cog = CustomCog()
        inputs = (sandbox.picture(), sandbox.picture("mask"))
        order = sandbox.order(cog, MODEL, "inpaint", inputs=inputs, prompt="a door", seed=1)
        await sandbox.deliver(cog, order)
        job = sandbox.world.book.find(VENDOR, order.id)
        assert job is not None
        assert all(job.facts["input"][name].startswith("data:image/png") for name in ("image", "mask"))


async def test_the_operators_price_of_a_second_is_what_it_bills(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        cog = CustomCog()
        order = sandbox.order(cog, MODEL, "text-to-image", **WORDS)
        access = order.access.model_copy(update={"cost_per_second": Decimal("0.001")})
        delivery = await sandbox.deliver(cog, replace(order, access=access))
        assert delivery.billed_usd == Decimal("0.002")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("throttled", Throttled),
        ("server-error", Unavailable),
        ("never-arrived", OutcomeUnknown),
        ("answer-lost", OutcomeUnknown),
        ("error-after", OutcomeUnknown),
    ],
)
async def test_what_breaks_on_the_way_is_told_once_and_begins_anew(
    fault: str, error: type[Exception], tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        cog = CustomCog()
        order = sandbox.order(cog, MODEL, "text-to-image", **WORDS)
        sandbox.fault(VENDOR, fault)  # type: ignore[arg-type]
        with pytest.raises(error):
            await sandbox.deliver(cog, order)
        await sandbox.until_done(cog, Ticket({"id": order.id}), order)
        assert len(sandbox.bill(VENDOR)) == (2 if fault in ("answer-lost", "error-after") else 1)


async def test_one_that_finds_no_free_place_is_told_so(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.5) as sandbox:
        cog = CustomCog()
        first, second = (sandbox.order(cog, MODEL, "text-to-image", **WORDS) for _ in range(2))
        await cog.submit(first, sandbox.http)
        await running(sandbox, first.id)
        with pytest.raises(Throttled, match="no free place"):
            await sandbox.deliver(cog, second)


async def test_a_server_that_breaks_every_time_is_given_up(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        cog = CustomCog()
        sandbox.fault(VENDOR, "answer-lost", times=3)
        order = sandbox.order(cog, MODEL, "text-to-image", **WORDS)
        ticket = await cog.submit(order, sandbox.http)
        for _ in range(2):
            with pytest.raises(OutcomeUnknown):
                await sandbox.until_done(cog, ticket, order)
        with pytest.raises(Failed, match="broke 3 times"):
            await sandbox.until_done(cog, ticket, order)


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        ("failed", Failed, "out of memory"),
        ("refused-content", ContentRefused, "NSFW"),
        ("vendor-cancelled", Failed, "stopped it"),
        ("bad-key", NotConfigured, "refused the key"),
    ],
)
async def test_an_end_without_a_result_says_why(fault: str, error: type[Exception], says: str, tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        cog = CustomCog()
        sandbox.fault(VENDOR, fault)  # type: ignore[arg-type]
        with pytest.raises(error, match=says):
            await sandbox.deliver(cog, sandbox.order(cog, MODEL, "text-to-image", **WORDS))


async def test_what_the_model_does_not_take_is_told(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        cog = CustomCog()
        with pytest.raises(Invalid, match="style_weight"):
            await sandbox.deliver(cog, sandbox.order(cog, MODEL, "text-to-image", **WORDS, style_weight=9))
        lost = sandbox.order(cog, MODEL, "image-to-video", inputs=(sandbox.picture("last"),), prompt="a lake")
        with pytest.raises(Invalid, match="no input of the role last"):
            await cog.submit(lost, sandbox.http)
        assert sandbox.bill(VENDOR) == []


async def test_a_cancel_stops_the_server_too(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=1.0) as sandbox:
        cog, news = CustomCog(), list[str]()
        cog.on_news(news.append)
        order = sandbox.order(cog, MODEL, "text-to-image", **WORDS)
        ticket = await cog.submit(order, sandbox.http)
        await running(sandbox, order.id)
        await cog.cancel(ticket, order, sandbox.http)
        with pytest.raises(Failed, match="Cancelled"):
            await cog.check(ticket, order, sandbox.http)
        job = sandbox.world.book.find(VENDOR, order.id)
        assert job is not None
        assert (job.outcome, news[-1]) == ("cancelled", order.id)


async def test_after_a_restart_an_order_begins_anew_with_the_same_seed(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.2) as sandbox:
        before, after = CustomCog(), CustomCog()
        order = sandbox.order(before, MODEL, "text-to-image", **WORDS)
        ticket = await before.submit(order, sandbox.http)
        await running(sandbox, order.id)
        await before.close()
        assert await after.check(ticket, order, sandbox.http) == Waiting(word="Waiting for its turn")
        assert await after.find(order, sandbox.http) == Ticket({"id": order.id})
        delivery = await sandbox.until_done(after, ticket, order)
        assert delivery.metadata == {"seed": 7}


async def test_a_server_that_is_not_ready_takes_nothing(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        cog = CustomCog()
        access = cog.settings.at_sandbox(sandbox.url)
        assert (await cog.test(access, sandbox.http)).message == "The server says that it is READY."
        sandbox.fault(VENDOR, "check-error", times=2)
        assert (await cog.test(access, sandbox.http)).is_ok is False
        with pytest.raises(Unavailable, match="SETUP_FAILED"):
            await cog.submit(sandbox.order(cog, MODEL, "text-to-image", **WORDS), sandbox.http)


async def running(sandbox: Sandboxed, order_id: str) -> None:
    """Waits until the server works on it."""
    async with asyncio.timeout(5):
        while sandbox.world.book.find(VENDOR, order_id) is None:  # noqa: ASYNC110 - the server is another program
            await asyncio.sleep(0.005)
