"""What becomes of the settings of a request on a model that calls them otherwise, has them in part, or lacks them."""

from typing import Any

import pytest

from photoplay.catalog import InvalidParams, fit
from tests.catalog.offered import a_catalog

PICTURE, FILM = "text-to-image", "text-to-video"
CATALOG = a_catalog()


def fitted(model: str, operation: str = PICTURE, **asked: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    found = fit(CATALOG.find(model), operation, {"prompt": "a pier", **asked})
    return dict(found.params), [(notice.code, notice.message) for notice in found.notices]


TRANSLATED = (
    # what the model has, by its own names and words: nothing to tell
    ("paint:full", PICTURE, {"cfg_scale": 7}, {"guidance": 7.0}, None),
    ("paint:full", PICTURE, {"quality": "hd"}, {"quality": "high"}, None),
    ("paint:full", PICTURE, {"quality": "Standard"}, {"quality": "medium"}, None),
    ("paint:full", PICTURE, {"negative_prompt": "people"}, {"negative_prompt": "people", "prompt": "a pier"}, None),
    ("paint:full", PICTURE, {"style_preset": "anime"}, {"style_preset": "anime"}, None),
    # the nearest it can do
    ("paint:full", PICTURE, {"width": 1024, "height": 1024}, {"aspect": "1:1", "size": 1024}, None),
    ("paint:full", PICTURE, {"width": 1344, "height": 768}, {"aspect": "16:9", "size": 1024}, "setting_translated"),
    ("paint:full", PICTURE, {"width": 1920}, {"size": 2048}, "setting_translated"),
    ("paint:full", PICTURE, {"resolution": "2K"}, {"size": 2048}, "setting_translated"),
    ("paint:full", PICTURE, {"resolution": "1080x1920"}, {"aspect": "9:16", "size": 2048}, "setting_translated"),
    ("paint:bare", PICTURE, {"width": 1344, "height": 768}, {"aspect": "7:4", "size": 1344}, None),
    ("paint:full", PICTURE, {"steps": 80}, {"steps": 50}, "setting_translated"),
    ("paint:full", PICTURE, {"cfg_scale": 0.5}, {"guidance": 1.0}, "setting_translated"),
    ("film:reel", FILM, {"duration": 7}, {"duration_seconds": 5.0}, "setting_translated"),
    ("film:reel", FILM, {"duration": 10}, {"duration_seconds": 10.0}, None),
    ("film:reel", FILM, {"resolution": "1080p"}, {"size": "1080p"}, None),
    ("film:reel", FILM, {"resolution": "4K"}, {"size": "1080p"}, "setting_translated"),
    ("film:reel", FILM, {"resolution": "1080x1920"}, {"aspect": "9:16", "size": "1080p"}, "setting_translated"),
    ("film:reel", FILM, {"width": 700, "height": 1200}, {"aspect": "9:16", "size": "720p"}, "setting_translated"),
    # into words
    ("paint:bare", PICTURE, {"negative_prompt": "people"}, {"prompt": "a pier. Without people."}, "setting_translated"),
    ("paint:bare", PICTURE, {"style_preset": "pixel-art"}, {"prompt": "a pier. In the style of pixel art."}, "setting_translated"),
    ("paint:full", PICTURE, {"style": "origami"}, {"prompt": "a pier. In the style of origami."}, "setting_translated"),
    ("paint:full", PICTURE, {"style_preset": "noir"}, {"style_preset": None}, "setting_translated"),
    # left out
    ("paint:bare", PICTURE, {"steps": 30}, {"prompt": "a pier"}, "setting_ignored"),
    ("paint:bare", PICTURE, {"sampler": "k_euler"}, {}, "setting_ignored"),
    ("paint:bare", PICTURE, {"quality": "hd"}, {}, "setting_ignored"),
    ("film:voice", "text-to-speech", {"mood": "calm"}, {"prompt": "a pier"}, "setting_ignored"),
    ("film:voice", "text-to-speech", {"seed": 7}, {}, "setting_ignored"),
    ("film:voice", "text-to-speech", {"width": 512, "height": 512}, {}, "setting_ignored"),
    ("film:voice", "text-to-speech", {"duration": 7}, {}, "setting_ignored"),
)  # fmt: skip


@pytest.mark.parametrize(("model", "operation", "asked", "params", "code"), TRANSLATED)
def test_a_setting_reaches_the_model_in_its_terms_or_the_person_is_told(
    model: str, operation: str, asked: dict[str, Any], params: dict[str, Any], code: str | None
) -> None:
    found, notices = fitted(model, operation, **asked)
    assert {name: found.get(name) for name in params} == params
    assert [told for told, _message in notices] == ([code] if code else [])


def test_each_notice_says_what_was_asked_for_and_what_comes_of_it() -> None:
    _params, notices = fitted("paint:full", width=1344, height=768, sampler="k_euler")
    assert [message for _code, message in notices] == [
        "1344 x 768 pixels becomes aspect 16:9, size 1024 on Full.",
        "Sampler (sampler) is left out: Full has no such setting.",
    ]


def test_what_is_said_in_the_models_own_terms_wins_over_what_is_derived() -> None:
    params, _notices = fitted("paint:full", width=1024, height=1024, aspect="9:16", size=512)
    assert (params["aspect"], params["size"]) == ("9:16", 512)


def test_words_that_would_not_fit_are_left_out_and_told() -> None:
    prompt = "x" * 195
    params, notices = fitted("paint:full", prompt=prompt, motif="a red thread")
    assert (params["prompt"], notices[0][0]) == (prompt, "setting_ignored")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"wat": 1}, "wat"),
        ({"quality": "best of all"}, "quality"),
        ({"width": "wide"}, "width"),
        ({"width": 0, "height": 10}, "height"),
        ({"width": 1.5}, "width"),
        ({"sampler": 7}, "sampler"),
        ({"resolution": "huge"}, "resolution"),
        ({"duration": "long"}, "duration"),
        ({"aspect": "5:4"}, "aspect"),
        ({"motif": "a\0b"}, "motif"),
    ],
)
def test_a_wrong_value_or_an_unknown_name_is_refused_with_its_field(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidParams) as refused:
        fitted("paint:full", **asked)
    assert field in refused.value.fields


def test_what_is_empty_was_not_asked_for() -> None:
    assert fitted("paint:bare", sampler=None, width=None, seed=None) == fitted("paint:bare")
