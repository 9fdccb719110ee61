"""Turns a hold into what was really billed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay.credits._entries import Move, write_entries
from photoplay.credits.release import releasing


@dataclass(frozen=True)
class Settlement:
    """What one order of a generation cost, and what its owner pays for it: at most what was held, the rest is our cost."""

    generation_id: str
    order_id: str
    cost_usd: Decimal
    price_credits: int | None


def settle(session: Session, owner_id: str, settlements: Sequence[Settlement]) -> None:
    """Releases the holds of generations of one owner and books what their orders cost, in one transaction. Twice is once."""
    released = releasing(session, [one.generation_id for one in settlements])
    moves: list[Move] = []
    for one in settlements:
        release = released.get(one.generation_id)
        moves += [_settling(one, release)] if release is None else [release, _settling(one, release)]
    write_entries(session, owner_id, moves)


def _settling(one: Settlement, released: Move | None) -> Move:
    paid = one.price_credits or 0
    return Move(
        kind="settle",
        key=f"settle:{one.order_id}",
        amount_usd=-one.cost_usd,
        amount_credits=None if one.price_credits is None else -paid,
        available_credits=-paid,
        generation_id=one.generation_id,
        order_id=one.order_id,
        api_key_id=released.api_key_id if released else None,
        campaign_id=released.campaign_id if released else None,
        client_id=released.client_id if released else None,
        charged_at=released.charged_at if released else None,
    )
