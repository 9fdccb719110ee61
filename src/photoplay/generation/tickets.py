"""Tickets by what vendors call an order: calls that name one find it, and a number alone makes a ticket again."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy.orm import Session

from photoplay import jobs
from photoplay.generation.runtime import Runtime
from photoplay.generation.tables import OrderRow
from photoplay.providers import Json, Order, Recalls, Ticket

_LONGEST_REFERENCE: Final = 2000
_LONGEST_NUMBER: Final = 200


def note_ticket(session: Session, runtime: Runtime, order: OrderRow) -> None:
    """From now on calls that name what is in the order's ticket are about it; one that came early is news now."""
    if order.ticket is None or not runtime.receives(order.provider):
        return
    if jobs.expect_calls(session, order.provider, _values(order.ticket), order.id):
        runtime.wake_after(session, order.generation_id)


def note_number(order: OrderRow, number: str) -> None:
    """A proved call of the vendor told its own number of an order. Should our answer be lost, the order is found by it."""
    if order.ticket is None and order.delivery is None and number != order.id and len(number) <= _LONGEST_NUMBER:
        order.vendor_number = number


def ticket_by_number(runtime: Runtime, order: Order, number: str) -> Ticket:
    """The ticket of an order that the vendor knows under this number. Nothing is asked: whether it is good shows the next look.

    Raises `Invalid` where the vendor keeps nothing that could be asked for.
    """
    provider: object = runtime.providers[order.model.partition(":")[0]]
    return provider.ticket_for(number, order) if isinstance(provider, Recalls) else Ticket({"id": number})


def _values(ticket: Json) -> Iterator[str]:
    """Every text and number in a ticket: a vendor may name any of them."""
    if isinstance(ticket, dict):
        for value in ticket.values():
            yield from _values(value)
    elif isinstance(ticket, list):
        for value in ticket:
            yield from _values(value)
    elif isinstance(ticket, str | int) and not isinstance(ticket, bool) and 0 < len(str(ticket)) <= _LONGEST_REFERENCE:
        yield str(ticket)
