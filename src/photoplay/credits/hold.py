"""Holds the price of a generation, in the transaction of its POST."""

from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay.credits._entries import Move, write_entries


def hold(session: Session, owner_id: str, generation_id: str, *, cost_usd: Decimal, price_credits: int | None) -> None:
    """Holds credits (metered) or dollars (unmetered) until `settle` or `release`. Twice is once.

    Raises `InsufficientCredits` when a metered balance does not cover it.
    """
    held = price_credits or 0
    move = Move(
        kind="hold",
        key=f"hold:{generation_id}",
        amount_usd=-cost_usd,
        amount_credits=None if price_credits is None else -held,
        available_credits=-held,
        held_credits=held,
        held_usd=cost_usd,
        generation_id=generation_id,
    )
    write_entries(session, owner_id, [move])
