"""Reads accounts, the ledger and receipts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.errors import NotFound
from photoplay.credits.budgets import budgets_of
from photoplay.credits.limits import quota_views
from photoplay.credits.periods import began
from photoplay.credits.schemas import AccountDetails, AccountView, EntryView, ReceiptView
from photoplay.credits.spending import spent_since
from photoplay.credits.tables import AccountRow, EntryRow
from photoplay.credits.terms import terms_of


def account_of(session: Session, owner_id: str) -> AccountView:
    """What an owner has, holds and has spent this month (UTC)."""
    row = session.get(AccountRow, owner_id)
    if row is None:
        raise NotFound("This user has no account yet.")
    month = began("month", clock.now())
    return AccountView(
        metered=row.is_metered,
        available_credits=row.available_credits if row.is_metered else None,
        held_credits=row.held_credits if row.is_metered else None,
        held_usd=row.held_usd,
        spent_this_month_usd=spent_since(session, owner_id, month).settled_usd,
    )


def account_details_of(session: Session, owner_id: str) -> AccountDetails:
    """What an owner has, holds and may spend, with every limit and when it starts anew."""
    terms = terms_of(session, owner_id)
    account = account_of(session, owner_id)
    is_metered = terms.metered
    return AccountDetails(
        **dict(account),
        plan=terms.plan.name if is_metered else None,
        quotas=quota_views(session, terms),
        budgets=budgets_of(session, owner_id),
        per_minute=terms.plan.per_minute if is_metered else {},
        warn_above_credits=terms.warn_above.credits if is_metered else None,
        warn_above_usd=None if is_metered else terms.warn_above.usd,
        approve_above_credits=terms.approve_above.credits if is_metered else None,
        approve_above_usd=None if is_metered else terms.approve_above.usd,
    )


def entries_of(session: Session, owner_id: str, *, before: str | None = None, limit: int = 100) -> list[EntryView]:
    """The owner's ledger, the newest first, from before the entry of this id."""
    query = select(EntryRow).where(EntryRow.owner_id == owner_id).order_by(EntryRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(EntryRow.id < before)
    return [entry_view(row) for row in session.scalars(query)]


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
        entries=[entry_view(row) for row in rows],
    )


def entry_view(row: EntryRow) -> EntryView:
    """An entry as the doors tell it, without a balance."""
    return EntryView(
        id=row.id,
        kind=row.kind,
        generation_id=row.generation_id,
        order_id=row.order_id,
        campaign_id=row.campaign_id,
        amount_credits=row.amount_credits,
        amount_usd=row.amount_usd,
        note=row.note,
        at=row.at,
    )
