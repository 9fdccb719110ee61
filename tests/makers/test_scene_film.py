"""Films of scenes: previews, frames, the seam of the loop, cancel."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from photoplay.core.child_main import Cancelled
from photoplay.makers import scene_names
from photoplay.makers.painter import best_painter
from photoplay.makers.reading import read
from photoplay.makers.scene_film import run
from tests.makers.jobs import Steps, scene_job

SMALL = {"size": "64p", "duration_seconds": 1}


def frames_of(path: str) -> "np.ndarray[Any, Any]":
    """Every frame of a film as numbers."""
    with av.open(path) as film:
        return np.stack([frame.to_ndarray(format="rgb24").astype(int) for frame in film.decode(video=0)])


@pytest.mark.parametrize(("prompt", "renderer"), [("calm ocean", "auto"), ("nebula", "auto"), ("mountains", "plain")])
def test_film_has_every_frame_and_its_last_one_leads_to_its_first(prompt: str, renderer: str, tmp_path: Path) -> None:
    steps = Steps()
    made = run(scene_job(prompt, tmp_path, renderer=renderer, **SMALL), steps)
    film = made["files"][0]
    frames = frames_of(film["path"])
    assert frames.shape == (24, 64, 114, 3)
    assert (film["width"], film["height"], film["fps"], film["duration_seconds"]) == (114, 64, 24, 1)
    turns = np.abs(np.diff(np.concatenate([frames, frames[:1]]), axis=0)).mean(axis=(1, 2, 3))
    assert turns[-1] <= turns[:-1].max() * 1.25 + 0.5
    assert steps.lines[-1]["done"] == steps.lines[-1]["of"] == 24


def test_first_frame_and_loop_are_shown_before_the_film_is_painted(tmp_path: Path) -> None:
    steps = Steps()
    made = run(scene_job("abstract", tmp_path, **SMALL), steps)
    assert [preview["mime"] for preview in steps.previews] == ["image/webp", "video/mp4"]
    assert all(line["done"] == 0 for line in steps.lines if line.get("previews"))
    assert all(Path(preview["path"]).is_file() for preview in steps.previews)
    assert {file["role"] for file in made["files"]} == {"original", "poster", "thumb"}
    assert frames_of(steps.previews[1]["path"]).shape[0] >= 3


@pytest.mark.parametrize("step", [0, 2, 8, 20])
def test_cancelled_film_leaves_no_file(step: int, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run(scene_job("abstract", tmp_path, **SMALL), Steps(stop_at=step))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", scene_names())
def test_loop_of_every_scene_has_no_seam(name: str) -> None:
    painter, reading = best_painter(), read("", {"scene": name, "seed": 4, "wind": 0.8, "rain": 0.5, "cloud": 0.6})
    phases = (190 / 192, 191 / 192, 0.0, 1 / 192, 2 / 192)
    frames = [painter.paint(reading, (96, 54), phase, lambda share: None).astype(int) for phase in phases]
    turns = [np.abs(before - after).mean() for before, after in pairwise(frames)]
    assert turns[1] <= 1.3 * max(turns[0], turns[2], turns[3]) + 0.3


def test_portrait_films_are_portrait(tmp_path: Path) -> None:
    made = run(scene_job("clouds", tmp_path, aspect="9:16", **SMALL), Steps())
    assert frames_of(made["files"][0]["path"]).shape[1:3] == (114, 64)
