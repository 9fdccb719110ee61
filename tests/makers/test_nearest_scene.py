"""The nearest scene by meaning, for prompts that name none by a word."""

import pytest

from photoplay.makers import scene_by_words
from photoplay.makers.nearest_scene import embed, nearest
from photoplay.makers.reading import NEAR


@pytest.mark.parametrize(
    ("prompt", "scene"),
    [
        ("sunbeams falling through tall timber", "forest"),
        ("camels crossing the dry heat", "desert"),
        ("the beginning of everything, gas and light years", "nebula"),
        ("high above everything, white and soft below us", "clouds"),
        ("wet panes late at home", "rain-on-glass"),
    ],
)
def test_meaning_finds_the_scene_where_words_do_not(prompt: str, scene: str) -> None:
    found = nearest(prompt)
    assert found.scene == scene
    assert found.score > NEAR


def test_words_that_mean_no_place_are_far_from_all() -> None:
    for prompt in ("invoice for accounting", "chicken curry recipe", "love"):
        assert scene_by_words(prompt) is None
        assert nearest(prompt).score < NEAR


def test_vectors_have_length_one_and_do_not_depend_on_company() -> None:
    alone, together = embed(["calm sea"])[0], embed(["calm sea", "a much longer sentence about something else"])[0]
    assert abs(float((alone**2).sum()) - 1) < 1e-5
    assert float(alone @ together) > 0.999
