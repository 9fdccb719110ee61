"""What was spent on campaigns and for clients, by the sums that are kept of each day."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay.core.money import usd
from photoplay.credits.spending import Spent
from photoplay.credits.tables import CampaignDayRow

_SUMS: Final = (
    func.coalesce(func.sum(CampaignDayRow.generations), 0).label("generations"),
    func.coalesce(func.sum(CampaignDayRow.amount_credits), 0).label("credits"),
    func.sum(CampaignDayRow.amount_usd).label("usd"),
    func.coalesce(func.sum(CampaignDayRow.settled_credits), 0).label("settled_credits"),
    func.sum(CampaignDayRow.settled_usd).label("settled_usd"),
)


@dataclass(frozen=True)
class CampaignSpent(Spent):
    """As `Spent`, with what of the credits is settled, and held no more."""

    settled_credits: int


def spent_on(
    session: Session,
    owner_id: str,
    *,
    campaign_id: str | None = None,
    client_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> CampaignSpent:
    """For a campaign of this owner, or all of a client's, in the days from `since` up to before `until`, in UTC."""
    query = select(*_SUMS).where(CampaignDayRow.owner_id == owner_id)
    if campaign_id is not None:
        query = query.where(CampaignDayRow.campaign_id == campaign_id)
    if client_id is not None:
        query = query.where(CampaignDayRow.client_id == client_id)
    if since is not None:
        query = query.where(CampaignDayRow.day >= since)
    if until is not None:
        query = query.where(CampaignDayRow.day < until)
    return _spent(session.execute(query).one())


def spent_by_campaign(session: Session, owner_id: str) -> dict[str, CampaignSpent]:
    """For each campaign of this owner that something was ever charged to."""
    query = select(CampaignDayRow.campaign_id, *_SUMS).where(CampaignDayRow.owner_id == owner_id)
    return {row.campaign_id: _spent(row) for row in session.execute(query.group_by(CampaignDayRow.campaign_id))}


def _spent(row: Any) -> CampaignSpent:
    return CampaignSpent(
        generations=int(row.generations),
        credits=-int(row.credits),
        usd=usd(-(row.usd or Decimal(0))),
        settled_usd=usd(-(row.settled_usd or Decimal(0))),
        settled_credits=-int(row.settled_credits),
    )
