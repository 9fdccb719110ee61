"""A thousand generations of two seconds at once through the whole life, without media work (PERFORMANCE P4, P5)."""

import asyncio
import dataclasses
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.figure import Figure
from photoplay import generation
from photoplay.core import garbage
from photoplay.generation.status import UNFINISHED
from photoplay.generation.tables import GenerationRow
from photoplay.media import Marked, Probe
from photoplay.providers import Delivery, LocalFile, Order, Waiting
from tests.factories import House, a_house, picture
from tests.scripted import ScriptedProvider

JOB_SECONDS = 2.0
FILE = bytes(range(256)) * 400
"""100 KB."""


def figures() -> Iterator[Figure]:
    """First 200, then 1,000 in a fresh studio; memory is the highest resident size of this process."""
    garbage.settle()
    few = asyncio.run(_run(200))
    before = _peak_mb()
    many = asyncio.run(_run(1000))
    peak = _peak_mb()
    note = f"200: {few.wall_seconds:.1f} s"
    yield Figure("1,000 jobs of 2 s at once", "s", [many.wall_seconds], 8, note)
    yield Figure("CPU a whole generation", "ms", [many.cpu_ms], 8, "with ledger, events, orders")
    yield Figure("highest memory with 1,000 at once", "MB", [peak], 200, f"with 200: {before:.0f} MB")


@dataclasses.dataclass(frozen=True)
class Spent:
    """What a run took: wall time of all, CPU milliseconds of one."""

    wall_seconds: float
    cpu_ms: float


class NoMedia:
    """Stands in for the media worker: knows every file and marks none."""

    async def probe(self, path: Path) -> Probe:
        """Always a small picture."""
        return Probe("image", "image/png", "png", len(FILE), width=8, height=8)

    async def mark(self, path: Path, marks: Any, parents: Any = ()) -> Marked:
        """Leaves the file as it is."""
        return Marked(len(FILE), "", xmp=False, signed=False, vendor_manifest_kept=False)

    async def render(self, *_file: Any, **_how: Any) -> tuple[()]:
        """Nothing."""
        return ()

    async def close(self) -> None:
        """Nothing is open."""


class SlowProvider(ScriptedProvider):
    """Takes everything at once, and is done with each order two seconds later."""

    def __post_init__(self) -> None:
        super().__post_init__()
        changes: dict[str, Any] = {"lane_limits": {"": 1000}, "typical_seconds": {"text-to-image": JOB_SECONDS}}
        self.cards = tuple(dataclasses.replace(card, check_floor_seconds=0.5, **changes) for card in self.cards)
        self._began: dict[str, float] = {}
        self.on_check = self._check

    def _check(self, order: Order) -> Waiting | Delivery:
        began = self._began.setdefault(order.id, time.monotonic() - 0.7 * JOB_SECONDS)
        if time.monotonic() - began < JOB_SECONDS:
            return Waiting()
        path = order.spool / "picture.png"
        path.write_bytes(FILE + order.id.encode())
        return Delivery((LocalFile(path, "image/png"),))


async def _run(count: int) -> Spent:
    with tempfile.TemporaryDirectory(prefix="photoplay-bench-") as folder:
        async with a_house(Path(folder), SlowProvider()) as house:
            house.studio.runtime.media = NoMedia()  # type: ignore[assignment]
            await next(sweep for sweep in house.studio.sweeps if sweep.name == "finish").stop()
            wall, cpu = time.perf_counter(), time.process_time()
            await _ask_and_wait(house, count)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Spent(wall, cpu / count * 1000)


async def _ask_and_wait(house: House, count: int) -> None:
    for number in range(0, count, 50):
        await generation.request(house.studio.runtime, house.owner, picture(prompt=f"ocean {number}", count=50))
    # A listener would fall behind the 3,000 events of this run, so the rows are asked.
    while await house.studio.runtime.db.read(  # noqa: ASYNC110
        _has_unfinished
    ):
        await asyncio.sleep(0.1)


def _has_unfinished(session: Session) -> bool:
    return session.scalar(select(GenerationRow.id).where(GenerationRow.status.in_(UNFINISHED)).limit(1)) is not None


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
