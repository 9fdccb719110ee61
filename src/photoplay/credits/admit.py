"""Holds the prices of a whole batch, in the transaction of its POST: all of them, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay.campaigns import ChargedTo
from photoplay.credits._entries import write_entries
from photoplay.credits.hold import holding
from photoplay.credits.limits import check_limits
from photoplay.credits.terms import Terms


@dataclass(frozen=True)
class Charge:
    """What is held for one generation: what it may cost, its price where the account counts in credits, and for whom."""

    generation_id: str
    cost_usd: Decimal
    price_credits: int | None
    charged_to: ChargedTo | None = None


def admit(session: Session, terms: Terms, charges: Sequence[Charge], *, api_key_id: str | None = None) -> None:
    """Holds each price until `settle` or `release`, and counts them in the quotas and budgets. Twice is once.

    Raises `InsufficientCredits`, `QuotaExceeded`, `BudgetExceeded`; then the transaction must be given up.
    """
    moves = [
        holding(
            charge.generation_id,
            cost_usd=charge.cost_usd,
            price_credits=charge.price_credits,
            api_key_id=api_key_id,
            charged_to=charge.charged_to,
        )
        for charge in charges
    ]
    write_entries(session, terms.owner_id, moves)
    check_limits(session, terms, moves, count=len(charges))
