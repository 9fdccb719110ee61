"""Corrects a balance, either way, with a reason."""

from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay.core.money import Credits
from photoplay.credits._entries import Move, write_entries


def adjust(session: Session, owner_id: str, credits: Credits, *, key: str, note: str) -> None:
    """Adds credits to a metered account, or takes them when negative. `key` names the occasion: it counts once.

    Raises `InsufficientCredits` where the balance would fall below zero.
    """
    move = Move("adjust", f"adjust:{key}", Decimal(credits) / 100, credits, available_credits=credits, note=note)
    write_entries(session, owner_id, [move])
