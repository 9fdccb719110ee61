"""Reads accounts, the ledger and receipts."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.errors import NotFound
from photoplay.core.money import usd
from photoplay.credits.schemas import AccountView, EntryView, ReceiptView
from photoplay.credits.tables import AccountRow, EntryRow


def account_of(session: Session, owner_id: str) -> AccountView:
    """What an owner has, holds and has spent this month (UTC)."""
    row = session.get(AccountRow, owner_id)
    if row is None:
        raise NotFound("This user has no account yet.")
    month = clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spent = session.scalar(
        select(func.sum(EntryRow.amount_usd)).where(
            EntryRow.owner_id == owner_id, EntryRow.kind == "settle", EntryRow.at >= month
        )
    )
    return AccountView(
        metered=row.is_metered,
        available_credits=row.available_credits if row.is_metered else None,
        held_credits=row.held_credits if row.is_metered else None,
        held_usd=row.held_usd,
        spent_this_month_usd=usd(-(spent or Decimal(0))),
    )


def entries_of(session: Session, owner_id: str, *, before: str | None = None, limit: int = 100) -> list[EntryView]:
    """The owner's ledger, the newest first, from before the entry of this id."""
    query = select(EntryRow).where(EntryRow.owner_id == owner_id).order_by(EntryRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(EntryRow.id < before)
    return [_view(row) for row in session.scalars(query)]


def receipt_of(session: Session, owner_id: str, generation_id: str) -> ReceiptView:
    """The money of one generation of this owner."""
    query = select(EntryRow).where(EntryRow.generation_id == generation_id, EntryRow.owner_id == owner_id)
    rows = session.scalars(query.order_by(EntryRow.id)).all()
    held = next((row for row in rows if row.kind == "hold"), None)
    settled = next((row for row in rows if row.kind == "settle"), None)
    return ReceiptView(
        held_usd=-held.amount_usd if held else None,
        held_at=held.at if held else None,
        billed_usd=-settled.amount_usd if settled else None,
        billed_at=settled.at if settled else None,
        price_credits=-settled.amount_credits if settled and settled.amount_credits is not None else None,
        entries=[_view(row) for row in rows],
    )


def _view(row: EntryRow) -> EntryView:
    return EntryView(
        id=row.id,
        kind=row.kind,
        generation_id=row.generation_id,
        order_id=row.order_id,
        amount_credits=row.amount_credits,
        amount_usd=row.amount_usd,
        note=row.note,
        at=row.at,
    )
