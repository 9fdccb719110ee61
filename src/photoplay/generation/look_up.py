"""After an answer was lost: send again with the same key where the vendor takes one, look for the order, or wait uncertain."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.log import Log
from photoplay.generation.advance import to_failed, to_running, to_uncertain
from photoplay.generation.orders import order_of
from photoplay.generation.queries import order_by_id
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Status
from photoplay.generation.submit import Sent, note_answer, send_again
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.generation.take_over import held
from photoplay.providers import Absent, CannotTell, Delivery, ModelCard, Order, ProviderError, Ticket

LOOK_UPS_SECONDS: Final = (0.0, 10.0, 60.0, 300.0, 900.0, 3600.0)
HOURLY: Final = 3600.0
GIVEN_UP_AFTER_SECONDS: Final = 24 * 3600.0
NOT_THERE: Final = "not_there"
"""The vendor was searched and does not have the order: it may be given anew, as if it had never been sent."""
_log = Log("generation")


async def look_up(runtime: Runtime, generation_id: str, order_id: str) -> Sent:
    """One attempt to learn what became of an order. `again` says when to come back; the rows remember how far we are."""
    row, order_row = await runtime.db.read(
        lambda session: (session.get_one(GenerationRow, generation_id), order_by_id(session, order_id))
    )
    due = _due_in(order_row)
    if due > 0:
        return Sent("again", order_id, wait_seconds=due)
    order = await order_of(runtime, row, order_row)
    if _key_is_valid(runtime.catalog.find(order_row.model).card, order_row):
        sent = await send_again(runtime, row, order)
        if sent.next != "unknown":
            return sent
        found = None
    else:
        found = await _find(runtime, row, order)
    if isinstance(found, Ticket | Delivery):
        return await runtime.db.write(lambda session: note_answer(session, runtime, order, found))
    is_absent = isinstance(found, Absent)
    return await runtime.db.write(lambda session: _not_found(session, runtime, order_id, is_absent=is_absent))


async def _find(runtime: Runtime, row: GenerationRow, order: Order) -> Ticket | Delivery | Absent | CannotTell | None:
    try:
        return await runtime.providers[row.provider].find(order, runtime.http)
    except ProviderError as error:
        _log.warning("look_up.failed", order=order.id, error=error.message)
        return None


def _key_is_valid(card: ModelCard, order: OrderRow) -> bool:
    if card.recovery != "key":
        return False
    valid_for = card.key_valid_for_seconds
    return valid_for is None or clock.now() < order.sent_at + timedelta(seconds=valid_for)


def _due_in(order: OrderRow) -> float:
    after = LOOK_UPS_SECONDS[order.lookups] if order.lookups < len(LOOK_UPS_SECONDS) else None
    if after is None:
        after = LOOK_UPS_SECONDS[-1] + HOURLY * (order.lookups - len(LOOK_UPS_SECONDS) + 1)
    return (order.sent_at + timedelta(seconds=after) - clock.now()).total_seconds()


def _not_found(session: Session, runtime: Runtime, order_id: str, *, is_absent: bool) -> Sent:
    order = order_by_id(session, order_id)
    row = held(session, order.generation_id, runtime.lease.id)
    order.lookups += 1
    if is_absent:
        order.status, order.code, order.ended_at = "refused", NOT_THERE, clock.now()
        if row.status == Status.UNCERTAIN:
            to_running(session, runtime.hub, row)
        return Sent("again", order_id)
    card = runtime.catalog.find(order.model).card
    kept_for = card.results_kept_for_seconds or GIVEN_UP_AFTER_SECONDS
    if clock.now() > order.sent_at + timedelta(seconds=kept_for):
        order.billed_usd, order.ended_at = None, clock.now()
        to_failed(
            session,
            runtime.hub,
            row,
            code="outcome_unknown",
            message="We could not find out whether the vendor took this. You are not charged.",
            retryable=True,
            billed=(order, Decimal(0)),
        )
        return Sent("over", order_id)
    if row.status != Status.UNCERTAIN:
        to_uncertain(session, runtime.hub, row)
    return Sent("again", order_id, wait_seconds=max(1.0, _due_in(order)))
