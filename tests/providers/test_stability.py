"""Stability AI against its simulator: every service, files at once and results asked for, and what each fault proves."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from photoplay.media import sniff
from photoplay.providers import (
    ContentRefused,
    Delivery,
    Forgotten,
    Input,
    Invalid,
    NotConfigured,
    Order,
    OutcomeUnknown,
    Throttled,
    Ticket,
    Unavailable,
    Waiting,
)
from photoplay.providers.stability import Stability, StabilityAccess
from tests.sandboxed import Sandboxed, a_sandbox

VENDOR = "stability"
PAINTER = "stability:sd3.5-flash"
GROWER = "stability:stable-image-upscale-creative"
WORDS: dict[str, Any] = {"prompt": "a lake", "aspect": "16:9", "size": 1024, "seed": 7, "output_format": "jpeg"}


def params_of(stability: Stability, model: str, **more: Any) -> dict[str, Any]:
    """Params as the studio gives them: the model's options with their defaults, and what was asked for."""
    card = next(card for card in stability.cards if card.id == model)
    return {**card.options().model_dump(), "seed": 7, **more}


def an_order(sandbox: Sandboxed, model: str, operation: str, *inputs: Input, **more: Any) -> Order:
    stability = Stability()
    return sandbox.order(stability, model, operation, inputs=inputs, **params_of(stability, model, **more))


def one_of_each(sandbox: Sandboxed) -> list[Order]:
    """An order for every operation of every card, with every input role it takes."""
    asked: dict[str, dict[str, Any]] = {
        "text-to-image": {"prompt": "a lake", "aspect": "1:1", "size": 1024},
        "outpaint": {"prompt": "", "left": 64, "right": 0, "top": 32, "bottom": 0},
        "search-and-replace": {"prompt": "a dog", "search": "the cat"},
        "control-image": {"prompt": "a lake", "aspect": None},
        "upscale": {"factor": 2},
        "text-to-music": {"prompt": "a waltz", "duration_seconds": 2},
        "text-to-sound": {"prompt": "rain", "duration_seconds": 2},
        "audio-to-audio": {"prompt": "a waltz by night", "duration_seconds": 2},
    }
    roles = {"inpaint": ("source", "mask"), "erase": ("source", "mask"), "image-to-image": ("source", "reference")}
    orders = []
    for card in Stability().cards:
        for operation in card.operations:
            given = () if operation.startswith("text-") else roles.get(operation, ("source",))
            inputs = tuple(sandbox.picture(role, size=96) for role in given)
            if operation == "audio-to-audio":
                inputs = (sandbox.file("source", "audio/mpeg", b"ID3" + bytes(64)),)
            orders.append(an_order(sandbox, card.id, operation, *inputs, **asked.get(operation, {"prompt": "a lake"})))
    return orders


async def test_every_operation_is_made_and_billed_once(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.001) as sandbox:
        stability = Stability()
        orders = one_of_each(sandbox)
        for number, order in enumerate(orders, start=1):
            delivery = await sandbox.deliver(stability, order)
            found = sniff((await sandbox.bytes_of(order, delivery))[:4096])
            assert found is not None
            assert found.mime == ("audio/mpeg" if "audio" in order.model else "image/png"), order.model
            assert delivery.metadata["seed"] == 7 or order.operation in ("upscale", "remove-background")
            bill = sandbox.bill(VENDOR)
            assert (len(bill), Decimal(bill[-1]["cost_usd"])) == (number, delivery.billed_usd), order.model
        assert len(orders) == 30


async def test_a_slow_result_is_asked_for_until_it_is_there(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        stability, order = Stability(), an_order(sandbox, GROWER, "upscale", sandbox.picture(size=96), factor=4)
        ticket = await stability.submit(order, sandbox.http)
        assert isinstance(ticket, Ticket)
        assert isinstance(await stability.check(ticket, order, sandbox.http), Waiting)
        sandbox.fault(VENDOR, "check-error")
        with pytest.raises(OutcomeUnknown, match="server error"):
            await stability.check(ticket, order, sandbox.http)
        sandbox.fault(VENDOR, "file-cut")
        with pytest.raises(Unavailable, match="does not answer"):
            await sandbox.until_done(stability, ticket, order)
        assert isinstance(await stability.check(ticket, order, sandbox.http), Delivery)
        sandbox.fault(VENDOR, "file-expired")
        with pytest.raises(Forgotten, match="does not know"):
            await stability.check(ticket, order, sandbox.http)


@pytest.mark.parametrize(("model", "operation"), [(PAINTER, "text-to-image"), (GROWER, "upscale")])
async def test_a_blurred_result_is_a_refusal_that_is_billed(model: str, operation: str, tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        inputs = (sandbox.picture(size=96),) if operation == "upscale" else ()
        words = WORDS if operation == "text-to-image" else {}
        sandbox.fault(VENDOR, "refused-content")
        with pytest.raises(ContentRefused, match="blurred") as refusal:
            await sandbox.deliver(Stability(), an_order(sandbox, model, operation, *inputs, **words))
        assert [refusal.value.billed_usd] == [Decimal(line["cost_usd"]) for line in sandbox.bill(VENDOR)]


async def test_what_is_flagged_before_it_is_made_is_free(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        sandbox.fault(VENDOR, "vendor-cancelled")
        with pytest.raises(ContentRefused, match="flagged") as refusal:
            await Stability().submit(an_order(sandbox, PAINTER, "text-to-image", **WORDS), sandbox.http)
        assert (refusal.value.billed_usd, sandbox.bill(VENDOR)) == (Decimal(0), [])


async def test_what_does_not_fit_is_told_in_its_words(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        stability = Stability()
        wrong = [
            (an_order(sandbox, PAINTER, "text-to-image", **{**WORDS, "cfg_scale": 40}), "between 1 and 10"),
            (an_order(sandbox, PAINTER, "text-to-image", **{**WORDS, "prompt": "озеро"}), "English only"),
            (an_order(sandbox, "stability:stable-image-erase", "erase", sandbox.picture(size=8)), "64 pixels"),
            (
                an_order(
                    sandbox,
                    "stability:stable-image-remove-background",
                    "remove-background",
                    sandbox.file("source", "image/png", bytes(11_000_000)),
                ),
                "at most 10 MB",
            ),
            (an_order(sandbox, "stability:stable-image-core", "inpaint", sandbox.picture()), "does not offer"),
            (
                an_order(sandbox, "stability:stable-audio-2.5", "audio-to-audio", sandbox.picture(), prompt="a waltz"),
                "must be an MP3 or WAV",
            ),
        ]
        for order, says in wrong:
            with pytest.raises(Invalid, match=says):
                await stability.submit(order, sandbox.http)
        assert sandbox.bill(VENDOR) == []


async def test_the_key_is_tested_by_asking_for_the_balance(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        stability, access = Stability(), StabilityAccess.at_sandbox(sandbox.url)
        assert (await stability.test(access, sandbox.http)).balance == "2500 credits"
        wrong = StabilityAccess(address=access.address, api_key=SecretStr("bad"))
        with pytest.raises(NotConfigured, match="invalid api key"):
            await stability.test(wrong, sandbox.http)


async def test_the_minute_that_stability_locks_out_for_is_told(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.001) as sandbox:
        sandbox.fault(VENDOR, "throttled")
        with pytest.raises(Throttled) as raised:
            await Stability().submit(an_order(sandbox, "stability:sd3.5-large", "text-to-image", **WORDS), sandbox.http)
        assert raised.value.retry_after_seconds == 60.0
