"""Gives a hold back."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from photoplay.core.rows import connection_of
from photoplay.credits._days import RAISED
from photoplay.credits._entries import Move, write_entries
from photoplay.credits.tables import EntryRow

_HELD: Final = (
    select(
        EntryRow.generation_id,
        func.sum(EntryRow.amount_usd).label("amount_usd"),
        func.sum(EntryRow.amount_credits).label("amount_credits"),
        func.min(EntryRow.api_key_id).label("api_key_id"),
        func.min(EntryRow.campaign_id).label("campaign_id"),
        func.min(EntryRow.client_id).label("client_id"),
        func.min(EntryRow.charged_at).label("charged_at"),
    )
    .where(EntryRow.key.in_(bindparam("keys", expanding=True)))
    .group_by(EntryRow.generation_id)
)


def release(session: Session, owner_id: str, generation_id: str) -> None:
    """Gives back what is held for a generation. Twice is once; without a hold nothing happens."""
    writes = releasing(session, [generation_id])
    if writes:
        write_entries(session, owner_id, list(writes.values()))


def raised_key(generation_id: str) -> str:
    """The key of what was held for a generation later, on top of the first."""
    return f"hold:{generation_id}{RAISED}"


def releasing(session: Session, generation_ids: Collection[str]) -> dict[str, Move]:
    """By generation the move that gives its hold back; those are missing for which nothing was held."""
    keys = [key for one in generation_ids for key in (f"hold:{one}", raised_key(one))]
    return {held.generation_id: _releasing(held) for held in connection_of(session).execute(_HELD, {"keys": keys})}


def _releasing(held: Any) -> Move:
    credits = -int(held.amount_credits or 0)
    return Move(
        kind="release",
        key=f"release:{held.generation_id}",
        amount_usd=-held.amount_usd,
        amount_credits=None if held.amount_credits is None else credits,
        available_credits=credits,
        held_credits=-credits,
        held_usd=held.amount_usd,
        generation_id=held.generation_id,
        api_key_id=held.api_key_id,
        campaign_id=held.campaign_id,
        client_id=held.client_id,
        charged_at=held.charged_at,
    )
