"""Gives an owner credits."""

from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay.core.money import Credits
from photoplay.credits._entries import Move, write_entries


def grant(session: Session, owner_id: str, credits: Credits, *, key: str, note: str = "") -> None:
    """Adds credits to a metered account. `key` names the occasion: the same one adds only once."""
    move = Move("grant", f"grant:{key}", Decimal(credits) / 100, credits, available_credits=credits, note=note)
    write_entries(session, owner_id, [move])
