"""`make chaos`: the long form. Says its seed, and prints a table of what came of it."""

import argparse
import secrets
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.chaos.audit import Verdict
from tests.chaos.machines import STUDIOS, a_postgres, run_on_postgres
from tests.chaos.plan import WISHES, Plan
from tests.chaos.run import run


def main() -> int:
    """Runs one chaos. 0 when nothing is wrong."""
    options = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    options.add_argument("--jobs", type=int, default=300)
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    options.add_argument("--vendors", nargs="*", default=list(WISHES))
    options.add_argument("--on", choices=("sqlite", "postgres", "both"), default="both", help="Which database.")
    options.add_argument("--keep", type=Path, help="A folder that keeps everything afterwards.")
    given = options.parse_args()
    plan = Plan(seed=given.seed, jobs=given.jobs, kills=given.kills, vendors=tuple(given.vendors))
    wrong = 0
    for database in ("sqlite", "postgres") if given.on == "both" else (given.on,):
        sys.stdout.write(f"Chaos on {database}, seed {given.seed}: {given.jobs} generations, {given.kills} kills.\n")
        sys.stdout.flush()
        with tempfile.TemporaryDirectory(prefix="photoplay-chaos-") as made:
            verdict = _chaos(plan, (given.keep or Path(made)) / database, database)
        sys.stdout.write(f"{verdict.table()}\n")
        wrong += len(verdict.wrong)
    return 1 if wrong else 0


def _chaos(plan: Plan, folder: Path, database: str) -> Verdict:
    folder.mkdir(parents=True, exist_ok=True)
    if database == "sqlite":
        return run(plan, folder)
    with a_postgres(folder) as (url, restart):
        return run_on_postgres(replace(plan, studios=STUDIOS, database_url=url), folder, restart=restart)


if __name__ == "__main__":
    sys.exit(main())
