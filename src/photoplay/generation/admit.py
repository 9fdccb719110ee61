"""The dispatcher: takes queued generations in turn, as many as their lane allows, and starts their workflows.

A lane is a part of a provider that works on its own: local films do not hold up local pictures. In each lane the order is
by priority, then the owner with the fewest at work, then age. All lanes of a provider together begin no more than its
accounts have room for; while it rests, what may be made elsewhere goes there, and the rest waits. So does what the operator
holds back. Of several workers each takes its share, and what a dead one has left.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import groupby
from math import ceil
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay import jobs
from photoplay.core import clock
from photoplay.core.ids import id_at, new_id
from photoplay.core.log import Log
from photoplay.core.signals import is_shared
from photoplay.generation.advance import all_to_running
from photoplay.generation.breaker import resting
from photoplay.generation.failover import change_model
from photoplay.generation.pauses import pause_of, pauses
from photoplay.generation.room import most_at_work, one_at_a_time, room_at
from photoplay.generation.runtime import Runtime
from photoplay.generation.schedule import is_something_due, let_begin
from photoplay.generation.status import Status
from photoplay.generation.tables import GenerationRow
from photoplay.generation.take_over import left_by_others, take_over, taken_by

_log = Log("generation")
WORKFLOW: Final = "generate.v1"
DEFAULT_IN_FLIGHT: Final = 8
LOOK_AROUND_SECONDS: Final = 0.9
"""How often to look for what is due by the clock, and for what others have left."""
FRESH: Final = timedelta(seconds=2)
"""So long a worker leaves what came in to others that have less to do."""
_LOOKED_AT: Final = 500


@dataclass(frozen=True)
class _Queued:
    id: str
    owner_id: str
    priority: int
    has_candidates: bool


class Dispatcher:
    """Admits what may start. `look` is called by a sweep: at once after every commit that matters, and every second."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._limits, self._here = _limits(runtime), _lanes_of_machines(runtime)
        self._started: set[str] = set()
        self._looked_around_at = float("-inf")

    async def look(self) -> None:
        """Sets as many as possible running and starts them; now and then also what a crash or another worker has left."""
        runtime, lived = self._runtime, clock.lived_seconds()
        if runtime.is_stopping or not runtime.lease.is_held:
            return
        is_time = lived - self._looked_around_at >= LOOK_AROUND_SECONDS
        if is_time:
            self._looked_around_at = lived
            await self._look_around()
        if not runtime.lease.is_leaving:
            lanes = await runtime.db.read(self._lanes_with_queue)
            if lanes:
                await self._start_left(await runtime.db.write(self._admit))
        if is_time:
            at_work = await runtime.db.read(lambda session: taken_by(session, runtime.lease.id))
            self._started &= {f"{generation_id}-{run}" for generation_id, run in at_work}
            await self._start_left(at_work)

    async def _start_left(self, at_work: Iterable[tuple[str, int]]) -> None:
        """Starts those of these generations, by id and run, that no workflow of this process is at."""
        is_running = partial(self._runtime.engine.is_running, WORKFLOW)
        left = {
            f"{generation_id}-{run}": generation_id for generation_id, run in at_work if not is_running(generation_id)
        }
        if left:
            await self._start(left)

    async def _look_around(self) -> None:
        """Lets begin what is due by the clock, and takes over what nobody is at."""
        if self._runtime.lease.is_leaving:
            return
        if await self._runtime.db.read(is_something_due):
            await self._runtime.db.write(let_begin)
        if await self._runtime.db.read(left_by_others):
            await self._runtime.db.write(self._take_over)

    def _take_over(self, session: Session) -> None:
        lease = self._runtime.lease
        if jobs.is_worker(session, lease.id):
            taken = take_over(session, lease.id)
            _log.info("generations.taken_over", worker=lease.id, count=len(taken))

    async def _start(self, generations: Mapping[str, str]) -> None:
        """Starts the workflow of one generation, by its id, or one for all of them, which saves the engine its writing."""
        engine = self._runtime.engine
        for workflow_id in self._started & generations.keys():
            await engine.forget(workflow_id)
        self._started |= generations.keys()
        workflow_id = next(iter(generations)) if len(generations) == 1 else new_id("wfl")
        await engine.start(WORKFLOW, workflow_id, *generations.values())

    def _lanes_with_queue(self, session: Session) -> list[str]:
        query = select(GenerationRow.lane).where(
            GenerationRow.status == Status.QUEUED.value, GenerationRow.waits_for.is_(None)
        )
        held = pauses(session)
        return [lane for lane in session.scalars(query.distinct()) if pause_of(lane, held) is None]

    def _admit(self, session: Session) -> list[tuple[str, int]]:
        """Sets running what may begin; ids and runs."""
        if not jobs.is_worker(session, self._runtime.lease.id):
            return []
        in_turn = sorted(self._lanes_with_queue(session), key=_provider_of)
        by_provider = groupby(in_turn, key=_provider_of)
        rows = [row for provider, lanes in by_provider for row in self._admit_at(session, provider, list(lanes))]
        return [(row.id, row.run) for row in rows]

    def _admit_at(self, session: Session, provider: str, lanes: Sequence[str]) -> Sequence[GenerationRow]:
        one_at_a_time(session, provider)
        rest = resting(session, [provider]).get(provider)
        if rest is not None:
            self._send_elsewhere(session, lanes, because=rest.message)
            return []
        room = room_at(session, self._runtime, provider)
        most = most_at_work(session, self._runtime, provider) or DEFAULT_IN_FLIGHT
        chosen: list[_Queued] = []
        at_work = Counter[str]()
        for lane in lanes:
            here = self._runtime.lease.id if lane in self._here else None
            running = Counter[str](dict(_running_by_owner(session, lane, here)))
            at_work += running
            chosen += _next(_queued(session, lane), running, self._limits.get(lane, most) - sum(running.values()))
        if room is not None and len(chosen) > room:
            chosen = _next(chosen, at_work, room)
        return self._begin(session, self._my_share(session, chosen))

    def _my_share(self, session: Session, chosen: Sequence[_Queued]) -> Sequence[_Queued]:
        """The first of those that are chosen. The other workers were woken too; what they leave lying is anybody's soon."""
        if not chosen or not is_shared(session):
            return chosen
        lease = self._runtime.lease
        workers = jobs.admitting(session, silent_seconds=lease.seconds / 2)
        at_work = _running_by_worker(session)
        mine = ceil((sum(at_work.values()) + len(chosen)) / max(1, workers)) - at_work[lease.id]
        fresh = id_at("gen", clock.now() - FRESH)
        return [one for place, one in enumerate(chosen) if place < mine or one.id < fresh]

    def _begin(self, session: Session, chosen: Sequence[_Queued]) -> Sequence[GenerationRow]:
        rows = _still_queued(session, [one.id for one in chosen])
        for row in rows:
            row.worker_id = self._runtime.lease.id
        all_to_running(session, self._runtime.hub, rows)
        return rows

    def _send_elsewhere(self, session: Session, lanes: Sequence[str], *, because: str) -> None:
        """Gives what waits for a resting vendor to other models, where its owner allowed that and they can take it."""
        waiting = [one.id for lane in lanes for one in _queued(session, lane) if one.has_candidates]
        moved = [
            change_model(session, self._runtime, row, (), because=because) for row in _still_queued(session, waiting)
        ]
        if any(moved):
            self._runtime.admit_after(session)


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
    at_work = Counter(running)
    in_turn = sorted(queued, key=lambda one: (-one.priority, one.id), reverse=True)
    by_owner = defaultdict[str, list[_Queued]](list)
    for one in in_turn:
        by_owner[one.owner_id].append(one)
    chosen: list[_Queued] = []
    while by_owner and len(chosen) < free:
        heads = (left[-1] for left in by_owner.values())
        best = min(heads, key=lambda one: (-one.priority, at_work[one.owner_id], one.id))
        chosen.append(by_owner[best.owner_id].pop())
        at_work[best.owner_id] += 1
        if not by_owner[best.owner_id]:
            del by_owner[best.owner_id]
    return chosen


