"""Holds the price of a generation until it is settled or released."""

from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay.campaigns import ChargedTo
from photoplay.credits._entries import Move, write_entries
from photoplay.credits.limits import check_limits
from photoplay.credits.release import raised_key, releasing
from photoplay.credits.terms import terms_of


def raise_hold(
    session: Session, owner_id: str, generation_id: str, *, cost_usd: Decimal, price_credits: int | None
) -> None:
    """Brings what is held for a generation up to this much, once; what is held already is never made less.

    Raises `InsufficientCredits` or `BudgetExceeded` when the balance or a budget does not cover the difference; then no
    more is held than before.
    """
    held = releasing(session, [generation_id]).get(generation_id)
    held_usd, held_credits = (Decimal(0), 0) if held is None else (held.amount_usd, held.amount_credits or 0)
    more_usd, more = max(Decimal(0), cost_usd - held_usd), max(0, (price_credits or 0) - held_credits)
    if more_usd or more:
        move = Move(
            kind="hold",
            key=raised_key(generation_id),
            amount_usd=-more_usd,
            amount_credits=None if price_credits is None else -more,
            available_credits=-more,
            held_credits=more,
            held_usd=more_usd,
            generation_id=generation_id,
            api_key_id=None if held is None else held.api_key_id,
            campaign_id=None if held is None else held.campaign_id,
            client_id=None if held is None else held.client_id,
            charged_at=None if held is None else held.charged_at,
        )
        with session.begin_nested():
            write_entries(session, owner_id, [move])
            check_limits(session, terms_of(session, owner_id), [move], count=0)


def hold(session: Session, owner_id: str, generation_id: str, *, cost_usd: Decimal, price_credits: int | None) -> None:
    """Holds credits (metered) or dollars (unmetered) until `settle` or `release`. Twice is once.

    Raises `InsufficientCredits` when a metered balance does not cover it.
    """
    write_entries(session, owner_id, [holding(generation_id, cost_usd=cost_usd, price_credits=price_credits)])


def holding(
    generation_id: str,
    *,
    cost_usd: Decimal,
    price_credits: int | None,
    api_key_id: str | None = None,
    charged_to: ChargedTo | None = None,
) -> Move:
    """The move that holds the price of a generation."""
    held = price_credits or 0
    return Move(
        kind="hold",
        key=f"hold:{generation_id}",
        amount_usd=-cost_usd,
        amount_credits=None if price_credits is None else -held,
        available_credits=-held,
        held_credits=held,
        held_usd=cost_usd,
        generation_id=generation_id,
        api_key_id=api_key_id,
        campaign_id=charged_to.campaign_id if charged_to else None,
        client_id=charged_to.client_id if charged_to else None,
    )
