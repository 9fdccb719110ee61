"""The models on offer, over HTTP."""

from pathlib import Path

from tests.web.served import a_served_house


async def test_each_model_brings_its_form_its_price_and_its_end(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        models = {one["id"]: one for one in (await served.owner.get("/api/v1/models")).json["items"]}
        assert models["scripted:free"]["price_text"] == "Free"
        assert models["scripted:paid"]["price_text"] == "$0.04 an image"
        assert models["scripted:gone"]["lifecycle"]["state"] == "retired"
        assert "prompt" in models["scripted:free"]["form"]["text-to-image"]["properties"]


async def test_models_are_chosen_by_operation(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        assert (await served.owner.get("/api/v1/models?operation=text-to-speech")).json["items"] == []
        assert len((await served.owner.get("/api/v1/models?operation=text-to-image")).json["items"]) == 3
