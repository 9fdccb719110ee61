"""The queue as the operator sees it: lanes, workers, what runs and what waits for what."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay import accounts, jobs
from photoplay.generation.breaker import resting
from photoplay.generation.pauses import EVERYTHING, Pause, pause_of, pauses
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import UNFINISHED, Status, WaitsFor
from photoplay.generation.tables import GenerationRow

SHOWN: Final = 100
PROMPT_CHARACTERS: Final = 120
_WAITS: Final = {
    WaitsFor.TIME.value: "Waits for its time",
    WaitsFor.APPROVAL.value: "Waits for approval",
    WaitsFor.PARENT.value: "Waits for what it is made from",
}


class PauseView(BaseModel):
    """What is held back: everything (an empty name), a provider or a lane."""

    name: str
    title: str
    reason: str
    since: datetime


class LaneView(BaseModel):
    """A part of a provider that works on its own. `held_because`: why nothing of it is begun, if so."""

    name: str
    title: str
    provider: str
    queued: int
    waiting: int
    """Of those that are queued: not before their time, an approval or a parent."""
    running: int
    uncertain: int
    is_paused: bool
    held_because: str


class JobView(BaseModel):
    """One generation that has not ended."""

    id: str
    owner: str
    operation: str
    model_name: str
    prompt: str
    lane: str
    status: str
    phase: str | None
    word: str
    progress: float | None
    priority: int
    run_at: datetime | None
    because: str
    """Why it waits, in a sentence; empty where it only waits for its turn."""
    worker: str | None
    worker_beat_seconds_ago: float | None
    cancel_asked: bool
    created_at: datetime
    started_at: datetime | None


class WorkerLine(BaseModel):
    """A process that works here. `running`: what it has at work."""

    id: str
    kind: str
    host: str
    pid: int
    started_at: datetime
    beat_seconds_ago: float
    is_leaving: bool
    is_this: bool
    running: int


class Board(BaseModel):
    """Everything that has not ended; of what runs and what waits the first hundred each."""

    pauses: list[PauseView]
    lanes: list[LaneView]
    workers: list[WorkerLine]
    running: list[JobView]
    queued: list[JobView]


def board(session: Session, runtime: Runtime) -> Board:
    """How things stand, for the operator."""
    held = pauses(session)
    crew = jobs.workers_of_house(session)
    beats = {worker.id: (f"{worker.host}:{worker.pid}", worker.beat_seconds_ago) for worker in crew}
    at_work = _rows(session, (Status.RUNNING.value, Status.UNCERTAIN.value))
    waiting = _rows(session, (Status.QUEUED.value,))
    owners = {user.id: user.name for user in accounts.all_users(session)}
    counts = _count_by_worker(session)
    return Board(
        pauses=[
            PauseView(name=one.name, title=title_of(runtime, one.name), reason=one.reason, since=one.since)
            for one in held.values()
        ],
        lanes=_lanes(session, runtime, held),
        workers=[
            WorkerLine(**vars(worker), is_this=worker.id == runtime.lease.id, running=counts[worker.id])
            for worker in crew
        ],
        running=[_job(row, owners, "", beats.get(row.worker_id or "")) for row in at_work],
        queued=[_job(row, owners, _because(row, held), None) for row in waiting],
    )


def title_of(runtime: Runtime, name: str) -> str:
    """What people call everything, a provider, or a lane of one."""
    if name == EVERYTHING:
        return "Everything"
    provider, _, lane = name.partition("/")
    return f"{runtime.vendors.title_of(provider)}{f', {lane}' if lane else ''}"


def _rows(session: Session, statuses: Sequence[str]) -> Sequence[GenerationRow]:
    query = select(GenerationRow).where(GenerationRow.status.in_(statuses))
    return session.scalars(query.order_by(GenerationRow.priority.desc(), GenerationRow.id).limit(SHOWN)).all()


def _because(row: GenerationRow, held: Mapping[str, Pause]) -> str:
    if row.waits_for is not None:
        return _WAITS.get(row.waits_for, row.waits_for)
    pause = pause_of(row.lane, held)
    return "" if pause is None else pause.words


def _job(row: GenerationRow, owners: Mapping[str, str], because: str, worker: tuple[str, float] | None) -> JobView:
    return JobView(
        id=row.id,
        owner=owners.get(row.owner_id, row.owner_id),
        operation=row.operation,
        model_name=row.model_name,
        prompt=_short(row.prompt),
        lane=row.lane,
        status=row.status,
        phase=row.phase,
        word=row.word,
        progress=row.progress,
        priority=row.priority,
        run_at=row.run_at,
        because=because,
        worker=worker[0] if worker else None,
        worker_beat_seconds_ago=worker[1] if worker else None,
        cancel_asked=row.cancel_asked_at is not None,
        created_at=row.created_at,
        started_at=row.started_at,
    )


def _short(prompt: str) -> str:
    return prompt if len(prompt) <= PROMPT_CHARACTERS else f"{prompt[:PROMPT_CHARACTERS].rsplit(' ', 1)[0]} ..."


def _count_by_worker(session: Session) -> Counter[str | None]:
    query = select(GenerationRow.worker_id, func.count()).where(
        GenerationRow.status.in_((Status.RUNNING.value, Status.UNCERTAIN.value))
    )
    counts = Counter[str | None]()
    for worker_id, count in session.execute(query.group_by(GenerationRow.worker_id)):
        counts[worker_id] = count
    return counts


def _lanes(session: Session, runtime: Runtime, held: Mapping[str, Pause]) -> list[LaneView]:
    """Every lane with something in it, and every one that is held back."""
    query = select(GenerationRow.lane, GenerationRow.status, GenerationRow.waits_for.is_not(None), func.count()).where(
        GenerationRow.status.in_(UNFINISHED)
    )
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for lane, status, waits, count in session.execute(
        query.group_by(GenerationRow.lane, GenerationRow.status, GenerationRow.waits_for.is_not(None))
    ):
        counts[lane][status] += count
        counts[lane]["waiting"] += count if waits and status == Status.QUEUED else 0
    rests = {provider: rest.message for provider, rest in resting(session).items()}
    return [
        _lane(runtime, lane, counts[lane], pause_of(lane, held), rests_because=rests.get(lane.partition("/")[0], ""))
        for lane in sorted(counts)
    ]


def _lane(
    runtime: Runtime, lane: str, counts: Mapping[str, int], pause: Pause | None, *, rests_because: str
) -> LaneView:
    provider = lane.partition("/")[0]
    return LaneView(
        name=lane,
        title=title_of(runtime, lane),
        provider=provider,
        queued=counts.get(Status.QUEUED.value, 0),
        waiting=counts.get("waiting", 0),
        running=counts.get(Status.RUNNING.value, 0),
        uncertain=counts.get(Status.UNCERTAIN.value, 0),
        is_paused=pause is not None,
        held_because=pause.words if pause else rests_because,
    )
