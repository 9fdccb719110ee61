"""The operator changes whose turn is next."""

from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay.generation.advance import locked
from photoplay.generation.errors import AlreadyFinal, AlreadyRunning
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Status
from photoplay.generation.tables import GenerationRow

Place = Literal["first", "last"]


def reorder(session: Session, runtime: Runtime, generation_id: str, to: Place | int) -> int:
    """Gives a queued generation a priority, or the one that makes it the first or the last of its lane. The new priority.

    Raises `GenerationNotFound`, `AlreadyRunning`, `AlreadyFinal`.
    """
    row = locked(session, generation_id)
    if Status(row.status).is_final:
        raise AlreadyFinal("This has ended already.")
    if row.status != Status.QUEUED:
        raise AlreadyRunning("This has been begun already; only what waits can be moved.")
    row.priority = to if isinstance(to, int) else _at(session, row, to)
    runtime.admit_after(session)
    return row.priority


def _at(session: Session, row: GenerationRow, place: Place) -> int:
    bound = func.max(GenerationRow.priority) if place == "first" else func.min(GenerationRow.priority)
    others = select(bound).where(
        GenerationRow.status == Status.QUEUED.value, GenerationRow.lane == row.lane, GenerationRow.id != row.id
    )
    found = session.scalar(others)
    return row.priority if found is None else found + (1 if place == "first" else -1)
