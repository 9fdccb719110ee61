"""Lets go on what waits for its owner's yes."""

from sqlalchemy.orm import Session

from photoplay import credits
from photoplay.accounts import Viewer
from photoplay.generation.advance import announce_queued, locked
from photoplay.generation.errors import NothingToApprove
from photoplay.generation.queries import find_row
from photoplay.generation.runtime import Runtime
from photoplay.generation.schedule import waits_for_time
from photoplay.generation.schemas import GenerationView
from photoplay.generation.status import Status, WaitsFor
from photoplay.generation.tables import GenerationRow


async def approve(runtime: Runtime, viewer: Viewer, generation_id: str) -> GenerationView:
    """Agrees to its price as it now is: holds what is missing and queues it. To decline is to cancel it.

    Raises `GenerationNotFound`, `NothingToApprove` where it waits for nothing of the kind, `InsufficientCredits`.
    """
    return await runtime.db.write(lambda session: _approve(session, runtime, viewer, generation_id))


def _approve(session: Session, runtime: Runtime, viewer: Viewer, generation_id: str) -> GenerationView:
    row = locked(session, find_row(session, viewer.user_id, generation_id).id)
    if row.status != Status.QUEUED or row.waits_for != WaitsFor.APPROVAL.value:
        raise NothingToApprove("This does not wait for an approval.")
    let_go(session, runtime, row)
    return announce_queued(session, runtime.hub, [row])[0]


def let_go(session: Session, runtime: Runtime, row: GenerationRow) -> None:
    """Holds all that it may cost, and lets it have its turn. Raises `InsufficientCredits`."""
    credits.raise_hold(session, row.owner_id, row.id, cost_usd=row.held_usd, price_credits=row.price_credits)
    row.waits_for = waits_for_time(row.run_at)
    runtime.admit_after(session)
