"""The ledger as its owner reads it: month by month, each line with the balance after it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.ids import id_at, millis_of
from photoplay.core.money import usd
from photoplay.credits.errors import MonthWrong
from photoplay.credits.periods import began, resets
from photoplay.credits.queries import account_of, entry_view
from photoplay.credits.schemas import EntryView
from photoplay.credits.tables import EntryRow

_FIRST: Final = "ent_"


def statement_of(
    session: Session,
    owner_id: str,
    *,
    month: str | None = None,
    before: str | None = None,
    limit: int = 100,
    moved_only: bool = False,
) -> list[EntryView]:
    """The owner's entries, the newest first, each with the sum of all up to it; `month` is such as "2026-11" (UTC).

    `before` is the id of the last one seen. `moved_only` leaves out those of nothing, such as of what was free.
    """
    is_metered = account_of(session, owner_id).metered
    has_moved = EntryRow.amount_credits != 0 if is_metered else EntryRow.amount_usd != Decimal(0)
    query = _of_month(select(EntryRow).where(EntryRow.owner_id == owner_id), month)
    if before is not None:
        query = query.where(EntryRow.id < before)
    if moved_only:
        query = query.where(has_moved)
    rows = session.scalars(query.order_by(EntryRow.id.desc()).limit(limit)).all()
    views = [entry_view(row) for row in rows]
    balance = _sum_up_to(session, owner_id, rows[0].id, is_metered=is_metered) if rows else Decimal(0)
    for view in views:
        _note_balance(view, balance, is_metered=is_metered)
        balance -= _amount(view, is_metered=is_metered)
    return views


def entries_after(
    session: Session, owner_id: str, *, after: str | None, month: str | None = None, limit: int = 500
) -> list[EntryView]:
    """The owner's entries, the oldest first, from after the one of this id, each with the sum of all up to it."""
    is_metered = account_of(session, owner_id).metered
    query = _of_month(select(EntryRow).where(EntryRow.owner_id == owner_id, EntryRow.id > (after or _FIRST)), month)
    views = [entry_view(row) for row in session.scalars(query.order_by(EntryRow.id).limit(limit))]
    if not views:
        return []
    balance = _sum_up_to(session, owner_id, views[0].id, is_metered=is_metered)
    balance -= _amount(views[0], is_metered=is_metered)
    for view in views:
        balance += _amount(view, is_metered=is_metered)
        _note_balance(view, balance, is_metered=is_metered)
    return views


def months_of(session: Session, owner_id: str) -> list[str]:
    """The months from the owner's first entry until now, the newest first: "2026-11"."""
    first = session.scalar(select(func.min(EntryRow.id)).where(EntryRow.owner_id == owner_id))
    if first is None:
        return []
    month, now = began("month", datetime.fromtimestamp(millis_of(first) / 1000, UTC)), clock.now()
    months = []
    while month <= now:
        months.append(f"{month:%Y-%m}")
        month = began("month", month + timedelta(days=32))
    return months[::-1]


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """When a month such as "2026-11" begins in UTC, and when the next does. Raises `MonthWrong`."""
    try:
        begin = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
        end = resets("month", begin)
    except (ValueError, OverflowError):
        raise MonthWrong("A month is written as 2026-11.") from None
    assert end is not None
    return begin, end


def _of_month(query: Select[EntryRow], month: str | None) -> Select[EntryRow]:
    if month is None:
        return query
    begin, end = month_bounds(month)
    return query.where(EntryRow.id >= id_at("ent", begin), EntryRow.id < id_at("ent", end))


def _sum_up_to(session: Session, owner_id: str, entry_id: str, *, is_metered: bool) -> Decimal:
    amount = func.sum(EntryRow.amount_credits) if is_metered else func.sum(EntryRow.amount_usd)
    total = session.scalar(select(amount).where(EntryRow.owner_id == owner_id, EntryRow.id <= entry_id))
    return Decimal(total or 0)


def _amount(view: EntryView, *, is_metered: bool) -> Decimal:
    return Decimal(view.amount_credits or 0) if is_metered else view.amount_usd


def _note_balance(view: EntryView, balance: Decimal, *, is_metered: bool) -> None:
    if is_metered:
        view.balance_credits = int(balance)
    else:
        view.balance_usd = usd(balance)
