"""A local picture from the POST to succeeded, and how much of it is not rendering."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure
from benchmarks.made import made
from benchmarks.studio import running_studio
from photoplay.makers import Makers

PROMPTS = (
    "calm ocean at sunset",
    "misty mountains at dawn",
    "aurora over a frozen lake",
    "a violet nebula",
    "silk in teal and gold",
    "desert dunes at noon",
)
RUNS = 24
ORDERED: list[dict[str, Any]] = [
    {"prompt": PROMPTS[run % len(PROMPTS)], "seed": run, "aspect": "1:1", "size": 1024} for run in range(RUNS)
]


def figures() -> Iterator[Figure]:
    """Warm: each scene has been painted once before. The same orders are then given to the makers alone."""
    with running_studio() as studio:
        cold, _ = made(studio, "text-to-image", ORDERED[0])
        for params in ORDERED[1 : len(PROMPTS)]:
            made(studio, "text-to-image", params)
        whole = [made(studio, "text-to-image", params)[0] for params in ORDERED]
        after = studio.memory_bytes() / 1e6
    alone = asyncio.run(_rendered())
    rest = [seconds - rendering for seconds, rendering in zip(whole, alone, strict=True)]
    yield Figure("1024 x 1024 picture, POST to succeeded", "s", whole, 0.5, f"the very first: {cold:.2f} s")
    yield Figure("of which not rendering", "s", rest, 0.1, "less the same order given to the makers alone")
    yield Figure("memory with a warm render child", "MB", [after], note="PSS of the whole tree")


async def _rendered() -> list[float]:
    makers, seconds = Makers(), []
    with tempfile.TemporaryDirectory(prefix="photoplay-bench-") as folder:
        try:
            for number, params in enumerate([*ORDERED[: len(PROMPTS)], *ORDERED]):
                reading = await makers.read(params["prompt"], params)
                out = Path(folder) / str(number)
                out.mkdir()
                began = time.perf_counter()
                await makers.make("text-to-image", {**params, **reading.params, "out_dir": str(out)})
                seconds.append(time.perf_counter() - began)
        finally:
            await makers.close()
    return seconds[len(PROMPTS) :]
