"""Looks whether what the accounts and the sums of each day say is what the entries add up to."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from photoplay.core.money import usd
from photoplay.credits._days import KINDS, generations_counted
from photoplay.credits.tables import AccountRow, CampaignDayRow, DayRow, EntryRow


def audit(session: Session) -> list[str]:
    """One sentence for each account whose sums differ from its entries; nothing when all is well."""
    return [*_wrong_accounts(session), *_wrong_days(session), *_wrong_campaigns(session)]


def _wrong_accounts(session: Session) -> Iterator[str]:
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
    for row in session.scalars(select(AccountRow).order_by(AccountRow.owner_id)):
        total, held, held_usd = said.pop(row.owner_id, (0, 0, Decimal(0)))
        there = (row.available_credits, row.held_credits, usd(row.held_usd))
        if there != (total, held, usd(held_usd)):
            yield (
                f"{row.owner_id}: the account has {there[0]} credits, {there[1]} held, ${there[2]} held; its entries say "
                f"{total}, {held} and ${usd(held_usd)}."
            )
    yield from (f"{owner_id}: there are entries and no account." for owner_id in said)


def _wrong_days(session: Session) -> Iterator[str]:
    key = func.coalesce(EntryRow.api_key_id, "")
    of_entries = select(
        EntryRow.owner_id,
        key,
        func.sum(generations_counted()),
        func.sum(EntryRow.amount_credits),
        func.sum(EntryRow.amount_usd),
        func.sum(case((EntryRow.kind == "settle", EntryRow.amount_usd), else_=None)),
    )
    of_days = select(
        DayRow.owner_id,
        DayRow.api_key_id,
        func.sum(DayRow.generations),
        func.sum(DayRow.amount_credits),
        func.sum(DayRow.amount_usd),
        func.sum(DayRow.settled_usd),
    )
    said = _by_key(session, of_entries.where(EntryRow.kind.in_(KINDS)).group_by(EntryRow.owner_id, key))
    there = _by_key(session, of_days.group_by(DayRow.owner_id, DayRow.api_key_id))
    for owner_id, api_key_id in sorted(said.keys() | there.keys()):
        wanted, found = said.get((owner_id, api_key_id), _NOTHING), there.get((owner_id, api_key_id), _NOTHING)
        if wanted != found:
            whose = f"its key {api_key_id}" if api_key_id else "what was asked for without a key"
            yield f"{owner_id}: the days of {whose} add up to {_in_words(found)}; the entries to {_in_words(wanted)}."


def _wrong_campaigns(session: Session) -> Iterator[str]:
    of_entries = select(
        EntryRow.owner_id,
        EntryRow.campaign_id,
        func.sum(generations_counted()),
        func.sum(EntryRow.amount_credits),
        func.sum(EntryRow.amount_usd),
        func.sum(case((EntryRow.kind == "settle", EntryRow.amount_usd), else_=None)),
    ).where(EntryRow.kind.in_(KINDS), EntryRow.campaign_id.is_not(None))
    of_days = select(
        CampaignDayRow.owner_id,
        CampaignDayRow.campaign_id,
        func.sum(CampaignDayRow.generations),
        func.sum(CampaignDayRow.amount_credits),
        func.sum(CampaignDayRow.amount_usd),
        func.sum(CampaignDayRow.settled_usd),
    )
    said = _by_key(session, of_entries.group_by(EntryRow.owner_id, EntryRow.campaign_id))
    there = _by_key(session, of_days.group_by(CampaignDayRow.owner_id, CampaignDayRow.campaign_id))
    for owner_id, campaign_id in sorted(said.keys() | there.keys()):
        wanted, found = said.get((owner_id, campaign_id), _NOTHING), there.get((owner_id, campaign_id), _NOTHING)
        if wanted != found:
            whose = f"its campaign {campaign_id}"
            yield f"{owner_id}: the days of {whose} add up to {_in_words(found)}; the entries to {_in_words(wanted)}."


_Sums = tuple[int, int, Decimal, Decimal]
_NOTHING: _Sums = (0, 0, usd(Decimal(0)), usd(Decimal(0)))


def _by_key(session: Session, query: Any) -> dict[tuple[str, str], _Sums]:
    return {
        (owner_id, api_key_id): (
            int(count or 0),
            int(credits or 0),
            usd(spent or Decimal(0)),
            usd(settled or Decimal(0)),
        )
        for owner_id, api_key_id, count, credits, spent, settled in session.execute(query)
    }


def _in_words(sums: _Sums) -> str:
    count, credits, spent, settled = sums
    return f"{count} generations, {-credits} credits, ${-spent}, ${-settled} settled"
