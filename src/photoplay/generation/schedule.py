"""What begins at a set time waits for it in the queue, paid for by its hold, and is let begin when it has come."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.errors import BadInput
from photoplay.generation.status import Status, WaitsFor
from photoplay.generation.tables import GenerationRow

LATEST: Final = timedelta(days=30)


def time_to_run(run_at: datetime | None) -> datetime | None:
    """The time to wait for; None for one that has come. Raises `BadInput` for one without a zone or too far ahead."""
    if run_at is None:
        return None
    if run_at.tzinfo is None:
        raise BadInput(
            "Say the zone of the time too.", fields={"run_at": "A time with its zone: 2027-01-31T18:00:00Z."}
        )
    if run_at > clock.now() + LATEST:
        raise BadInput(
            f"That is too far ahead: at most {LATEST.days} days.",
            fields={"run_at": f"At most {LATEST.days} days ahead."},
        )
    return run_at if run_at > clock.now() else None


def waits_for_time(run_at: datetime | None) -> str | None:
    """What a generation waits for that waits for nothing else: its time, or nothing when that has come."""
    return None if run_at is None or run_at <= clock.now() else WaitsFor.TIME.value


def is_something_due(session: Session) -> bool:
    """Whether the time of something has come."""
    return session.scalar(_due()) is not None


def let_begin(session: Session) -> None:
    """What was waiting for its time waits for its turn from now on."""
    for row in session.scalars(_due().with_for_update(skip_locked=True)):
        row.waits_for = None


def _due() -> Select[GenerationRow]:
    return (
        select(GenerationRow)
        .where(
            GenerationRow.status == Status.QUEUED.value,
            GenerationRow.waits_for == WaitsFor.TIME.value,
            GenerationRow.run_at <= clock.now(),
        )
        .limit(500)
    )
