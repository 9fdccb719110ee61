"""Looks whether what the accounts say is what their entries add up to."""

from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from photoplay.core.money import usd
from photoplay.credits.tables import AccountRow, EntryRow


def audit(session: Session) -> list[str]:
    """One sentence for each account whose sums differ from its entries; nothing when all is well."""
    reserves = EntryRow.kind.in_(("hold", "release"))
    sums = select(
        EntryRow.owner_id,
        func.sum(EntryRow.amount_credits),
        func.sum(case((reserves, EntryRow.amount_credits), else_=0)),
        func.sum(case((reserves, EntryRow.amount_usd), else_=None)),
    ).group_by(EntryRow.owner_id)
    said = {
        owner_id: (int(total or 0), -int(held or 0), -(held_usd or Decimal(0)))
        for owner_id, total, held, held_usd in session.execute(sums)
    }
    wrong = []
    for row in session.scalars(select(AccountRow).order_by(AccountRow.owner_id)):
        total, held, held_usd = said.pop(row.owner_id, (0, 0, Decimal(0)))
        there = (row.available_credits, row.held_credits, usd(row.held_usd))
        if there != (total, held, usd(held_usd)):
            wrong.append(
                f"{row.owner_id}: the account has {there[0]} credits, {there[1]} held, ${there[2]} held; its entries say "
                f"{total}, {held} and ${usd(held_usd)}."
            )
    return [*wrong, *(f"{owner_id}: there are entries and no account." for owner_id in said)]
