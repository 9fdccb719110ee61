"""Black Forest Labs against its simulator: what the studio asks for is made, and every fault ends as it must."""

from decimal import Decimal
from pathlib import Path

import pytest

from photoplay.media import sniff
from photoplay.providers import CannotTell, ContentRefused, Failed, NotConfigured, OutcomeUnknown, Throttled
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
async def test_a_fault_says_what_it_proves(fault: str, error: type[Exception], charges: int, tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        bfl = BlackForestLabs()
        order = sandbox.order(bfl, MODEL, "text-to-image", **WORDS)
        sandbox.fault(VENDOR, fault)  # type: ignore[arg-type]
        with pytest.raises(error):
            await bfl.submit(order, sandbox.http)
        assert len(sandbox.bill(VENDOR)) == charges
        assert await bfl.find(order, sandbox.http) == CannotTell()
