"""The only code that changes the status of a generation: row, money and event in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from photoplay import credits, events
from photoplay.assets import AssetView
from photoplay.core import clock
from photoplay.credits import Settlement
from photoplay.events import Fact, Hub
from photoplay.generation.errors import ForbiddenMove, GenerationNotFound
from photoplay.generation.queries import generation_views, view_of_moved
from photoplay.generation.schemas import GenerationView
from photoplay.generation.status import MOVES, Phase, Status
from photoplay.generation.tables import GenerationRow, OrderRow

PARENT_ENDED: Final = "parent_ended"
"""The code of a link that was cancelled because the one before it came to nothing."""
_LOCKED: Final = (
    select(GenerationRow)
    .where(GenerationRow.id == bindparam("id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)

_ALL_LOCKED: Final = (
    select(GenerationRow)
    .where(GenerationRow.id.in_(bindparam("ids", expanding=True)))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_ORDERS_LOCKED: Final = (
    select(OrderRow)
    .where(OrderRow.id.in_(bindparam("ids", expanding=True)))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_LOCKED_WITH: Final = (
    select(GenerationRow, OrderRow)
    .join(OrderRow, OrderRow.generation_id == GenerationRow.id)
    .where(OrderRow.id == bindparam("order_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def locked(session: Session, generation_id: str) -> GenerationRow:
    """The row of a generation, locked until the transaction ends. Raises `GenerationNotFound`."""
    row = session.scalar(_LOCKED, {"id": generation_id})
    if row is None:
        raise GenerationNotFound("There is no such generation.")
    return row


def all_locked(session: Session, generation_ids: Sequence[str]) -> dict[str, GenerationRow]:
    """The rows of these generations by id, locked until the transaction ends. Raises `GenerationNotFound`."""
    if len(generation_ids) == 1:
        return {generation_ids[0]: locked(session, generation_ids[0])}
    found = {row.id: row for row in session.scalars(_ALL_LOCKED, {"ids": generation_ids})}
    if len(found) < len(set(generation_ids)):
        raise GenerationNotFound("There is no such generation.")
    return found


def locked_with(session: Session, order_id: str) -> tuple[GenerationRow, OrderRow]:
    """An order that is known to be there, and its generation, both locked until the transaction ends."""
    row, order = session.execute(_LOCKED_WITH, {"order_id": order_id}).one()
    return row, order


def all_locked_with(session: Session, order_ids: Sequence[str]) -> list[tuple[GenerationRow, OrderRow]]:
    """Orders that are known to be there and their generations, all locked until the transaction ends."""
    if len(order_ids) == 1:
        return [locked_with(session, order_ids[0])]
    orders = {order.id: order for order in session.scalars(_ORDERS_LOCKED, {"ids": order_ids})}
    rows = all_locked(session, [orders[order_id].generation_id for order_id in order_ids])
    return [(rows[orders[order_id].generation_id], orders[order_id]) for order_id in order_ids]


def announce_queued(session: Session, hub: Hub, rows: Sequence[GenerationRow]) -> list[GenerationView]:
    """Tells that generations of one owner were taken in, and how they stand."""
    views = generation_views(session, rows)
    events.record_all(session, hub, rows[0].owner_id, [Fact("generation.queued", _fact(view)) for view in views])
    return views


def to_running(session: Session, hub: Hub, row: GenerationRow) -> None:
    """It is its turn, or its outcome is known again."""
    all_to_running(session, hub, [row])


def all_to_running(session: Session, hub: Hub, rows: Iterable[GenerationRow]) -> None:
    """It is the turn of all of these."""
    for owner_id, owned in groupby(sorted(rows, key=lambda row: row.owner_id), key=lambda row: row.owner_id):
        events.record_all(session, hub, owner_id, [Fact("generation.running", _fact(_run(row))) for row in owned])


def _run(row: GenerationRow) -> GenerationView:
    _move(row, Status.RUNNING)
    row.phase, row.looks_again_at, row.decided_by = Phase.PREPARING.value, None, None
    row.started_at = row.started_at or clock.now()
    return view_of_moved(row)


def to_uncertain(session: Session, hub: Hub, row: GenerationRow) -> None:
    """The provider may have taken the order. The hold stays; `looks_again_at` and `decided_by` are on the row."""
    _move(row, Status.UNCERTAIN)
    row.phase, row.progress, row.seconds_left = None, None, None
    events.record(session, hub, row.owner_id, "generation.uncertain", _fact(view_of_moved(row)))


@dataclass(frozen=True)
class Success:
    """The result of an order that is stored: its assets are written in this very transaction, and told of."""

    row: GenerationRow
    order: OrderRow
    assets: Sequence[AssetView]


def all_to_succeeded(session: Session, hub: Hub, successes: Iterable[Success]) -> None:
    """Their assets are written in this very transaction, and told of. Settles what each order cost, `order.billed_usd`."""
    by_owner = groupby(sorted(successes, key=_owner_of), key=_owner_of)
    for owner_id, owned in by_owner:
        ended = list(owned)
        for one in ended:
            _succeed(one.row, one.order)
        credits.settle(session, owner_id, [_settlement(one.row, one.order, one.row.price_credits) for one in ended])
        facts = [fact for one in ended for fact in _ended(one.row, "generation.succeeded", one.assets)]
        events.record_all(session, hub, owner_id, facts)


def price_for(row: GenerationRow, cost_usd: Decimal) -> int | None:
    """The credits for what was billed: the quoted ones, but a price that was a range becomes its part of what was held."""
    if row.price_credits is None or row.held_usd <= row.quoted_usd or row.is_flat:
        return row.price_credits
    return credits.price_billed(row.price_credits, held_usd=row.held_usd, cost_usd=cost_usd)


def _owner_of(success: Success) -> str:
    return success.row.owner_id


def _succeed(row: GenerationRow, order: OrderRow) -> None:
    _move(row, Status.SUCCEEDED)
    row.cost_usd, row.progress = order.billed_usd or Decimal(0), 100.0
    row.price_credits = price_for(row, row.cost_usd)


def _settlement(row: GenerationRow, order: OrderRow, price_credits: int | None) -> Settlement:
    return Settlement(row.id, order.id, order.billed_usd or Decimal(0), price_credits)


def _for_free(row: GenerationRow) -> int | None:
    return None if row.price_credits is None else 0


def note_rescued(session: Session, hub: Hub, rescued: Success) -> None:
    """The result of a generation that had failed or was cancelled came all the same: kept, at no cost to its owner."""
    row, order = rescued.row, rescued.order
    row.cost_usd = (row.cost_usd or Decimal(0)) + (order.billed_usd or Decimal(0))
    credits.settle(session, row.owner_id, [_settlement(row, order, _for_free(row))])
    events.record_all(session, hub, row.owner_id, _facts(row, "generation.rescued", rescued.assets))


def to_failed(
    session: Session,
    hub: Hub,
    row: GenerationRow,
    *,
    code: str,
    message: str,
    retryable: bool,
    billed: tuple[OrderRow, Decimal] | None = None,
) -> None:
    """It came to nothing. Gives the hold back; what a vendor billed all the same is our cost, not the user's."""
    _move(row, Status.FAILED)
    row.error = {"code": code, "message": message, "retryable": retryable}
    _close_money(session, row, billed)
    _end(session, hub, row, "generation.failed")
    _cancel_links(session, hub, row)


