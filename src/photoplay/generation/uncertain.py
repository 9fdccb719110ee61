"""What the operator sees of orders of unknown outcome: what was sent when, when it is decided, and what the vendor lists."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay import accounts
from photoplay.core import clock
from photoplay.core.errors import Unavailable
from photoplay.generation.deadlines import decided_by, next_look_up_at
from photoplay.generation.errors import GenerationNotFound
from photoplay.generation.orders import access_of
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Status
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.providers import Lists, ProviderError, Recovery

SHOWN_FOR: Final = timedelta(days=30)
"""So long a given up order is listed: its result may still be attached."""
_BEFORE: Final = timedelta(minutes=5)
_MOST: Final = 500
_HOW: Final[dict[Recovery, str]] = {
    "key": "It takes our key: the same order is sent again under it, and not billed twice.",
    "search": "It can be searched: the order is looked for.",
    "none": "It takes no key and cannot be searched: only its own call or its dashboard can tell.",
}
_FORGOTTEN: Final = "It was taken, and its vendor does not know it now: it is asked for again, never sent again."


class UncertainView(BaseModel):
    """An order of which nobody knows whether the vendor took it. `is_open`: the hold stands; else it was given up."""

    generation_id: str
    order_id: str
    owner_id: str
    owner: str
    provider: str
    vendor: str
    model: str
    model_name: str
    operation: str
    prompt: str
    sent: dict[str, Any]
    """The request as it was sent, without keys."""
    sent_at: datetime
    reason: str
    recovery: str
    how: str
    """What can be done to find out, in a sentence."""
    can_be_listed: bool
    lookups: int
    looks_again_at: datetime | None
    decided_by: datetime
    held_usd: Decimal
    held_credits: int | None
    quoted_usd: Decimal
    cancel_asked: bool
    is_open: bool
    ended_at: datetime | None


class ListedView(BaseModel):
    """One order that a vendor lists. `order_id` is ours, where the vendor tells it or a ticket of ours has the number."""

    number: str
    order_id: str | None
    ticket: dict[str, Any]


def uncertain_orders(session: Session, runtime: Runtime) -> list[UncertainView]:
    """Everybody's orders of unknown outcome, those that are open first, then those given up in the last 30 days."""
    query = (
        select(OrderRow, GenerationRow)
        .join(GenerationRow, GenerationRow.id == OrderRow.generation_id)
        .where(OrderRow.status == "unknown", OrderRow.sent_at > clock.now() - SHOWN_FOR)
        .order_by(OrderRow.sent_at.desc())
        .limit(_MOST)
    )
    names = {user.id: user.name for user in accounts.all_users(session)}
    views = [_view(runtime, order, row, names.get(row.owner_id, "")) for order, row in session.execute(query)]
    return sorted(views, key=lambda view: not view.is_open)


async def listed_at_vendor(runtime: Runtime, order_id: str) -> list[ListedView]:
    """What the vendor lists of the time in which an order was sent; nothing where it keeps no list.

    Raises `GenerationNotFound` where there is no such order, and `Unavailable` when the vendor does not answer.
    """
    order = await runtime.db.read(lambda session: session.get(OrderRow, order_id))
    if order is None:
        raise GenerationNotFound("There is no such order.")
    provider: object = runtime.providers[order.provider]
    if not isinstance(provider, Lists):
        return []
    try:
        found = await provider.recent(order.sent_at - _BEFORE, await access_of(runtime, order), runtime.http)
    except ProviderError as error:
        raise Unavailable(f"{error.message} Nothing was changed; try again later.") from error
    ours = await runtime.db.read(lambda session: _by_number(session, order.provider, order.sent_at - _BEFORE))
    return [
        ListedView(
            number=number_in(ticket.reference),
            order_id=named or ours.get(number_in(ticket.reference)),
            ticket=dict(ticket.reference),
        )
        for named, ticket in found
    ]


def number_in(ticket: Any) -> str:
    """The vendor's own number in a ticket: `id` where it is called so, else the first text."""
    return str(ticket.get("id") or next((value for value in ticket.values() if isinstance(value, str)), ""))


def _by_number(session: Session, provider: str, since: datetime) -> dict[str, str]:
    query = select(OrderRow.id, OrderRow.ticket).where(
        OrderRow.provider == provider, OrderRow.sent_at > since, OrderRow.ticket.is_not(None)
    )
    return {number_in(ticket): order_id for order_id, ticket in session.execute(query) if ticket}


def _view(runtime: Runtime, order: OrderRow, row: GenerationRow, owner: str) -> UncertainView:
    card = runtime.catalog.find(order.model).card
    is_open = not Status(row.status).is_final
    return UncertainView(
        generation_id=row.id,
        order_id=order.id,
        owner_id=row.owner_id,
        owner=owner,
        provider=order.provider,
        vendor=runtime.vendors.title_of(order.provider),
        model=order.model,
        model_name=row.model_name,
        operation=row.operation,
        prompt=row.prompt,
        sent=order.request,
        sent_at=order.sent_at,
        reason=order.error or "",
        recovery=card.recovery,
        how=_HOW[card.recovery] if order.ticket is None else _FORGOTTEN,
        can_be_listed=isinstance(runtime.providers[order.provider], Lists),
        lookups=order.lookups,
        looks_again_at=next_look_up_at(order) if is_open else None,
        decided_by=decided_by(card, order),
        held_usd=row.held_usd if is_open else Decimal(0),
        held_credits=row.price_credits if is_open else None,
        quoted_usd=order.quoted_usd,
        cancel_asked=row.cancel_asked_at is not None,
        is_open=is_open,
        ended_at=order.ended_at,
    )
