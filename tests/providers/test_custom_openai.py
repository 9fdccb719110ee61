"""Servers that speak OpenAI's dialect: pictures, edits, films and speech; what a fault proves; several servers by accounts."""

import dataclasses
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI

from photoplay.media import MediaWorker, sniff
from photoplay.providers import (
    CannotTell,
    Failed,
    Input,
    Invalid,
    LocalFile,
    NotConfigured,
    Order,
    OutcomeUnknown,
    Throttled,
    Unavailable,
)
from photoplay.providers.custom_openai import CustomOpenAi, CustomOpenAiServers
from tests.sandboxed import Sandboxed, a_sandbox, by_sdk

VENDOR = "custom-openai"
MODEL = "custom-openai:server"
WORDS: dict[str, Any] = {"prompt": "a lake", "aspect": "16:9", "size": 1024, "seed": 7, "server_model": "", "steps": 20}


def _spoken(order: Order, dialect: str) -> Order:
    return dataclasses.replace(order, access=order.access.model_copy(update={"dialect": dialect}))


def _asked(sandbox: Sandboxed) -> dict[str, str]:
    """The fields that the server was sent last."""
    return dict(sandbox.world.book.recent(VENDOR, 0)[0].facts["asked"])


async def test_a_picture_comes_in_the_answer_and_its_price_is_the_operators(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomOpenAiServers()
        order = sandbox.order(provider, MODEL, "text-to-image", **WORDS)
        delivery = await sandbox.deliver(provider, order)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "image/png"
        assert delivery.billed_usd is None
        assert _asked(sandbox) == {"prompt": "a lake", "n": "1", "size": "1024x576", "response_format": "b64_json"}


@pytest.mark.parametrize(
    ("dialect", "sent"),
    [
        ("vllm-omni", {"num_inference_steps": "20", "seed": "7", "negative_prompt": "fog", "prompt": "a lake"}),
        ("localai", {"step": "20", "seed": "7", "prompt": "a lake|fog"}),
    ],
)
async def test_a_server_is_sent_the_settings_that_its_dialect_knows(
    dialect: str, sent: dict[str, str], tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomOpenAiServers()
        order = sandbox.order(provider, MODEL, "text-to-image", **WORDS, negative_prompt="fog", cfg_scale=None)
        await sandbox.deliver(provider, _spoken(order, dialect))
        asked = _asked(sandbox)
        assert {name: asked.get(name) for name in sent} == sent


async def test_a_picture_by_link_is_fetched_from_the_server(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomOpenAiServers()
        order = sandbox.order(provider, "custom-openai:black-forest-labs/FLUX.2-dev", "text-to-image", **WORDS)
        delivery = await sandbox.deliver(provider, order)
        assert isinstance(delivery.files[0], LocalFile)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "image/png"


@pytest.mark.parametrize(("dialect", "field"), [("plain", "mask"), ("vllm-omni", "mask_image"), ("localai", "mask")])
async def test_a_part_is_painted_anew_with_the_mask_as_the_dialect_wants_it(
    dialect: str, field: str, tmp_path: Path
) -> None:
    media = MediaWorker(tmp_path / "credentials")
    try:
        async with a_sandbox(tmp_path) as sandbox:
            provider = CustomOpenAiServers()
            mask: Input = dataclasses.replace(sandbox.picture("mask"), clear=media.clear_mask)
            order = sandbox.order(
                provider, MODEL, "inpaint", inputs=(sandbox.picture(), mask), prompt="a door", seed=1, server_model=""
            )
            delivery = await sandbox.deliver(provider, _spoken(order, dialect))
            assert len(delivery.files) == 1
            assert field in _asked(sandbox)
    finally:
        await media.close()


async def test_a_film_is_asked_for_later(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomOpenAiServers()
        for operation, inputs in (("text-to-video", ()), ("image-to-video", (sandbox.picture(),))):
            order = sandbox.order(
                provider, MODEL, operation, inputs=inputs, prompt="waves", size="480p", duration_seconds=2, seed=1
            )
            delivery = await sandbox.deliver(provider, order)
            assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "video/mp4"


async def test_a_film_that_is_stopped_or_fails_costs_nothing(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomOpenAiServers()
        order = sandbox.order(provider, MODEL, "text-to-video", prompt="waves", size="480p", aspect="1:1", seed=1)
        sandbox.fault(VENDOR, "failed")
        with pytest.raises(Failed, match="crashed") as failure:
            await sandbox.deliver(provider, order)
        assert failure.value.billed_usd == Decimal(0)
        ticket: Any = await provider.submit(order, sandbox.http)
        await provider.cancel(ticket, order, sandbox.http)
        with pytest.raises(Invalid):
            await provider.check(ticket, order, sandbox.http)


async def test_a_text_is_spoken(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomOpenAiServers()
        order = sandbox.order(
            provider, MODEL, "text-to-speech", prompt="Good evening.", server_model="hexgrad/Kokoro-82M"
        )
        delivery = await sandbox.deliver(provider, order)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "audio/mpeg"


async def test_the_server_is_tested_and_its_models_are_listed_and_described(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider, access = CustomOpenAiServers(), CustomOpenAi.at_sandbox(sandbox.url)
        assert (await provider.test(access, sandbox.http)).is_ok
        states = await provider.probe(access, sandbox.http)
        card = provider.card_of(await provider.describe(states[0].model, {}, access, sandbox.http))
        assert card.id == f"custom-openai:{states[0].model}"
        with pytest.raises(Invalid, match="no model"):
            await provider.describe("nobody/knows-it", {}, access, sandbox.http)


async def test_an_account_needs_an_address_and_no_key() -> None:
    assert CustomOpenAi(address="").missing() == ("address",)  # type: ignore[call-arg]
    assert CustomOpenAi(address="http://127.0.0.1:1/v1").missing() == ()  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("throttled", Throttled),
        ("bad-key", NotConfigured),
        ("never-arrived", OutcomeUnknown),
        ("server-error", OutcomeUnknown),
        ("answer-lost", OutcomeUnknown),
        ("error-after", OutcomeUnknown),
        ("failed", OutcomeUnknown),
    ],
)
async def test_a_fault_says_what_it_proves(fault: Any, error: type[Exception], tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomOpenAiServers()
        order = sandbox.order(provider, MODEL, "text-to-image", **WORDS)
        sandbox.fault(VENDOR, fault)
        with pytest.raises(error):
            await provider.submit(order, sandbox.http)
        assert await provider.find(order, sandbox.http) == CannotTell()


async def test_a_server_that_is_away_took_nothing(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        provider = CustomOpenAiServers()
        order = sandbox.order(provider, MODEL, "text-to-image", **WORDS)
        away = dataclasses.replace(order, access=CustomOpenAi(address="http://127.0.0.1:9/v1"))  # type: ignore[call-arg]
        with pytest.raises(Unavailable):
            await provider.submit(away, sandbox.http)


async def test_openais_own_client_speaks_with_the_simulated_server(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        with OpenAI(api_key="any", base_url=f"{sandbox.url}/openai-compatible/v1", max_retries=0) as client:
            made = await by_sdk(lambda: client.images.generate(prompt="a lake", response_format="b64_json"))
            names = await by_sdk(lambda: [model.id for model in client.models.list()])
        assert len(made.data or []) == 1
        assert "Qwen/Qwen-Image" in names
