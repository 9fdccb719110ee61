"""The dispatcher: takes queued generations in turn, as many as their lane allows, and starts their workflows.

A lane is a part of a provider that works on its own: local films do not hold up local pictures. In each lane the order is
by priority, then the owner with the fewest at work, then age.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay.generation.advance import all_to_running
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import UNFINISHED, Status
from photoplay.generation.tables import GenerationRow

WORKFLOW: Final = "generate.v1"
DEFAULT_IN_FLIGHT: Final = 8
_LOOKED_AT: Final = 500


class Dispatcher:
    """Admits what may start. `look` is called by a sweep: at once after every commit that matters, and every second."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._limits = _limits(runtime)
        self._started: set[str] = set()

    async def look(self) -> None:
        """Sets as many as possible running, then starts every workflow that is not at work, also those a crash has left."""
        if self._runtime.is_stopping:
            return
        waiting = await self._runtime.db.read(self._lanes_with_queue)
        if waiting:
            await self._runtime.db.write(self._admit)
        at_work = await self._runtime.db.read(_at_work)
        self._started &= {f"{generation_id}-{run}" for generation_id, run in at_work}
        for generation_id, run in at_work:
            await self._start(generation_id, run)

    async def _start(self, generation_id: str, run: int) -> None:
        workflow_id = f"{generation_id}-{run}"
        if not self._runtime.engine.is_running(WORKFLOW, generation_id):
            if workflow_id in self._started:
                await self._runtime.engine.forget(workflow_id)
            self._started.add(workflow_id)
            await self._runtime.engine.start(WORKFLOW, workflow_id, generation_id)

    def _lanes_with_queue(self, session: Session) -> list[str]:
        query = select(GenerationRow.lane).where(
            GenerationRow.status == Status.QUEUED.value, GenerationRow.waits_for.is_(None)
        )
        return list(session.scalars(query.distinct()))

    def _admit(self, session: Session) -> None:
        for lane in self._lanes_with_queue(session):
            running = Counter[str](dict(_running_by_owner(session, lane)))
            free = self._limits.get(lane, DEFAULT_IN_FLIGHT) - sum(running.values())
            all_to_running(session, self._runtime.hub, _still_queued(session, _next(session, lane, running, free)))


def _next(session: Session, lane: str, running: Counter[str], free: int) -> list[str]:
    query = (
        select(GenerationRow.id, GenerationRow.owner_id, GenerationRow.priority)
        .where(
            GenerationRow.status == Status.QUEUED.value, GenerationRow.lane == lane, GenerationRow.waits_for.is_(None)
        )
        .order_by(GenerationRow.priority.desc(), GenerationRow.id)
        .limit(_LOOKED_AT)
    )
    queued = [(row.id, row.owner_id, row.priority) for row in session.execute(query)]
    chosen: list[str] = []
    while queued and len(chosen) < free:
        best = min(queued, key=lambda row: (-row[2], running[row[1]], row[0]))
        queued.remove(best)
        running[best[1]] += 1
        chosen.append(best[0])
    return chosen


def _still_queued(session: Session, chosen: Sequence[str]) -> Sequence[GenerationRow]:
    """The rows of those that nobody is changing right now, locked; who is being cancelled is passed over, not waited for."""
    query = select(GenerationRow).where(GenerationRow.id.in_(chosen), GenerationRow.status == Status.QUEUED.value)
    return session.scalars(query.order_by(GenerationRow.id).with_for_update(skip_locked=True)).all()


def _running_by_owner(session: Session, lane: str) -> list[tuple[str, int]]:
    query = (
        select(GenerationRow.owner_id, func.count())
        .where(GenerationRow.status == Status.RUNNING.value, GenerationRow.lane == lane)
        .group_by(GenerationRow.owner_id)
    )
    return [(owner, count) for owner, count in session.execute(query)]


def _at_work(session: Session) -> list[tuple[str, int]]:
    at_work = [status for status in UNFINISHED if status != Status.QUEUED.value]
    query = select(GenerationRow.id, GenerationRow.run).where(GenerationRow.status.in_(at_work))
    return [(generation_id, run) for generation_id, run in session.execute(query)]


def _limits(runtime: Runtime) -> dict[str, int]:
    return {
        f"{offer.provider}/{lane}": count
        for offer in runtime.catalog.offers()
        for lane, count in offer.card.lane_limits.items()
    }
