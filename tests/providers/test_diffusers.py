"""Models of diffusers: what the provider does by a small program in the place of the real one, and the real one where it is there.

The last needs the extra `diffusers`; it builds a pipeline of random weights, so that nothing is downloaded.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from photoplay.media import sniff
from photoplay.providers import ContentRefused, Delivery, Description, Failed, Invalid, NotConfigured, Waiting
from photoplay.providers.diffusers import PACKAGES, Diffusers, DiffusersAccess
from tests.sandboxed import Sandboxed, a_sandbox

SMALL = (sys.executable, str(Path(__file__).with_name("diffusion_program.py")))
HAS_EXTRA = all(find_spec(name) for name in PACKAGES)
WORDS: dict[str, Any] = {"prompt": "a lake", "aspect": "1:1", "size": 64, "seed": 5, "steps": 3, "cfg_scale": 5.0}


@asynccontextmanager
async def _diffusers(program: tuple[str, ...] = SMALL) -> AsyncIterator[Diffusers]:
    provider = Diffusers(program)
    try:
        yield provider
    finally:
        await provider.close()


async def _described(provider: Diffusers, sandbox: Sandboxed, source: str = "studio/tiny", **given: Any) -> Description:
    return await provider.describe(source, given, DiffusersAccess(), sandbox.http)


async def test_a_model_becomes_a_card_with_its_own_usual_settings_and_paints(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox, _diffusers() as provider:
        told = await _described(provider, sandbox, loras="/styles/ink.safetensors = 0.6", steps=4, cfg_scale=0)
        card = provider.card_of(told)
        form = card.options.model_json_schema()["properties"]
        assert (card.id, card.name, card.operations) == ("diffusers:studio/tiny", "tiny", ("text-to-image", "inpaint"))
        assert card.about == "TinyPipeline on this machine, with ink 0.6."
        assert (form["steps"]["default"], form["cfg_scale"]["default"]) == (4, 0)
        assert card.limits["text-to-image"].sizes[0] == 64
        order = sandbox.order(provider, card.id, "text-to-image", described=told, **WORDS)
        delivery = await sandbox.deliver(provider, order)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "image/png"
        assert delivery.metadata["loras"] == [["/styles/ink.safetensors", 0.6]]
        assert delivery.metadata["downloads"] is False


async def test_it_tells_its_steps_and_is_stopped_between_two(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox, _diffusers() as provider:
        told = await _described(provider, sandbox)
        order = sandbox.order(
            provider, "diffusers:studio/tiny", "text-to-image", described=told, **{**WORDS, "steps": 400}
        )
        news = asyncio.Event()
        provider.on_news(lambda order_id: news.set())
        ticket = await provider.submit(order, sandbox.http)
        await news.wait()
        state = await provider.check(ticket, order, sandbox.http)
        assert isinstance(state, Waiting)
        assert (state.word, state.progress is not None) == ("Painting", True)
        await provider.cancel(ticket, order, sandbox.http)
        with pytest.raises(Failed, match="Cancelled"):
            await provider.check(ticket, order, sandbox.http)


@pytest.mark.parametrize(("words", "error"), [("moderated", ContentRefused), ("out_of_memory", Failed)])
async def test_what_goes_wrong_is_never_billed(tmp_path: Path, words: str, error: type[Exception]) -> None:
    async with a_sandbox(tmp_path) as sandbox, _diffusers() as provider:
        told = await _described(provider, sandbox)
        order = sandbox.order(
            provider, "diffusers:studio/tiny", "text-to-image", described=told, **{**WORDS, "prompt": words}
        )
        with pytest.raises(error) as caught:
            await sandbox.deliver(provider, order)
        assert caught.value.billed_usd == 0  # type: ignore[attr-defined]


async def test_a_model_that_is_not_there_and_a_line_that_is_none_are_said(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox, _diffusers() as provider:
        for source, given, says in (
            ("nobody/nothing", {}, "not among the models"),
            ("no slash at all!", {}, "owner/name"),
            ("studio/tiny", {"loras": "ink.safetensors = much"}, "no line such as"),
        ):
            with pytest.raises(Invalid, match=says):
                await _described(provider, sandbox, source, **given)


@pytest.mark.skipif(HAS_EXTRA, reason="the extra is installed")
async def test_without_the_extra_it_is_said_how_to_get_it(tmp_path: Path) -> None:
    access = DiffusersAccess()
    assert access.missing() == ("extra",)
    assert "pip install 'photoplay[diffusers]'" in str(access.hint())
    async with a_sandbox(tmp_path) as sandbox:
        provider = Diffusers()
        with pytest.raises(NotConfigured, match="optional packages"):
            await _described(provider, sandbox)
        assert not (await provider.test(access, sandbox.http)).is_ok
        await provider.close()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(not HAS_EXTRA, reason="needs the extra: pip install 'photoplay[diffusers]'")
async def test_a_real_pipeline_of_random_weights_paints_edits_and_takes_a_lora(tmp_path: Path) -> None:
    from tests.providers.tiny_pipeline import a_tiny_lora, a_tiny_pipeline

    source, lora = a_tiny_pipeline(tmp_path / "tiny"), a_tiny_lora(tmp_path / "ink.safetensors")
    access = DiffusersAccess(device="cpu")
    async with a_sandbox(tmp_path) as sandbox, _diffusers(Diffusers()._program) as provider:
        plain = await provider.describe(str(source), {}, access, sandbox.http)
        assert plain.document["operations"] == ["text-to-image", "image-to-image", "inpaint"]
        with pytest.raises(Invalid, match="There is no file"):
            await provider.describe(str(source), {"loras": "/nowhere/x.safetensors"}, access, sandbox.http)
        made = []
        for operation, inputs, described in (
            ("text-to-image", (), plain),
            ("text-to-image", (), plain),
            ("image-to-image", (sandbox.picture(),), plain),
            ("inpaint", (sandbox.picture(), sandbox.picture("mask")), plain),
            ("text-to-image", (), await provider.describe(str(source), {"loras": f"{lora} = 2"}, access, sandbox.http)),
        ):
            order = sandbox.order(provider, "diffusers:tiny", operation, inputs=inputs, described=described, **WORDS)
            order = replace(order, params={**order.params, "strength": 0.9}, access=access)
            delivery = await sandbox.deliver(provider, order)
            assert isinstance(delivery, Delivery)
            made.append(await sandbox.bytes_of(order, delivery))
        first, again, _edited, _repainted, styled = made
        assert first == again
        assert first != styled
