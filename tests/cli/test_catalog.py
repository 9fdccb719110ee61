"""What is on offer and what is kept, from the command line."""

import json
from pathlib import Path

from tests.cli.program import photoplay
from tests.web.served import a_served_house


async def test_models_are_listed_with_prices(tmp_path: Path) -> None:
    async with a_served_house(tmp_path):
        said = await photoplay("models", data=tmp_path)
        assert "scripted:paid" in said.out
        assert "$0.04 an image" in said.out
        listed = json.loads((await photoplay("models", "--json", data=tmp_path)).out)
        assert {one["id"] for one in listed} == {"scripted:free", "scripted:paid", "scripted:gone"}
        none = await photoplay("models", "--operation", "text-to-gold", data=tmp_path)
        assert (none.code, none.err.startswith('There is no operation "text-to-gold".')) == (1, True)


async def test_assets_are_listed_and_searched(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        assert (await photoplay("assets", data=tmp_path)).out == "Nothing yet.\n"
        made = await served.owner.make(params={"prompt": "calm ocean"})
        said = await photoplay("assets", "--search", "ocean", data=tmp_path, environment={"COLUMNS": "60"})
        assert made["assets"][0]["id"] in said.out
        assert (await photoplay("assets", "--kind", "video", data=tmp_path)).out == "Nothing yet.\n"
        wrong = await photoplay("assets", "--kind", "smell", data=tmp_path)
        assert (wrong.code, "  query.kind: " in wrong.err) == (1, True)
