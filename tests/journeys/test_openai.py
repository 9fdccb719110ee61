"""From a request to an asset through OpenAI's models: a picture in the answer, one in the background, a mask; and their bills."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from photoplay.providers.openai import OpenAi
from tests.sandboxed import Sandboxed, a_sandbox
from tests.scripted import png
from tests.web.served import Caller, a_served_house

QUICK = {"prompt": "a harbour", "quality": "low"}


async def _upload(caller: Caller, data: bytes) -> str:
    answer = await caller.call("POST", "/api/v1/assets", data=data, headers={"Content-Type": "image/png"})
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


async def _make(caller: Caller, body: dict[str, Any], *, wait: int = 60) -> dict[str, Any]:
    answer = await caller.call("POST", f"/api/v1/generations?wait={wait}", body)
    assert answer.status in (200, 202), answer.body
    return dict(answer.json)


def _charged(sandbox: Sandboxed) -> list[Decimal]:
    return [Decimal(line["cost_usd"]) for line in sandbox.bill("openai")]


@pytest.mark.parametrize("name", ["gpt-image-2.6-flare", "gpt-image-2.6-flare-background"])
async def test_a_picture_costs_what_the_vendor_billed(name: str, tmp_path: Path) -> None:
    async with (
        a_sandbox(tmp_path / "sandbox", pace=0.001) as sandbox,
        a_served_house(tmp_path / "data", others=(OpenAi(),), sandbox=sandbox.url) as served,
    ):
        done = await _make(served.owner, {"operation": "text-to-image", "model": f"openai:{name}", "params": QUICK})
        assert done["status"] == "succeeded", done
        assert [Decimal(done["cost_usd"])] == [round(cost, 6) for cost in _charged(sandbox)]


async def test_a_mask_of_the_studio_reaches_it_as_it_wants_masks(tmp_path: Path) -> None:
    async with (
        a_sandbox(tmp_path / "sandbox", pace=0.001) as sandbox,
        a_served_house(tmp_path / "data", others=(OpenAi(),), sandbox=sandbox.url) as served,
    ):
        source, mask = await _upload(served.owner, png(64, 48)), await _upload(served.owner, png(64, 48, shade=200))
        body = {"operation": "inpaint", "model": "openai:gpt-image-2.6-flare", "params": QUICK}
        done = await _make(served.owner, {**body, "inputs": {"source": {"asset": source}, "mask": {"asset": mask}}})
        assert done["status"] == "succeeded", done
        assert len(_charged(sandbox)) == 1
