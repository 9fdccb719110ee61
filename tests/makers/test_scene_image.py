"""Pictures of scenes: files, repeatability, and that words change what is seen."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from photoplay.core.child_main import Cancelled
from photoplay.makers import scene_names
from photoplay.makers.painter import best_painter
from photoplay.makers.plain import RENDERER
from photoplay.makers.scene_image import run
from tests.makers.jobs import Steps, pixels_of, scene_job


def painted(prompt: str, out_dir: Path, **changes: Any) -> "np.ndarray[Any, Any]":
    """The picture of a prompt, small."""
    out_dir.mkdir(exist_ok=True)
    made = run(scene_job(prompt, out_dir, **{"size": 96, **changes}), Steps())
    return pixels_of(made["files"][0]["path"])


@pytest.mark.parametrize("name", scene_names())
@pytest.mark.parametrize("renderer", ["auto", "plain"])
def test_every_scene_paints_a_picture_with_light_and_dark(name: str, renderer: str, tmp_path: Path) -> None:
    pixels = painted("", tmp_path, scene=name, renderer=renderer)
    assert pixels.shape == (96, 96, 3)
    assert pixels.std() > 6
    assert pixels.max() > 60


def test_files_are_whole_and_say_their_size(tmp_path: Path) -> None:
    steps = Steps()
    made = run(scene_job("calm ocean", tmp_path, size=120, aspect="3:2"), steps)
    roles = {file["role"]: file for file in made["files"]}
    assert set(roles) == {"original", "webp", "thumb"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["picture.png", "picture.webp", "thumb.webp"]
    for file in roles.values():
        with Image.open(file["path"]) as image:
            image.load()
            assert image.size == (file["width"], file["height"])
            assert image.get_format_mimetype() == file["mime"]
    assert (roles["original"]["width"], roles["original"]["height"]) == (120, 80)
    shares = [line["done"] / line["of"] for line in steps.lines]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert 0.5 < shares[-1] <= 1


def test_metadata_gives_the_same_picture_again(tmp_path: Path) -> None:
    made = run(scene_job("purple abstract at night", tmp_path, size=64), Steps())
    first = pixels_of(made["files"][0]["path"])
    settings = {key: value for key, value in made["metadata"].items() if key not in ("renderer", "thumbhash")}
    again = run({**settings, "out_dir": str(tmp_path), "size": 64}, Steps())
    assert (pixels_of(again["files"][0]["path"]) == first).all()
    assert made["metadata"]["renderer"] == best_painter().name
    assert len(made["metadata"]["thumbhash"]) > 20


@pytest.mark.parametrize("renderer", ["auto", "plain"])
def test_another_seed_is_another_picture(renderer: str, tmp_path: Path) -> None:
    one, two = (painted("mountains", tmp_path / str(seed), seed=seed, renderer=renderer) for seed in (1, 2))
    assert np.abs(one - two).mean() > 4


@pytest.mark.parametrize("renderer", ["auto", "plain"])
@pytest.mark.parametrize("place", ["ocean", "mountains", "forest", "desert", "clouds", "lake"])
def test_night_is_darker_than_noon(place: str, renderer: str, tmp_path: Path) -> None:
    noon, night = (painted(f"{place} at {hour}", tmp_path / hour, renderer=renderer) for hour in ("noon", "midnight"))
    assert night.mean() < 0.8 * noon.mean()


@pytest.mark.parametrize(
    ("plain", "changed"),
    [
        ("mountains at noon, clear", "mountains at noon, thick fog"),
        ("calm ocean at noon", "stormy ocean at noon"),
        ("pine forest", "pine forest, heavy snow"),
        ("abstract silk", "abstract silk, emerald green"),
        ("city at night", "city at night in the pouring rain"),
        ("desert at noon", "desert at sunset"),
    ],
)
def test_words_change_what_is_seen(plain: str, changed: str, tmp_path: Path) -> None:
    before, after = painted(plain, tmp_path / "before"), painted(changed, tmp_path / "after")
    assert np.abs(before - after).mean() > 3


def test_red_words_make_a_redder_picture_than_blue_words(tmp_path: Path) -> None:
    for renderer in ("auto", "plain"):
        red = painted("abstract, crimson and gold", tmp_path / "red", renderer=renderer)
        blue = painted("abstract, navy and azure", tmp_path / "blue", renderer=renderer)
        assert (red[:, :, 0] - red[:, :, 2]).mean() > (blue[:, :, 0] - blue[:, :, 2]).mean() + 40


@pytest.mark.parametrize("stop_at", [0, 1, 3])
def test_cancelled_picture_leaves_no_file(stop_at: int, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run(scene_job("ocean", tmp_path, size=1024), Steps(stop_at))
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_opengl_paints_plainly() -> None:
    code = (
        "import sys; sys.modules['moderngl'] = None\n"
        "from photoplay.makers.painter import best_painter\n"
        "print(best_painter().name)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout.split() == [RENDERER]
    assert "no OpenGL here" in answer.stderr


def test_plain_pictures_say_so_in_their_record(tmp_path: Path) -> None:
    made = run(scene_job("ocean", tmp_path, size=64, renderer="plain"), Steps())
    assert made["metadata"]["renderer"] == RENDERER
