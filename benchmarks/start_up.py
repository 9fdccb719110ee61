"""From the command to ready, and what an idle studio holds before its first render (PERFORMANCE P13)."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.studio import running_studio

STARTS = 7
SETTLE_SECONDS = 3.0


def figures() -> Iterator[Figure]:
    """The first start makes database, keys and bytecode and is told apart; then the same folder again and again."""
    with tempfile.TemporaryDirectory(prefix="photoplay-bench-") as folder:
        first, seconds, memory = 0.0, [], []
        for number in range(STARTS + 1):
            with running_studio(Path(folder)) as studio:
                if number == 0:
                    first = studio.seconds_to_ready
                    continue
                seconds.append(studio.seconds_to_ready)
                if number > STARTS - 3:
                    time.sleep(SETTLE_SECONDS)
                    memory.append(studio.memory_bytes() / 1e6)
    yield Figure("serve to ready", "s", seconds, 1.75, f"first start, with database and keys: {first:.2f} s")
    yield Figure("idle memory of the process tree", "MB", memory, 163, "PSS, before the first render")
