"""Black Forest Labs against its simulator: what the studio asks for is made, and every fault ends as it must."""

from decimal import Decimal
from pathlib import Path

import pytest

from photoplay.media import sniff
from photoplay.providers import ContentRefused, Failed
from photoplay.providers.black_forest_labs import BlackForestLabs
from tests.sandboxed import a_sandbox

VENDOR = "black-forest-labs"
MODEL = "black-forest-labs:flux-2-pro"
WORDS = {"prompt": "a lake", "aspect": "16:9", "size": 1024, "seed": 7, "safety_tolerance": 2, "output_format": "png"}


async def test_a_picture_is_made_and_billed_once(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        bfl = BlackForestLabs()
        order = sandbox.order(bfl, MODEL, "text-to-image", **WORDS)
        delivery = await sandbox.deliver(bfl, order)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "image/png"
        assert delivery.metadata["seed"] == 7
        assert [Decimal(line["cost_usd"]) for line in sandbox.bill(VENDOR)] == [delivery.billed_usd]


async def test_an_edit_sends_every_picture_and_no_foreign_field(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        bfl = BlackForestLabs()
        inputs = (sandbox.picture(), sandbox.picture("reference"))
        order = sandbox.order(
            bfl, MODEL, "image-to-image", inputs=inputs, prompt="make it winter", aspect="1:1", seed=1
        )
        delivery = await sandbox.deliver(bfl, order)
        assert [Decimal(line["cost_usd"]) for line in sandbox.bill(VENDOR)] == [delivery.billed_usd]


async def test_what_its_filter_refuses_is_told_and_not_billed(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        bfl = BlackForestLabs()
        sandbox.fault(VENDOR, "refused-content")
        with pytest.raises(ContentRefused, match="refused these words") as refusal:
            await sandbox.deliver(bfl, sandbox.order(bfl, MODEL, "text-to-image", **WORDS))
        assert (refusal.value.billed_usd, sandbox.bill(VENDOR)) == (Decimal(0), [])


async def test_a_failure_that_comes_as_503_is_final(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        bfl = BlackForestLabs()
        sandbox.fault(VENDOR, "failed")
        with pytest.raises(Failed, match="the model crashed"):
            await sandbox.deliver(bfl, sandbox.order(bfl, MODEL, "text-to-image", **WORDS))


async def test_the_key_is_tested_by_asking_for_the_balance(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        bfl = BlackForestLabs()
        health = await bfl.test(bfl.settings.at_sandbox(sandbox.url), sandbox.http)
        assert (health.is_ok, health.balance) == (True, "812.5 credits")
