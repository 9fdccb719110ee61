"""The scenes on offer and their sources."""

from pathlib import Path

import pytest

from photoplay import makers
from photoplay.makers import UnknownScene, find_scene, palettes, scene_names, scene_source

FOLDER = Path(makers.__file__).parent / "scenes"


def test_every_source_is_offered_and_described() -> None:
    sources = {path.stem for path in FOLDER.glob("*.glsl") if not path.stem.startswith("_")}
    assert sources == set(scene_names())
    assert len(sources) >= 10


def test_an_unknown_scene_is_answered_with_those_that_exist() -> None:
    with pytest.raises(UnknownScene, match="ocean"):
        find_scene("kitchen")


@pytest.mark.parametrize("name", scene_names())
def test_source_is_the_same_in_both_dialects_but_for_its_head(name: str) -> None:
    browser, ours = scene_source(name, "webgl2"), scene_source(name, "gl330")
    assert browser.startswith("#version 300 es\n")
    assert ours.startswith("#version 330 core\n")
    assert browser.partition("_frame")[2] == ours.partition("_frame")[2]
    assert browser.count("void main()") == 1
    assert "uniform float u_phase;" in browser


def test_palettes_run_from_shadows_to_highlights() -> None:
    for palette in palettes().values():
        brightness = [sum(int(color[at : at + 2], 16) for at in (1, 3, 5)) for color in palette.colors]
        assert brightness == sorted(brightness), palette.title
