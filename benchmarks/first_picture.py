"""A local picture from the POST to succeeded, and how much of it is not rendering."""

from collections.abc import Iterator
from typing import Any

from benchmarks.figure import Figure
from benchmarks.made import made
from benchmarks.studio import RunningStudio, running_studio

PROMPTS = (
    "calm ocean at sunset",
    "misty mountains at dawn",
    "aurora over a frozen lake",
    "a violet nebula",
    "silk in teal and gold",
    "desert dunes at noon",
)
RUNS = 24


def figures() -> Iterator[Figure]:
    """Warm: each scene has been painted once before."""
    with running_studio() as studio:
        cold = _seconds(studio, PROMPTS[0], seed=1)
        for prompt in PROMPTS:
            _seconds(studio, prompt, seed=2)
        pictures = [_made(studio, PROMPTS[run % len(PROMPTS)], seed=10 + run) for run in range(RUNS)]
        after = studio.memory_bytes() / 1e6
    walls = [wall for wall, _ in pictures]
    rendering = [seconds for _, view in pictures if (seconds := _render_seconds(view)) is not None]
    yield Figure("1024 x 1024 picture, POST to succeeded", "s", walls, 0.5, f"the very first: {cold:.2f} s")
    if len(rendering) == len(walls):
        rest = [wall - seconds for wall, seconds in zip(walls, rendering, strict=True)]
        yield Figure("of which not rendering", "s", rest, 0.1, "render seconds as the recipe tells")
    yield Figure("memory with a warm render child", "MB", [after])


def _seconds(studio: RunningStudio, prompt: str, *, seed: int) -> float:
    return _made(studio, prompt, seed=seed)[0]


def _made(studio: RunningStudio, prompt: str, *, seed: int) -> tuple[float, Any]:
    return made(studio, "text-to-image", {"prompt": prompt, "seed": seed, "aspect": "1:1", "size": 1024})


def _render_seconds(view: Any) -> float | None:
    facts = view["assets"][0].get("facts") or {}
    return facts.get("render_seconds")
