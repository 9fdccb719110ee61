"""Models of one's own from the command line."""

import json
from pathlib import Path

from photoplay.core.settings import Settings
from photoplay.providers import custom_comfyui, replicate
from tests.cli.program import photoplay
from tests.sandboxed import a_sandbox
from tests.web.served import a_served_house
from tests.workflows import PICTURE


async def test_models_are_added_priced_listed_and_removed(tmp_path: Path) -> None:
    file, data = tmp_path / "portraits.json", tmp_path / "data"
    file.write_text(json.dumps(PICTURE))
    others = tuple(module.provider(Settings(data=data)) for module in (replicate, custom_comfyui))
    async with (
        a_sandbox(tmp_path / "sandbox") as sandbox,
        a_served_house(data, others=others, sandbox=sandbox.url, private_hosts=("127.0.0.1",)),
    ):
        added = await photoplay("models", "add", "replicate", "studio-example/drift", data=data)
        assert "replicate:studio-example/drift  image-to-video  No price" in added.out
        assert "Set one: nothing is ordered without." in added.out
        priced = await photoplay("models", "price", "replicate:studio-example/drift", "0.05/second", data=data)
        assert "$0.05 / s" in priced.out
        words = ("--workflow", str(file), "--place", "style=10.strength_model", "--title", "Portraits")
        flow = await photoplay("models", "add", "custom-comfyui", "portraits", *words, data=data)
        assert flow.out.startswith("custom-comfyui:portraits  text-to-image  Free  Portraits")
        wrong = await photoplay("models", "add", "replicate", "nobody/nothing", data=data)
        assert (wrong.code, "has no model nobody/nothing" in wrong.err) == (1, True)
        await photoplay("models", "remove", "Portraits", data=data)
        gone = await photoplay("models", "price", "custom-comfyui:portraits", "0.04/image", data=data)
        assert (gone.code, 'You added no model "custom-comfyui:portraits"' in gone.err) == (1, True)
        listed = (await photoplay("models", "list", data=data)).out
        assert ("studio-example/drift" in listed, "portraits" in listed) == (True, False)
