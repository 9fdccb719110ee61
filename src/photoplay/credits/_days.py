"""Adds entries to the sums of their day as they are written, so that a limit is checked by a few rows and not by all of them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, case
from sqlalchemy.orm import Session

from photoplay.core.rows import connection_of, dialect_of, insert_in, table_of
from photoplay.credits.periods import began
from photoplay.credits.tables import CampaignDayRow, DayRow, EntryRow

KINDS: Final = ("hold", "release", "settle")
"""The entries that spend something, or give it back."""
RAISED: Final = ":raised"
"""What the key ends with of an entry that holds more for a generation which is counted already."""
_NOTHING: Final[Mapping[str, Any]] = {
    "generations": 0,
    "amount_credits": 0,
    "amount_usd": Decimal(0),
    "settled_usd": Decimal(0),
}


def generations_counted() -> ColumnElement[int]:
    """What an entry adds to the number of generations: one that failed at no cost counts no more."""
    return case((EntryRow.key.endswith(RAISED), 0), (EntryRow.kind == "release", -1), else_=1)


def add_to_days(session: Session, owner_id: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Adds entries of one owner that have just been written, in the same transaction."""
    days: dict[tuple[Any, str], dict[str, Any]] = {}
    for entry in entries:
        if entry["kind"] in KINDS:
            key = began("day", entry["charged_at"]), entry["api_key_id"] or ""
            _add(days.setdefault(key, dict(_NOTHING)), entry)
    moved = [
        {"owner_id": owner_id, "day": day, "api_key_id": api_key_id, **sums}
        for (day, api_key_id), sums in sorted(days.items())
        if any(sums.values())
    ]
    if moved:
        connection_of(session).execute(_add_up(dialect_of(session)), moved)
    _add_to_campaigns(session, owner_id, [entry for entry in entries if entry["campaign_id"] is not None])


def _add_to_campaigns(session: Session, owner_id: str, entries: Sequence[Mapping[str, Any]]) -> None:
    days: dict[tuple[str, Any, str], dict[str, Any]] = {}
    for entry in entries:
        if entry["kind"] in KINDS:
            key = entry["campaign_id"], began("day", entry["charged_at"]), entry["client_id"]
            sums = days.setdefault(key, {**_NOTHING, "settled_credits": 0})
            _add(sums, entry)
            sums["settled_credits"] += (entry["amount_credits"] or 0) if entry["kind"] == "settle" else 0
    moved = [
        {"owner_id": owner_id, "campaign_id": campaign_id, "day": day, "client_id": client_id, **sums}
        for (campaign_id, day, client_id), sums in sorted(days.items())
        if any(sums.values())
    ]
    if moved:
        connection_of(session).execute(_add_up_campaigns(dialect_of(session)), moved)


def _add(sums: dict[str, Any], entry: Mapping[str, Any]) -> None:
    if not entry["key"].endswith(RAISED):
        sums["generations"] += -1 if entry["kind"] == "release" else 1
    sums["amount_credits"] += entry["amount_credits"] or 0
    sums["amount_usd"] += entry["amount_usd"]
    sums["settled_usd"] += entry["amount_usd"] if entry["kind"] == "settle" else Decimal(0)


@cache
def _add_up(dialect: str) -> Executable:
    add, there = insert_in(dialect, DayRow), table_of(DayRow).c
    return add.on_conflict_do_update(
        index_elements=["owner_id", "day", "api_key_id"],
        set_={name: there[name] + add.excluded[name] for name in _NOTHING},
    )


@cache
def _add_up_campaigns(dialect: str) -> Executable:
    add, there = insert_in(dialect, CampaignDayRow), table_of(CampaignDayRow).c
    return add.on_conflict_do_update(
        index_elements=["campaign_id", "day"],
        set_={name: there[name] + add.excluded[name] for name in (*_NOTHING, "settled_credits")},
    )
