"""Turns a hold into what was really billed."""

from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay.credits._entries import Move, write_entries
from photoplay.credits.release import releasing


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
    paid = price_credits or 0
    released = releasing(session, generation_id)
    settled = Move(
        kind="settle",
        key=f"settle:{order_id}",
        amount_usd=-cost_usd,
        amount_credits=None if price_credits is None else -paid,
        available_credits=-paid,
        generation_id=generation_id,
        order_id=order_id,
        api_key_id=released.api_key_id if released else None,
        campaign_id=released.campaign_id if released else None,
        client_id=released.client_id if released else None,
        charged_at=released.charged_at if released else None,
    )
    write_entries(session, owner_id, [settled] if released is None else [released, settled])
