"""What the page of an asset says of it, and offers to make of it."""

from typing import Any

from photoplay.assets import AssetView, RecipeView
from photoplay.operations import all_operations
from photoplay.web.pages.asset_words import actions_for, recipe_lines

OFFERED = {operation.name: True for operation in all_operations()}


def words(offered: dict[str, bool] = OFFERED, **facts: Any) -> list[str]:
    """The words of the actions."""
    asset = AssetView.model_construct(id="ast_1", **facts)
    return [str(action["word"]) for action in actions_for(asset, offered)]


def test_a_picture_is_made_larger_as_far_as_the_largest_result_goes() -> None:
    small, wide, large = (words(kind="image", width=width, height=1024) for width in (1024, 2048, 20_000))
    assert small == ["Upscale 2x", "Upscale 4x", "Upscale 8x", "Animate", "Cut out", "Into a film..."]
    assert wide == ["Upscale 2x", "Upscale 4x", "Animate", "Cut out", "Into a film..."]
    assert large == ["Animate", "Cut out", "Into a film..."]


def test_a_film_is_continued_and_changed_on_create_where_a_model_does_it() -> None:
    film = AssetView.model_construct(id="ast_1", kind="video")
    assert [action["href"] for action in actions_for(film, OFFERED)] == [
        "/create?operation=extend-video&input=source:ast_1",
        "/create?operation=video-to-video&input=source:ast_1",
    ]
    assert words({"video-to-video": True}, kind="video") == ["Change..."]
    assert words(kind="audio") == []


def test_words_of_a_recipe_begin_large_and_the_names_that_a_vendor_gives_stay_as_they_are() -> None:
    asset = AssetView.model_construct(id="ast_1", kind="image", prompt="kettle", model_name="Nano", width=8, height=8)
    facts = {"model_version": "gemini-2.5-flash-image", "response_id": "cca927"}
    recipe = RecipeView.model_construct(params={"mood": "serene"}, facts=facts, presets=[], seed=None)
    lines = dict(recipe_lines(asset, recipe, {}))
    assert (lines["Mood"], lines["Model version"]) == ("Serene", "gemini-2.5-flash-image")
    assert "cca927" in lines.values()
