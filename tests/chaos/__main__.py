"""`make chaos`: the long form. Says its seed, and prints a table of what came of it."""

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

from tests.chaos.plan import WISHES, Plan
from tests.chaos.run import run


def main() -> int:
    """Runs one chaos. 0 when nothing is wrong."""
    options = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    options.add_argument("--jobs", type=int, default=300)
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    options.add_argument("--vendors", nargs="*", default=list(WISHES))
    options.add_argument("--keep", type=Path, help="A folder that keeps everything afterwards.")
    given = options.parse_args()
    sys.stdout.write(f"Chaos with seed {given.seed}: {given.jobs} generations, {given.kills} kills.\n")
    sys.stdout.flush()
    plan = Plan(seed=given.seed, jobs=given.jobs, kills=given.kills, vendors=tuple(given.vendors))
    with tempfile.TemporaryDirectory(prefix="photoplay-chaos-") as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        verdict = run(plan, folder)
    sys.stdout.write(f"{verdict.table()}\n")
    return 1 if verdict.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