def to_cancelled(
    session: Session, hub: Hub, row: GenerationRow, *, billed: tuple[OrderRow, Decimal] | None = None
) -> None:
    """Somebody took it back. Gives the hold back."""
    _move(row, Status.CANCELLED)
    _close_money(session, row, billed)
    _end(session, hub, row, "generation.cancelled")
    _cancel_links(session, hub, row)


def _cancel_links(session: Session, hub: Hub, row: GenerationRow) -> None:
    """What was to begin with its result never begins: holds are given back, down to the end of the chain."""
    for generation_id in row.feeds:
        link = locked(session, generation_id)
        if link.status == Status.QUEUED:
            why = "What it was to begin with did not come about, so it was not begun. Nothing was charged for it."
            link.error = {"code": PARENT_ENDED, "message": why, "retryable": True}
            to_cancelled(session, hub, link)


def _close_money(session: Session, row: GenerationRow, billed: tuple[OrderRow, Decimal] | None) -> None:
    if billed is None or billed[1] == 0:
        row.cost_usd = Decimal(0)
        credits.release(session, row.owner_id, row.id)
        return
    order, row.cost_usd = billed
    credits.settle(session, row.owner_id, [Settlement(row.id, order.id, row.cost_usd, _for_free(row))])


def _move(row: GenerationRow, to: Status) -> None:
    if to not in MOVES[Status(row.status)]:
        raise ForbiddenMove(f"{row.id}: {row.status} -> {to}")
    row.status = to.value


def _end(session: Session, hub: Hub, row: GenerationRow, name: str) -> None:
    events.record_all(session, hub, row.owner_id, _ended(row, name))


def _ended(row: GenerationRow, name: str, assets: Sequence[AssetView] = ()) -> list[Fact]:
    row.finished_at = clock.now()
    row.phase, row.seconds_left, row.preview = None, None, None
    row.looks_again_at, row.decided_by = None, None
    return _facts(row, name, assets)


def _facts(row: GenerationRow, name: str, assets: Sequence[AssetView]) -> list[Fact]:
    fact = _fact(view_of_moved(row, assets))
    return [Fact(name, fact), *(_created(asset) for asset in fact["generation"]["assets"])]


def _created(asset: dict[str, Any]) -> Fact:
    """An asset was made of each file of a generation's result."""
    return Fact("asset.created", {"asset": asset})


def _fact(view: GenerationView) -> dict[str, Any]:
    return {"generation": view.model_dump(mode="json")}
