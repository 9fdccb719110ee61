"""Turns a hold into what was really billed."""

from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay.credits._entries import Move, is_written, lock_account, write_entry
from photoplay.credits.release import release


def settle(
    session: Session,
    owner_id: str,
    generation_id: str,
    *,
    order_id: str,
    cost_usd: Decimal,
    price_credits: int | None,
) -> None:
    """Releases the hold and books what the order cost, in one transaction. Twice is once.

    `price_credits` must not be more than was held: what is above is our cost, not the user's.
    """
    account = lock_account(session, owner_id)
    key = f"settle:{order_id}"
    if is_written(session, key):
        return
    release(session, owner_id, generation_id)
    paid = price_credits or 0
    write_entry(
        session,
        account,
        Move(
            kind="settle",
            key=key,
            amount_usd=-cost_usd,
            amount_credits=None if price_credits is None else -paid,
            available_credits=-paid,
            generation_id=generation_id,
            order_id=order_id,
        ),
    )