def _provider_of(lane: str) -> str:
    return lane.partition("/")[0]


def _still_queued(session: Session, chosen: Sequence[str]) -> Sequence[GenerationRow]:
    """The rows of those that nobody is changing right now, locked; who is being cancelled is passed over, not waited for."""
    query = select(GenerationRow).where(GenerationRow.id.in_(chosen), GenerationRow.status == Status.QUEUED.value)
    return session.scalars(query.order_by(GenerationRow.id).with_for_update(skip_locked=True)).all()


def _running_by_owner(session: Session, lane: str, worker_id: str | None) -> list[tuple[str, int]]:
    """How many each owner has running in a lane, everywhere or at one worker."""
    query = select(GenerationRow.owner_id, func.count()).where(
        GenerationRow.status == Status.RUNNING.value, GenerationRow.lane == lane
    )
    if worker_id is not None:
        query = query.where(GenerationRow.worker_id == worker_id)
    return [(owner, count) for owner, count in session.execute(query.group_by(GenerationRow.owner_id))]


def _running_by_worker(session: Session) -> Counter[str | None]:
    query = select(GenerationRow.worker_id, func.count()).where(GenerationRow.status == Status.RUNNING.value)
    counts = Counter[str | None]()
    for worker_id, count in session.execute(query.group_by(GenerationRow.worker_id)):
        counts[worker_id] = count
    return counts


def _lanes_of_machines(runtime: Runtime) -> set[str]:
    return {
        f"{offer.provider}/{lane}"
        for offer in runtime.catalog.offers()
        if offer.card.runs_here
        for lane in offer.card.lane_limits
    }


def _limits(runtime: Runtime) -> dict[str, int]:
    return {
        f"{offer.provider}/{lane}": count
        for offer in runtime.catalog.offers()
        for lane, count in offer.card.lane_limits.items()
    }
