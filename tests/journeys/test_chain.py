"""A chain over three vendors: words become a picture, the picture a film, and the film gets its music; one price, one ceiling."""

from decimal import Decimal
from pathlib import Path

import pytest

from photoplay.providers.elevenlabs import ElevenLabsProvider
from photoplay.providers.openai import OpenAi
from photoplay.providers.runway import RunwayProvider
from tests.sandboxed import a_sandbox
from tests.web.served import a_served_house

pytestmark = pytest.mark.slow

CHAIN = [
    {
        "operation": "text-to-image",
        "model": "openai:gpt-image-1-mini",
        "params": {"prompt": "a harbour", "quality": "low"},
    },
    {
        "operation": "image-to-video",
        "model": "runway:gen4_turbo",
        "params": {"prompt": "boats leave", "duration_seconds": 5},
        "inputs": {"source": {"item": 0}},
    },
    {
        "operation": "text-to-music",
        "model": "elevenlabs:music_v2",
        "params": {"prompt": "a slow piano", "duration_seconds": 5},
        "after": 1,
    },
]


async def test_words_become_a_picture_a_film_and_its_music_below_one_ceiling(tmp_path: Path) -> None:
    vendors = (OpenAi(), RunwayProvider(), ElevenLabsProvider())
    async with (
        a_sandbox(tmp_path / "sandbox", pace=0.001) as sandbox,
        a_served_house(tmp_path / "data", others=vendors, sandbox=sandbox.url) as served,
    ):
        quote = (await served.owner.call("POST", "/api/v1/quotes", {"items": CHAIN})).json
        low = {"items": CHAIN, "ceiling": {"max_cost_usd": "0.01"}}
        refused = await served.owner.call("POST", "/api/v1/batches", low)
        assert (refused.status, refused.error["code"]) == (402, "ceiling_exceeded")
        assert sandbox.world.book.bill() == []
        wanted = {"items": CHAIN, "quote": quote["token"], "ceiling": {"max_cost_usd": quote["high_usd"]}}
        made = (await served.owner.call("POST", "/api/v1/batches?wait=100", wanted)).json
        assert made["counts"] == {"succeeded": 3}, made
        picture, film, music = made["items"]
        assert [one["assets"][0]["kind"] for one in (picture, film, music)] == ["image", "video", "audio"]
        assert film["assets"][0]["parents"] == [picture["assets"][0]["id"]]
        assert picture["finished_at"] < film["started_at"] < film["finished_at"] < music["started_at"]
        billed = {line["vendor"]: round(Decimal(line["cost_usd"]), 6) for line in sandbox.world.book.bill()}
        booked = {one["provider"]: Decimal(one["cost_usd"]) for one in made["items"]}
        assert booked == pytest.approx(billed, rel=Decimal("0.01")), "music is billed by its real length"
        assert Decimal(made["cost_usd"]) <= Decimal(quote["high_usd"])
