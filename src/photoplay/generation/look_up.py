"""After an answer was lost: send again with the same key where the vendor takes one, look for the order, or wait uncertain."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.log import Log
from photoplay.generation.advance import to_failed, to_running, to_uncertain
from photoplay.generation.answers import is_proof
from photoplay.generation.deadlines import can_be_absent, decided_by, next_look_up_at
from photoplay.generation.orders import order_of, ticket_of
from photoplay.generation.progress import tell_progress
from photoplay.generation.queries import order_by_id
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Status
from photoplay.generation.submit import Sent, note_answer, send_again
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.generation.take_over import held_with
from photoplay.generation.tickets import ticket_by_number
from photoplay.providers import Absent, CannotTell, Delivery, ModelCard, Order, ProviderError, Ticket

NOT_THERE: Final = "not_there"
"""The vendor was searched and does not have the order: it may be given anew, as if it had never been sent."""
OUTCOME_UNKNOWN: Final = "outcome_unknown"
"""The code of a generation of which nobody could find out in time whether the vendor took its order."""
_NOT_FOUND: Final = "We could not find out whether the vendor took this. You are not charged."
_NOT_KNOWN: Final = "The vendor took this and does not know it any more. You are not charged."
_log = Log("generation")


async def look_up(runtime: Runtime, generation_id: str, order_id: str) -> Sent:
    """One attempt to learn what became of an order. `again` says when to come back; the rows remember how far we are."""
    row, order_row = await runtime.db.read(
        lambda session: (session.get_one(GenerationRow, generation_id), order_by_id(session, order_id))
    )
    is_told = bool(order_row.vendor_number) and order_row.ticket is None
    due = 0.0 if is_told else _due_in(order_row)
    if due > 0:
        return Sent("again", order_id, wait_seconds=due)
    order = await order_of(runtime, row, order_row)
    if is_told and order_row.vendor_number:
        ticket = ticket_by_number(runtime, order, order_row.vendor_number)
        return await runtime.db.write(lambda session: note_answer(session, runtime, order, ticket))
    found: Ticket | Delivery | Absent | CannotTell | None
    if order_row.ticket is not None:
        found = await known_again(runtime, order_row, order)
    elif _key_is_valid(runtime.catalog.find(order_row.model).card, order_row):
        sent = await send_again(runtime, row, order)
        if sent.next != "unknown":
            return sent
        found = None
    else:
        found = await _find(runtime, row, order)
    if isinstance(found, Ticket | Delivery) and not await is_of_another(runtime, order_row, found):
        return await runtime.db.write(lambda session: note_answer(session, runtime, order, found))
    is_absent = isinstance(found, Absent)
    sent = await runtime.db.write(lambda session: _not_found(session, runtime, order_id, is_absent=is_absent))
    if sent.paused is not None:
        tell_progress(runtime, sent.paused)
    return sent


async def _find(runtime: Runtime, row: GenerationRow, order: Order) -> Ticket | Delivery | Absent | CannotTell | None:
    try:
        return await runtime.providers[row.provider].find(order, runtime.http)
    except ProviderError as error:
        _log.warning("look_up.failed", order=order.id, error=error.message)
        return None


async def known_again(runtime: Runtime, row: OrderRow, order: Order) -> Ticket | None:
    """The ticket of an order that its vendor had forgotten, when it knows it again. Such an order is never sent once more."""
    try:
        await runtime.providers[row.provider].check(ticket_of(row), order, runtime.http)
    except ProviderError as error:
        if not is_proof("check", error):
            return None
    return ticket_of(row)


async def is_of_another(runtime: Runtime, order: OrderRow, found: Ticket | Delivery) -> bool:
    """Whether what was found is another order's, such as one with the same words: then this one was not found."""
    if isinstance(found, Delivery):
        return False
    query = select(OrderRow.ticket).where(
        OrderRow.provider == order.provider,
        OrderRow.sent_at > order.sent_at - timedelta(hours=1),
        OrderRow.ticket.is_not(None),
        OrderRow.id != order.id,
    )
    taken = await runtime.db.read(lambda session: session.scalars(query).all())
    return dict(found.reference) in taken


def _key_is_valid(card: ModelCard, order: OrderRow) -> bool:
    if card.recovery != "key":
        return False
    valid_for = card.key_valid_for_seconds
    return valid_for is None or clock.now() < order.sent_at + timedelta(seconds=valid_for)


def _due_in(order: OrderRow) -> float:
    return (next_look_up_at(order) - clock.now()).total_seconds()


def _not_found(session: Session, runtime: Runtime, order_id: str, *, is_absent: bool) -> Sent:
    row, order = held_with(session, order_id, runtime.lease.id)
    if order.status != "unknown" or Status(row.status).is_final:
        return Sent("again", order_id)  # somebody has decided it meanwhile
    order.lookups += 1
    card = runtime.catalog.find(order.model).card
    if is_absent and can_be_absent(card, order):
        order.status, order.code, order.ended_at = "refused", NOT_THERE, clock.now()
        if row.status == Status.UNCERTAIN:
            to_running(session, runtime.hub, row)
        return Sent("again", order_id)
    if clock.now() > decided_by(card, order):
        return _give_up(session, runtime, row, order)
    row.looks_again_at, row.decided_by = next_look_up_at(order), decided_by(card, order)
    if row.status != Status.UNCERTAIN:
        to_uncertain(session, runtime.hub, row)
    return Sent("again", order_id, wait_seconds=max(1.0, _due_in(order)), paused=row)


def _give_up(session: Session, runtime: Runtime, row: GenerationRow, order: OrderRow) -> Sent:
    """What it may have cost stays unknown, on the order; should its result turn up, it is attached all the same."""
    order.billed_usd, order.ended_at = None, clock.now()
    to_failed(
        session,
        runtime.hub,
        row,
        code=OUTCOME_UNKNOWN,
        message=_NOT_KNOWN if order.ticket is not None else _NOT_FOUND,
        retryable=True,
        billed=(order, Decimal(0)),
    )
    return Sent("over", order.id)
