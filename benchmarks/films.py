"""Every scene as a film of 8 seconds, 720p, 24 frames a second: how long it takes, and whether the loop has a seam."""

import statistics
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np

from benchmarks.figure import Figure
from benchmarks.made import made, original_of
from benchmarks.studio import RunningStudio, running_studio

LONGEST_SECONDS, LONGEST_MEDIAN_SECONDS = 60, 30


def figures() -> Iterator[Figure]:
    """One film a scene, one after another, on a machine that does nothing else."""
    medians = []
    with running_studio() as studio, TemporaryDirectory(prefix="photoplay-bench-") as folder:
        for scene in _scenes(studio):
            params = {"prompt": scene, "scene": scene, "seed": 7, "size": "720p", "duration_seconds": 8}
            seconds, view = made(studio, "text-to-video", params)
            medians.append(seconds)
            seam, step = _seam(original_of(studio, view, Path(folder) / f"{scene}.mp4"))
            yield Figure(f"film: {scene}", "s", [seconds], LONGEST_SECONDS)
            yield Figure(
                f"seam by its neighbours: {scene}",
                "",
                [seam / step],
                1.0,
                "last to first, by the largest step between neighbours",
            )
    yield Figure("film: median of all scenes", "s", [statistics.median(medians)], LONGEST_MEDIAN_SECONDS)


def _scenes(studio: RunningStudio) -> list[str]:
    for model in studio.get("/api/v1/models?operation=text-to-video")["items"]:
        properties = model["form"]["text-to-video"]["properties"]
        if "scene" in properties:
            return [str(name) for name in properties["scene"]["enum"] if name not in (None, "auto")]
    raise RuntimeError("No model on offer paints scenes.")


def _seam(path: Path) -> tuple[float, float]:
    """The mean difference from the last to the first frame, and the largest between neighbours anywhere in the film."""
    frames = _frames(path)
    first = before = next(frames)
    largest = 0.0
    for frame in frames:
        largest = max(largest, _difference(before, frame))
        before = frame
    return _difference(before, first), largest


def _frames(path: Path) -> Iterator[Any]:
    with av.open(str(path)) as film:
        for frame in film.decode(video=0):
            yield frame.to_ndarray(format="rgb24").astype(np.int16)


def _difference(one: Any, other: Any) -> float:
    return float(np.abs(one - other).mean())
