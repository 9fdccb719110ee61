"""Lets go on what waits for a yes: of its owner where it became dearer, of the studio's owner where its price needs that."""

from sqlalchemy.orm import Session

from photoplay import credits
from photoplay.accounts import Viewer
from photoplay.generation.advance import announce_queued, locked, to_cancelled
from photoplay.generation.errors import GenerationNotFound, NothingToApprove
from photoplay.generation.gates import check_may_approve, needs_owner, waiting_for_owner
from photoplay.generation.queries import generation_view, generation_views
from photoplay.generation.runtime import Runtime
from photoplay.generation.schedule import waits_for_time
from photoplay.generation.schemas import GenerationView
from photoplay.generation.status import Status, WaitsFor
from photoplay.generation.tables import GenerationRow

DECLINED = "declined"


async def approve(runtime: Runtime, viewer: Viewer, generation_id: str) -> GenerationView:
    """Agrees to its price as it now is: holds what is missing and queues it. To decline is to cancel it.

    Raises `GenerationNotFound`, `NothingToApprove` where it waits for nothing of the kind, `OwnerApproves`,
    `InsufficientCredits`, `BudgetExceeded`.
    """
    return await runtime.db.write(lambda session: _approve(session, runtime, viewer, generation_id))


async def decline(runtime: Runtime, viewer: Viewer, generation_id: str) -> GenerationView:
    """The studio's owner says no: it is cancelled and its hold given back. Raises as `approve`."""
    return await runtime.db.write(lambda session: _decline(session, runtime, viewer, generation_id))


def approvals(session: Session) -> list[tuple[str, GenerationView]]:
    """Everything that waits for the studio's owner, the oldest first, with the id of who asked for it."""
    rows = waiting_for_owner(session)
    return list(zip([row.owner_id for row in rows], generation_views(session, rows), strict=True))


def _approve(session: Session, runtime: Runtime, viewer: Viewer, generation_id: str) -> GenerationView:
    row = _waiting(session, viewer, generation_id)
    let_go(session, runtime, row)
    return announce_queued(session, runtime.hub, [row])[0]


def _decline(session: Session, runtime: Runtime, viewer: Viewer, generation_id: str) -> GenerationView:
    row = _waiting(session, viewer, generation_id)
    why = "The owner of the studio did not approve this. Nothing was charged."
    row.error = {"code": DECLINED, "message": why, "retryable": False}
    to_cancelled(session, runtime.hub, row)
    return generation_view(session, row)


def _waiting(session: Session, viewer: Viewer, generation_id: str) -> GenerationRow:
    """The row, locked, after it is certain that it waits for a yes which this viewer may give."""
    row = locked(session, generation_id)
    is_for_owner = needs_owner(session, row)
    if row.owner_id != viewer.user_id and not (viewer.is_owner and is_for_owner):
        raise GenerationNotFound("There is no such generation.")
    if row.status != Status.QUEUED or row.waits_for != WaitsFor.APPROVAL.value:
        raise NothingToApprove("This does not wait for an approval.")
    check_may_approve(session, viewer, row)
    return row


def let_go(session: Session, runtime: Runtime, row: GenerationRow) -> None:
    """Holds all that it may cost, and lets it have its turn. Raises `InsufficientCredits`."""
    credits.raise_hold(session, row.owner_id, row.id, cost_usd=row.held_usd, price_credits=row.price_credits)
    row.waits_for = waits_for_time(row.run_at)
    runtime.admit_after(session)
