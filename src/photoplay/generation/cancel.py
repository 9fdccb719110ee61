"""Takes a generation back, as far as that can still be done."""

from sqlalchemy.orm import Session

from photoplay.accounts import Viewer
from photoplay.core import clock
from photoplay.generation.advance import locked, to_cancelled
from photoplay.generation.errors import AlreadyFinal
from photoplay.generation.queries import batch_of, find_row, generation_view
from photoplay.generation.runtime import Runtime
from photoplay.generation.schemas import BatchView, GenerationView
from photoplay.generation.status import Status


async def cancel(runtime: Runtime, viewer: Viewer, generation_id: str) -> GenerationView:
    """Cancels at once what has not begun; asks the provider to stop what has. Asking twice is asking once.

    Raises `GenerationNotFound`, and `AlreadyFinal` when it ended otherwise before.
    """
    return await runtime.db.write(lambda session: _cancel(session, runtime, viewer, generation_id))


def _cancel(session: Session, runtime: Runtime, viewer: Viewer, generation_id: str) -> GenerationView:
    row = locked(session, find_row(session, viewer.user_id, generation_id).id)
    match Status(row.status):
        case Status.CANCELLED:
            pass
        case Status.SUCCEEDED | Status.FAILED:
            raise AlreadyFinal("This has ended already; there is nothing left to cancel.")
        case Status.QUEUED:
            to_cancelled(session, runtime.hub, row)
            runtime.admit_after(session)
        case Status.RUNNING | Status.UNCERTAIN:
            row.cancel_asked_at = row.cancel_asked_at or clock.now()
            runtime.wake_after(session, row.id, is_cancel=True)
    return generation_view(session, row)


async def cancel_batch(runtime: Runtime, viewer: Viewer, batch_id: str) -> BatchView:
    """Cancels all of a batch that has not ended, its last links first. Raises `GenerationNotFound`."""

    def _cancel_all(session: Session) -> BatchView:
        for item in reversed(batch_of(session, viewer.user_id, batch_id).items):
            if not Status(item.status).is_final:
                _cancel(session, runtime, viewer, item.id)
        return batch_of(session, viewer.user_id, batch_id)

    return await runtime.db.write(_cancel_all)
