"""Who works on a generation: the worker that admitted it, and after that one's end whoever comes first."""

from collections.abc import Collection

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from photoplay import jobs
from photoplay.generation.advance import locked, locked_with
from photoplay.generation.errors import TakenOver
from photoplay.generation.status import Status
from photoplay.generation.tables import GenerationRow, OrderRow

AT_WORK = (Status.RUNNING.value, Status.UNCERTAIN.value)
_AT_ONCE = 200
_LEFT = (
    select(GenerationRow.id)
    .where(
        GenerationRow.status.in_(AT_WORK),
        or_(GenerationRow.worker_id.is_(None), GenerationRow.worker_id.not_in(jobs.living())),
    )
    .order_by(GenerationRow.id)
    .limit(_AT_ONCE)
)


def held(session: Session, generation_id: str, worker_id: str) -> GenerationRow:
    """The row of a generation that this worker has, locked. Raises `TakenOver` when another worker has it by now."""
    row = locked(session, generation_id)
    if row.worker_id != worker_id:
        raise TakenOver(generation_id)
    return row


def held_with(session: Session, order_id: str, worker_id: str) -> tuple[GenerationRow, OrderRow]:
    """An order and its generation that this worker has, both locked. Raises `TakenOver`."""
    row, order = locked_with(session, order_id)
    if row.worker_id != worker_id:
        raise TakenOver(row.id)
    return row, order


def left_by_others(session: Session) -> bool:
    """Whether something is at work with nobody at it: its worker has ended."""
    return session.scalar(_LEFT.limit(1)) is not None


def take_over(session: Session, worker_id: str) -> Collection[str]:
    """Takes what nobody is at. Each generation goes to one worker only."""
    ids = session.scalars(_LEFT.with_for_update(skip_locked=True)).all()
    if ids:
        session.execute(update(GenerationRow).where(GenerationRow.id.in_(ids)).values(worker_id=worker_id))
    return ids


def taken_by(session: Session, worker_id: str) -> list[tuple[str, int]]:
    """What this worker has at work: ids and runs."""
    query = select(GenerationRow.id, GenerationRow.run).where(
        GenerationRow.status.in_(AT_WORK), GenerationRow.worker_id == worker_id
    )
    return [(generation_id, run) for generation_id, run in session.execute(query)]
