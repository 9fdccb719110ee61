"""Forms and checks of params: what may be empty stays empty."""

from pathlib import Path

import pytest

from photoplay.bootstrap import shipped_providers
from photoplay.catalog import Catalog, InvalidParams, check_params, form_of, params_model
from photoplay.core.settings import Settings
from photoplay.providers import Limits, ModelCard, Provider
from tests.catalog.offered import Offering

CARD = ModelCard(
    id="scripted:editor",
    name="Editor",
    vendor="Scripted",
    operations=("image-to-image",),
    about="Edits.",
    limits={"image-to-image": Limits(aspects=("1:1", "16:9"))},
)


def test_an_edit_keeps_the_aspect_of_its_picture_unless_another_is_asked_for() -> None:
    offer = Catalog([Offering(name="scripted", offered=(CARD,))]).find(CARD.id)
    assert check_params(offer, "image-to-image", {"prompt": "snow"})["aspect"] is None
    assert check_params(offer, "image-to-image", {"prompt": "snow", "aspect": None})["aspect"] is None
    assert check_params(offer, "image-to-image", {"prompt": "snow", "aspect": "16:9"})["aspect"] == "16:9"
    with pytest.raises(InvalidParams):
        check_params(offer, "image-to-image", {"prompt": "snow", "aspect": "5:4"})


def test_the_form_of_an_edit_offers_no_aspect_first() -> None:
    field = form_of("image-to-image", CARD)["properties"]["aspect"]
    assert (field["default"], field["enum"]) == (None, ["1:1", "16:9", None])


@pytest.mark.parametrize("provider", shipped_providers(Settings(data=Path())), ids=lambda provider: provider.name)
def test_a_form_asks_for_what_is_checked(provider: Provider) -> None:
    for card in provider.cards:
        for operation in card.operations:
            form, checked = form_of(operation, card), params_model(operation, card).model_json_schema()
            assert list(form["properties"]) == list(checked["properties"])
            assert form.keys() == checked.keys()
            assert [form[key] for key in ("title", "type", "additionalProperties")] == [
                checked[key] for key in ("title", "type", "additionalProperties")
            ]
            assert form.get("required") == checked.get("required")
            for name, field in checked["properties"].items():
                assert form["properties"][name]["title"] == field["title"]
                assert form["properties"][name].get("description") == field.get("description")
