"""What was spent and how many generations were admitted since a moment, read from the ledger itself."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from photoplay.core.money import usd
from photoplay.credits.tables import EntryRow

_COUNTS = case(
    (EntryRow.key.endswith(":raised"), 0),  # more was held for a generation that is counted already
    (EntryRow.kind == "release", -1),
    else_=1,
)
_KINDS = ("hold", "release", "settle")


@dataclass(frozen=True)
class Spent:
    """What holds and settlements come to. A generation that failed at no cost counts no more."""

    generations: int
    credits: int
    usd: Decimal


def spent_since(session: Session, owner_id: str, moment: datetime, *, api_key_id: str | None = None) -> Spent:
    """By this owner, or by one key of theirs, with what was asked for since then."""
    about: list[ColumnElement[bool]] = [EntryRow.owner_id == owner_id, EntryRow.charged_at >= moment]
    if api_key_id is not None:
        about.append(EntryRow.api_key_id == api_key_id)
    sums = select(func.sum(_COUNTS), func.sum(EntryRow.amount_credits), func.sum(EntryRow.amount_usd))
    generations, credits, dollars = session.execute(sums.where(*about, EntryRow.kind.in_(_KINDS))).one()
    return Spent(int(generations or 0), -int(credits or 0), usd(-(dollars or Decimal(0))))
