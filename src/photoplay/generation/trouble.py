"""Says on the row what keeps the result of a taken order from coming home, and gives it up only when it is out of reach."""

import errno
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.http import FetchFailed
from photoplay.core.log import Log
from photoplay.generation.advance import to_failed
from photoplay.generation.deadlines import is_out_of_reach
from photoplay.generation.progress import tell_progress
from photoplay.generation.queries import orders_of
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Phase, Status
from photoplay.generation.submit import is_owed
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.generation.take_over import held
from photoplay.providers import ProviderError

DISK_FULL: Final = "The disk is full. Trying again"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_log = Log("generation")


async def note_trouble(runtime: Runtime, generation_id: str, error: BaseException) -> bool:
    """Tells people what is being tried again. True when it was given up, which is then on the row; never raises."""
    try:
        note = partial(_note, runtime=runtime, generation_id=generation_id, error=error)
        row = await runtime.db.write(note)
    except Exception as broken:  # noqa: BLE001 - a word less on the row must not end the order
        _log.failure("trouble.not_noted", broken, generation=generation_id)
        return False
    if row is not None and not Status(row.status).is_final:
        tell_progress(runtime, row)
    return row is None


def word_for(error: BaseException) -> str:
    """What people read while it is tried again, at most 40 characters."""
    if any(isinstance(one, OSError) and one.errno in _FULL for one in _causes(error)):
        return DISK_FULL
    match error:
        case FetchFailed():
            return "Its file cannot be fetched yet"
        case ProviderError():
            return "Its vendor does not answer"
        case _:
            return "Trying again"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _note(session: Session, runtime: Runtime, generation_id: str, error: BaseException) -> GenerationRow | None:
    """The row with the trouble on it; None when its result is given up."""
    row, orders = held(session, generation_id, runtime.lease.id), orders_of(session, generation_id)
    order = orders[-1] if orders else None
    if order is None or not is_owed(order):
        return row
    order.error = str(getattr(error, "message", "") or error)[:500]
    if is_out_of_reach(runtime.catalog.find(order.model).card, order):
        _give_up(session, runtime, row, order)
        return None
    if not Status(row.status).is_final:
        row.word = word_for(error)
        if order.ready_at is not None or order.delivery is not None:
            row.phase = Phase.FETCHING.value
    return row


def _give_up(session: Session, runtime: Runtime, row: GenerationRow, order: OrderRow) -> None:
    order.ended_at = clock.now()
    if Status(row.status).is_final:
        return
    cost = order.billed_usd if order.billed_usd is not None else order.quoted_usd
    order.billed_usd = cost or Decimal(0)
    to_failed(
        session,
        runtime.hub,
        row,
        code="result_lost",
        message="The vendor made it, but it could not be fetched as long as it was kept there. You are not charged.",
        retryable=True,
        billed=(order, order.billed_usd),
    )
