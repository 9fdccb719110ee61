"""The processes that work on one database: who they are, and who of them is still alive."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import BigInteger, ColumnElement, Select, cast, delete, extract, func, select, type_coerce, update
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.errors import Conflict, NotFound
from photoplay.core.rows import UtcTime, dialect_of
from photoplay.core.signals import tell
from photoplay.jobs.tables import WorkerRow

WorkerKind = Literal["serve", "work"]
LEAVING: Final = "worker.leaving"
"""The signal that a worker shall leave, or stay after all."""


class WorkerNotFound(NotFound):
    """No such worker is there, or not any more."""

    code = "worker_not_found"


class OnlyWorker(Conflict):
    """The only worker cannot be sent away: nobody would go on."""

    code = "only_worker"


@dataclass(frozen=True)
class WorkerView:
    """A worker as the operator sees it. `beat_seconds_ago`: by the clock of the database."""

    id: str
    kind: str
    host: str
    pid: int
    started_at: datetime
    beat_seconds_ago: float
    is_leaving: bool


def join(session: Session, worker: WorkerRow) -> None:
    """Takes a worker in. Whoever held its place before has ended; on SQLite everybody else has."""
    gone = delete(WorkerRow)
    session.execute(gone if dialect_of(session) == "sqlite" else gone.where(WorkerRow.place == worker.place))
    session.add(worker)
    session.flush()
    beat(session, worker.id)


def beat(session: Session, worker_id: str) -> bool | None:
    """Says that a worker is alive. Whether it is told to leave; None when it counts as dead."""
    beaten = update(WorkerRow).where(WorkerRow.id == worker_id).values(beat_at=_now(session))
    return session.scalar(beaten.returning(WorkerRow.is_leaving), execution_options={"synchronize_session": False})


def leave(session: Session, worker_id: str) -> None:
    """A worker goes; what it had is anybody's."""
    session.execute(delete(WorkerRow).where(WorkerRow.id == worker_id))


def bury(session: Session, *, silent_seconds: float) -> list[str]:
    """Strikes out the workers that have been silent for so long. Their ids; one process of all gets each."""
    dead = delete(WorkerRow).where(WorkerRow.beat_at < _before(session, silent_seconds)).returning(WorkerRow.id)
    return list(session.scalars(dead, execution_options={"synchronize_session": False}))


def is_worker(session: Session, worker_id: str) -> bool:
    """Whether a worker counts as alive; it stays so until this transaction ends."""
    query = select(WorkerRow.id).where(WorkerRow.id == worker_id).with_for_update(read=True)
    return session.scalar(query) is not None


def living() -> Select[str]:
    """The ids of all workers, for a condition."""
    return select(WorkerRow.id)


def admitting(session: Session, *, silent_seconds: float) -> int:
    """How many workers beat within so many seconds and are not about to leave."""
    query = select(func.count()).where(
        WorkerRow.is_leaving.is_(False), WorkerRow.beat_at >= _before(session, silent_seconds)
    )
    return session.scalar(query) or 0


def workers_of_house(session: Session) -> list[WorkerView]:
    """All workers, the oldest first."""
    query = select(WorkerRow, type_coerce(_now(session), UtcTime)).order_by(WorkerRow.started_at, WorkerRow.id)
    return [
        WorkerView(
            id=row.id,
            kind=row.kind,
            host=row.host,
            pid=row.pid,
            started_at=row.started_at,
            beat_seconds_ago=max(0.0, (now - row.beat_at).total_seconds()),
            is_leaving=row.is_leaving,
        )
        for row, now in session.execute(query)
    ]


def send_away(session: Session, worker_id: str, *, is_leaving: bool = True) -> None:
    """Tells a worker to take nothing new and to leave well, or to stay after all. Raises `WorkerNotFound`, `OnlyWorker`."""
    if dialect_of(session) == "sqlite":
        raise OnlyWorker("This process is the only one of its folder. Hold back what waits instead, or stop it.")
    row = session.get(WorkerRow, worker_id)
    if row is None:
        raise WorkerNotFound("There is no such worker, or it has ended.")
    row.is_leaving = is_leaving
    tell(session, LEAVING, {"worker": worker_id, "is_leaving": is_leaving})


def names_of(session: Session, worker_ids: Collection[str]) -> dict[str, str]:
    """What people call these workers: host and process."""
    query = select(WorkerRow).where(WorkerRow.id.in_(worker_ids))
    return {row.id: f"{row.host}:{row.pid}" for row in session.scalars(query)}


def _now(session: Session) -> ColumnElement[Any]:
    if dialect_of(session) == "sqlite":
        return type_coerce(clock.now(), UtcTime)
    return cast(extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger)


def _before(session: Session, seconds: float) -> ColumnElement[Any]:
    if dialect_of(session) == "sqlite":
        return type_coerce(clock.now() - timedelta(seconds=seconds), UtcTime)
    return _now(session) - round(seconds * 1_000_000)
