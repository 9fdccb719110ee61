"""What keeps a batch from its turn though it is paid for: a second thought above the warning price, or the studio owner's yes."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.accounts import Viewer
from photoplay.core import clock
from photoplay.core.money import in_words
from photoplay.credits import QuoteView
from photoplay.generation.errors import OwnerApproves
from photoplay.generation.status import NEEDS_APPROVAL, Status, WaitsFor
from photoplay.generation.tables import BatchRow, GenerationRow
from photoplay.providers import Notice

SECOND_THOUGHT: Final = timedelta(seconds=5)
"""So long an order above the warning price can be taken back before it leaves."""


def hold_back(rows: Sequence[GenerationRow], quote: QuoteView, *, second_thought: bool) -> None:
    """Has those that would get their turn now wait: for an approval where the price needs one, else for a second thought."""
    free = [row for row in rows if row.waits_for is None]
    if quote.needs_approval:
        price = f"{quote.credits_required} credits" if quote.credits_required is not None else in_words(quote.high_usd)
        why = f"This costs {price}, so the owner of the studio approves it before it begins."
        for row in free:
            row.waits_for = WaitsFor.APPROVAL.value
            row.notices = [*row.notices, asdict(Notice(NEEDS_APPROVAL, why))]
    elif second_thought and quote.above_warning:
        for row in free:
            row.waits_for, row.run_at = WaitsFor.TIME.value, clock.now() + SECOND_THOUGHT


def seconds_to_take_back(row: GenerationRow) -> float | None:
    """How long it can still be taken back before it leaves; None where it does not wait for a second thought."""
    if row.status != Status.QUEUED or row.waits_for != WaitsFor.TIME.value or row.run_at is None:
        return None
    if row.run_at > row.created_at + 2 * SECOND_THOUGHT:
        return None
    return max(0.0, (row.run_at - clock.now()).total_seconds())


def needs_owner(session: Session, row: GenerationRow) -> bool:
    """Whether the studio's owner must say yes to it, not the one who asked for it."""
    is_first = not row.links
    return is_first and bool(session.get_one(BatchRow, row.batch_id).quote.get("needs_approval"))


def check_may_approve(session: Session, viewer: Viewer, row: GenerationRow) -> None:
    """Raises `OwnerApproves` for whoever may not; a program may not, whose ever key it has."""
    if needs_owner(session, row) and not (viewer.is_owner and viewer.key_id is None):
        raise OwnerApproves(
            "The owner of the studio approves this, in the studio. It is held and begins then; cancel it to have it back."
        )


def waiting_for_owner(session: Session) -> list[GenerationRow]:
    """Everything that waits for the studio's owner, the oldest first."""
    query = select(GenerationRow).where(
        GenerationRow.status == Status.QUEUED.value, GenerationRow.waits_for == WaitsFor.APPROVAL.value
    )
    return [row for row in session.scalars(query.order_by(GenerationRow.id)) if needs_owner(session, row)]
