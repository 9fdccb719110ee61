"""Chaos from its beginning to the bill: asks for media, lets things go wrong, kills, calms down, and looks what came of it."""

import contextlib
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from photoplay.core.ports import free_port
from tests.chaos.audit import Verdict, verdict_on
from tests.chaos.hands import Program, Sandbox, Studio, until
from tests.chaos.life import Life, settings_of
from tests.chaos.plan import Plan

LOOK_UPS_DUE_SECONDS: Final = 900.0
"""So much later it is for the last life: every look-up of the first quarter of an hour is due."""
DECIDED_WITHIN_SECONDS: Final = 300.0


@dataclass
class Scene:
    """Everything that chaos plays with, and what has happened so far."""

    plan: Plan
    folder: Path
    sandbox: Sandbox
    studios: list[Studio]
    chance: random.Random
    full: Path
    """The file that says that the disk is full."""
    keys: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, by: int = 1) -> None:
        """Notes that something has happened."""
        self.counts[what] = self.counts.get(what, 0) + by

    def ask(self, studio: Studio, key: str) -> str | None:
        """Asks under a key that chooses the wish; None when the answer was cut off."""
        wish = self.plan.wish(int(key.rpartition("-")[2]))
        with contextlib.suppress(OSError):
            status, made = studio.ask("POST", "/api/v1/generations", wish, key)
            if status not in {200, 202}:
                raise RuntimeError(f"{wish}: {status} {made}")
            return str(made["id"])
        return None

    def unfinished(self, studio: Studio) -> int:
        """How many generations are neither ended nor uncertain."""
        status, page = studio.ask("GET", "/api/v1/generations?status=queued&status=running&limit=200")
        if status != 200:
            raise RuntimeError(f"{status} {page}")
        return len(page["items"])


Disturbance = Callable[[Scene], None]
"""Something that is done to the studios in each round."""


def kill_one(scene: Scene) -> None:
    """Kills one studio at a random moment and starts it again at once."""
    scene.chance.choice(scene.studios).kill()
    scene.count("kills")


def disturb_the_rest(scene: Scene) -> None:
    """Now and then the sandbox is killed and started again, and the disk is full or free again."""
    rounds, plan = scene.counts["rounds"], scene.plan
    if rounds % plan.sandbox_restarts_every == 0:
        scene.sandbox.kill()
        scene.sandbox.start()
        scene.count("sandbox restarts")
    scene.full.unlink(missing_ok=True)
    if rounds % plan.full_disk_every == 0:
        scene.full.touch()
        scene.count("full disks")


def run(plan: Plan, folder: Path, *, disturb: Sequence[Disturbance] = (kill_one,)) -> Verdict:
    """One chaos as planned. The verdict says what the rows, the files and the bill say afterwards."""
    with _a_scene(plan, folder) as scene:
        while scene.counts.get("kills", 0) < plan.kills or len(scene.keys) < plan.jobs:
            _round(scene, disturb)
        _calm_down(scene)
        database = settings_of(_life_of(scene)).database_address
        return verdict_on(database, scene.folder, bill=scene.sandbox.bill(), counts=scene.counts, asked=scene.keys)


@contextmanager
def _a_scene(plan: Plan, folder: Path) -> Iterator[Scene]:
    sandbox, program = Sandbox(folder, plan.pace), Program()
    full = folder / "disk-is-full"
    shared = {
        "sandbox": sandbox.url,
        "key_file": str(folder / "member.key"),
        "full_file": str(full),
        "database_url": plan.database_url,
        "lease_seconds": plan.lease_seconds,
        **({"data": str(folder / "studio-0" / "data")} if plan.database_url else {}),
    }
    studios = [Studio(program, folder / f"studio-{number}", shared, free_port()) for number in range(plan.studios)]
    sandbox.start()
    try:
        yield Scene(plan, folder, sandbox, studios, random.Random(plan.seed), full)
    finally:
        program.close()
        sandbox.kill()


def _round(scene: Scene, disturb: Sequence[Disturbance]) -> None:
    """Starts who is dead, asks for some more while things go wrong, and disturbs at a random moment."""
    plan, chance = scene.plan, scene.chance
    scene.count("rounds")
    for studio in scene.studios:
        if not studio.is_alive:
            studio.start()
        if scene.counts["rounds"] == 1:
            until(studio.is_ready, "a studio that starts for the first time")
    faults = plan.faults(chance)
    scene.sandbox.fault(faults)
    scene.count("faults", len(faults))
    dies_unready = chance.random() < 0.1 and scene.keys
    if not dies_unready:
        studio = chance.choice(scene.studios)
        until(studio.is_ready, "a studio that has started")
        _ask_for_some(scene, studio)
    _sleep(chance.uniform(0, plan.longest_round_seconds))
    disturb_the_rest(scene)
    for one in disturb:
        one(scene)


def _ask_for_some(scene: Scene, studio: Studio) -> None:
    plan, chance = scene.plan, scene.chance
    with contextlib.suppress(OSError):
        left = plan.jobs - len(scene.keys)
        for _wish in range(min(left, plan.most_unfinished - scene.unfinished(studio))):
            scene.keys.append(f"press-{len(scene.keys)}")
            made = scene.ask(studio, scene.keys[-1])
            if made is not None and chance.random() < plan.cancel_share:
                studio.ask("POST", f"/api/v1/generations/{made}/cancel")
                scene.count("cancels")


def _calm_down(scene: Scene) -> None:
    """Nothing goes wrong any more: everything is asked for once more under its key, and all of it comes to an end."""
    scene.sandbox.calm()
    scene.full.unlink(missing_ok=True)
    for later in (0.0, LOOK_UPS_DUE_SECONDS):
        for studio in scene.studios:
            if studio.is_alive:
                studio.stop()
            studio.later_seconds = later
            studio.start()
        first = scene.studios[0]
        until(first.is_ready, "a studio that has started")
        for key in scene.keys if not later else ():
            if scene.ask(first, key) is None:
                raise RuntimeError("A studio that nobody disturbs does not answer.")
        _until_decided(scene, first)
    for studio in scene.studios:
        studio.stop()


def _until_decided(scene: Scene, studio: Studio) -> None:
    until(lambda: scene.unfinished(studio) == 0, "the end of everything", seconds=DECIDED_WITHIN_SECONDS)
    _sleep(2.0)  # uncertain ones are looked up now, where that is due
    until(lambda: scene.unfinished(studio) == 0, "the end of everything", seconds=DECIDED_WITHIN_SECONDS)


def _life_of(scene: Scene) -> Life:
    studio = scene.studios[0]
    return Life(**{"data": str(studio.folder / "data"), **studio.shared}, port=studio.port, log="")


def _sleep(seconds: float) -> None:
    """The one wait for its own sake: the moment of the next blow is chosen by chance."""
    import time

    time.sleep(seconds)
