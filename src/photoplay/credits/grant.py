"""Gives an owner credits."""

from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay.core.money import Credits
from photoplay.credits._entries import Move, is_written, lock_account, write_entry


def grant(session: Session, owner_id: str, credits: Credits, *, key: str, note: str = "") -> None:
    """Adds credits to a metered account. `key` names the occasion: the same one adds only once."""
    account = lock_account(session, owner_id)
    full_key = f"grant:{key}"
    if not is_written(session, full_key):
        move = Move("grant", full_key, Decimal(credits) / 100, credits, available_credits=credits, note=note)
        write_entry(session, account, move)
