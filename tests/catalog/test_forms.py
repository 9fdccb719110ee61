"""Forms and checks of params: what may be empty stays empty."""

import pytest

from photoplay.catalog import Catalog, InvalidParams, check_params, params_model
from photoplay.providers import Limits, ModelCard
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
    field = params_model("image-to-image", CARD).model_json_schema()["properties"]["aspect"]
    assert (field["default"], field["enum"]) == (None, ["1:1", "16:9", None])
