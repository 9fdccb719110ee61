"""What the engine itself costs: durable workflows that do nothing (PERFORMANCE P4)."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure
from photoplay.jobs import Engine

JOBS = 500


def figures() -> Iterator[Figure]:
    """Starts many at once in one process and waits until the last has ended."""
    wall, cpu = asyncio.run(_run())
    yield Figure(
        "durable job that does nothing, CPU", "ms", [cpu / JOBS * 1000], 3.9, f"{JOBS} at once in {wall:.1f} s"
    )


async def _run() -> tuple[float, float]:
    done = asyncio.Event()
    count = 0

    async def nothing(_subject: str) -> None:
        nonlocal count
        count += 1
        if count == JOBS:
            done.set()

    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder) / "engine.sqlite3")
        engine.add("bench.v1", nothing)
        await engine.launch()
        wall, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(engine.start("bench.v1", f"job-{number}", str(number)) for number in range(JOBS)))
        await done.wait()
        spent = time.perf_counter() - wall, time.process_time() - cpu
        await engine.close()
    return spent
