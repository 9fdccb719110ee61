"""Money: dollars are `Decimal` with six places, credits whole numbers. No float ever."""

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from typing import NewType

Credits = NewType("Credits", int)

SIX_PLACES = Decimal("0.000001")
ZERO = Decimal(0)


def usd(amount: Decimal | int | str) -> Decimal:
    """An amount in dollars with six places, rounded half to even."""
    return Decimal(amount).quantize(SIX_PLACES, ROUND_HALF_EVEN)


def credits_for(cost_usd: Decimal) -> Credits:
    """Whole credits for an amount in dollars, rounded up: 1 credit is $0.01."""
    return Credits(int((cost_usd * 100).to_integral_value(ROUND_CEILING)))


def in_words(amount: Decimal) -> str:
    """Dollars as people read them: "Free", "$0.04", "$0.0025"."""
    if amount == 0:
        return "Free"
    cents = amount.quantize(Decimal("0.01"))
    return f"${cents}" if cents == amount else f"${amount.normalize():f}"
