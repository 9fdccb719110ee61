"""The dispatcher: takes queued generations in turn, as many as their lane allows, and starts their workflows.

A lane is a part of a provider that works on its own: local films do not hold up local pictures. In each lane the order is
by priority, then the owner with the fewest at work, then age. All lanes of a provider together begin no more than its
accounts have room for; while it rests, what may be made elsewhere goes there, and the rest waits.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay.core.db import after_commit
from photoplay.generation.advance import all_to_running
from photoplay.generation.breaker import resting
from photoplay.generation.failover import change_model
from photoplay.generation.room import most_at_work, room_at
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
        in_turn = sorted(self._lanes_with_queue(session), key=_provider_of)
        for provider, lanes in groupby(in_turn, key=_provider_of):
            self._admit_at(session, provider, list(lanes))

    def _admit_at(self, session: Session, provider: str, lanes: Sequence[str]) -> None:
        rest = resting(session, [provider]).get(provider)
        if rest is not None:
            self._send_elsewhere(session, lanes, because=rest.message)
            return
        room = room_at(session, self._runtime, provider)
        most = most_at_work(session, self._runtime, provider) or DEFAULT_IN_FLIGHT
        chosen: list[_Queued] = []
        at_work = Counter[str]()
        for lane in lanes:
            running = Counter[str](dict(_running_by_owner(session, lane)))
            at_work += running
            chosen += _next(_queued(session, lane), running, self._limits.get(lane, most) - sum(running.values()))
        if room is not None and len(chosen) > room:
            chosen = _next(chosen, at_work, room)
        all_to_running(session, self._runtime.hub, _still_queued(session, [one.id for one in chosen]))

    def _send_elsewhere(self, session: Session, lanes: Sequence[str], *, because: str) -> None:
        """Gives what waits for a resting vendor to other models, where its owner allowed that and they can take it."""
        waiting = [one.id for lane in lanes for one in _queued(session, lane) if one.has_candidates]
        moved = [
            change_model(session, self._runtime, row, (), because=because) for row in _still_queued(session, waiting)
        ]
        if any(moved):
            after_commit(session, self._runtime.admit_soon)


@dataclass(frozen=True)
class _Queued:
    id: str
    owner_id: str
    priority: int
    has_candidates: bool


def _queued(session: Session, lane: str) -> list[_Queued]:
    """The first of those that wait in a lane."""
    query = (
        select(GenerationRow.id, GenerationRow.owner_id, GenerationRow.priority, GenerationRow.candidates)
        .where(
            GenerationRow.status == Status.QUEUED.value, GenerationRow.lane == lane, GenerationRow.waits_for.is_(None)
        )
        .order_by(GenerationRow.priority.desc(), GenerationRow.id)
        .limit(_LOOKED_AT)
    )
    return [_Queued(row.id, row.owner_id, row.priority, bool(row.candidates)) for row in session.execute(query)]


def _next(queued: Sequence[_Queued], running: Counter[str], free: int) -> list[_Queued]:
    """Whose turn it is: as many as are free, by priority, then the owner with the fewest at work, then age."""
    left, at_work = list(queued), Counter(running)
    chosen: list[_Queued] = []
    while left and len(chosen) < free:
        best = min(left, key=lambda one: (-one.priority, at_work[one.owner_id], one.id))
        left.remove(best)
        at_work[best.owner_id] += 1
        chosen.append(best)
    return chosen


def _provider_of(lane: str) -> str:
    return lane.partition("/")[0]


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
