"""After an answer was lost: send again with the same key where the vendor takes one, look for the order, or wait uncertain."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.log import Log
from photoplay.generation.advance import locked, to_failed, to_running, to_uncertain
from photoplay.generation.orders import order_of
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Status
from photoplay.generation.submit import Sent, note_answer, send
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.providers import Absent, Delivery, ModelCard, ProviderError, Ticket

LOOK_UPS_SECONDS: Final = (0.0, 10.0, 60.0, 300.0, 900.0, 3600.0)
HOURLY: Final = 3600.0
GIVEN_UP_AFTER_SECONDS: Final = 24 * 3600.0
_log = Log("generation")


async def look_up(runtime: Runtime, generation_id: str, order_id: str) -> Sent:
    """One attempt to learn what became of an order. `again` says when to come back; the rows remember how far we are."""
    row, order_row = await runtime.db.read(
        lambda session: (session.get_one(GenerationRow, generation_id), session.get_one(OrderRow, order_id))
    )
    card = runtime.catalog.find(order_row.model).card
    if _key_is_valid(card, order_row):
        return await send(runtime, row, order_of(runtime, row, order_row))
    due = _due_in(order_row)
    if due > 0:
        return Sent("again", order_id, wait_seconds=due)
    order = order_of(runtime, row, order_row)
    try:
        found = await runtime.providers[row.provider].find(order, runtime.http)
    except ProviderError as error:
        _log.warning("look_up.failed", order=order_id, error=error.message)
        found = None
    if isinstance(found, Ticket | Delivery):
        return await runtime.db.write(lambda session: _found(session, runtime, generation_id, order_id, found))
    is_absent = isinstance(found, Absent)
    return await runtime.db.write(lambda session: _not_found(session, runtime, generation_id, order_id, is_absent))


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


def _found(session: Session, runtime: Runtime, generation_id: str, order_id: str, found: Ticket | Delivery) -> Sent:
    row = locked(session, generation_id)
    if row.status == Status.UNCERTAIN:
        to_running(session, runtime.hub, row)
    order = order_of(runtime, row, session.get_one(OrderRow, order_id))
    return note_answer(session, order, found)


def _not_found(session: Session, runtime: Runtime, generation_id: str, order_id: str, is_absent: bool) -> Sent:
    row, order = locked(session, generation_id), session.get_one(OrderRow, order_id)
    order.lookups += 1
    if is_absent:
        order.status, order.ended_at = "refused", clock.now()
        if row.status == Status.UNCERTAIN:
            to_running(session, runtime.hub, row)
        return Sent("again", order_id)
    card = runtime.catalog.find(order.model).card
    kept_for = card.results_kept_for_seconds or GIVEN_UP_AFTER_SECONDS
    if clock.now() > order.sent_at + timedelta(seconds=kept_for):
        order.billed_usd = None
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
