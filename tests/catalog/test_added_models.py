"""Models that an operator adds, as several processes of one studio know them."""

from pathlib import Path

import pytest

from photoplay import generation
from photoplay.catalog import AddedModelChange, AddedModels, Catalog, NewAddedModel, OwnPrice, UnknownModel
from photoplay.core.settings import Settings
from photoplay.providers import replicate
from tests.factories import a_house
from tests.sandboxed import a_sandbox

MODEL = "replicate:studio-example/watercolour"


async def test_what_one_process_adds_changes_and_removes_another_comes_to_know(tmp_path: Path) -> None:
    vendor = replicate.provider(Settings(data=tmp_path))
    async with (
        a_sandbox(tmp_path / "sandbox") as sandbox,
        a_house(tmp_path / "data", others=(vendor,), sandbox=sandbox.url, private_hosts=("127.0.0.1",)) as house,
    ):
        runtime, here = house.studio.runtime, house.studio.added
        other = Catalog([vendor])
        there = AddedModels(runtime.db, other, runtime.vendors, http=runtime.http, at_work=generation.models_at_work)
        view = await here.add(NewAddedModel(provider="replicate", reference="studio-example/watercolour"))
        with pytest.raises(UnknownModel):
            other.find(MODEL)
        await there.recall()
        assert other.find(MODEL).prices == ()
        priced = OwnPrice(unit="image", cost_usd="0.02", operation="text-to-image")  # type: ignore[arg-type]
        await there.change(view.id, AddedModelChange(prices=[priced]))
        await here.recall()
        (told,) = await here.views()
        assert told.problem == "It has no price for image-to-image. Set one: nothing is ordered without."
        await here.remove(view.id)
        await there.recall()
        assert not other.find(MODEL).lifecycle.can_order
