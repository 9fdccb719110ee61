"""What was spent and how many generations were admitted since a day began, by the sums that are kept of each day."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from photoplay.core.money import usd
from photoplay.core.rows import UtcTime, connection_of
from photoplay.credits.tables import DayRow

_SINCE: Final = select(
    func.coalesce(func.sum(DayRow.generations), 0).label("generations"),
    func.coalesce(func.sum(DayRow.amount_credits), 0).label("credits"),
    func.sum(DayRow.amount_usd).label("usd"),
    func.sum(DayRow.settled_usd).label("settled_usd"),
).where(DayRow.owner_id == bindparam("whose"), DayRow.day >= bindparam("since", type_=UtcTime))
_BY_KEY: Final = _SINCE.where(DayRow.api_key_id == bindparam("by_key"))


@dataclass(frozen=True)
class Spent:
    """What holds and settlements come to. A generation that failed at no cost counts no more."""

    generations: int
    credits: int
    usd: Decimal
    settled_usd: Decimal
    """Of which is billed, and held no more."""


def spent_since(session: Session, owner_id: str, moment: datetime, *, api_key_id: str | None = None) -> Spent:
    """By this owner, or by one key of theirs, with what was asked for since that moment, at which a day begins in UTC."""
    whose = {"whose": owner_id, "since": moment}
    query = _SINCE if api_key_id is None else _BY_KEY
    said = (
        connection_of(session)
        .execute(query, {**whose, "by_key": api_key_id} if api_key_id is not None else whose)
        .one()
    )
    return Spent(
        int(said.generations),
        -int(said.credits),
        usd(-(said.usd or Decimal(0))),
        usd(-(said.settled_usd or Decimal(0))),
    )
