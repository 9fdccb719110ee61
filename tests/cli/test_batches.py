"""Several results from the command line, at one price that is told first."""

import json
from pathlib import Path

from tests.chained import ChainVendor, drawing, editing
from tests.cli.program import photoplay
from tests.scripted import png
from tests.web.served import a_served_house


async def test_one_prompt_on_several_models_and_in_several_forms_has_one_price(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        words = ("generate", "{red|blue} kite", "--matrix", "--models", "scripted:free,scripted:paid")
        asked = await photoplay(*words, "--param", "aspect=1:1|16:9", data=tmp_path, answer="n\n")
        assert asked.err.splitlines()[:3] == [
            "4 x Free: Free each",
            "4 x Paid: $0.04 each",
            "8 results: $0.16 in all, about 1 s.",
        ]
        assert served.house.provider.submitted == []
        plain = await photoplay("generate", "{red|blue} kite", "--models", "scripted:free,scripted:paid", "--yes",
                                "--json", data=tmp_path)  # fmt: skip
        made = json.loads(plain.out)
        assert [(one["prompt"], one["model"]) for one in made["items"]] == [
            ("{red|blue} kite", "scripted:free"),
            ("{red|blue} kite", "scripted:paid"),
        ]


async def test_a_file_is_one_batch_below_its_ceiling(tmp_path: Path) -> None:
    data, out, file = tmp_path / "data", tmp_path / "out", tmp_path / "batch.json"
    (tmp_path / "mine.png").write_bytes(png(64, 64))
    own = editing(0, inputs={"source": {"file": "mine.png"}})
    file.write_text(json.dumps([drawing(), editing(0), own]))
    async with a_served_house(data, ChainVendor()):
        low = await photoplay("batch", str(file), "--ceiling", "0.04", "--yes", data=data)
        assert (low.code, "above your ceiling of $0.04" in low.err) == (1, True)
        said = await photoplay("batch", str(file), "--ceiling", "1", "--yes", "--out", str(out), data=data)
        assert said.code == 0, said.err
        assert len(said.out.splitlines()) == len(list(out.iterdir())) == 3


async def test_a_file_that_is_no_batch_is_told(tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text("items = [")
    said = await photoplay("batch", str(tmp_path / "wrong.toml"), data=tmp_path / "data")
    assert (said.code, "neither JSON nor" in said.err) == (1, True)
