"""Turns dollars into credits: the one place where a price is rounded, once a batch, upward, and dealt to its generations."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from photoplay.core.money import ZERO, credits_for, usd
from photoplay.credits.plans import Plan
from photoplay.credits.pricing import Pricing
from photoplay.operations import MediaKind

_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True)
class Costs:
    """What one generation costs, and what kind of media it makes."""

    kind: MediaKind
    usd: Decimal


@dataclass(frozen=True)
class BatchPrice:
    """What a batch is sold for. `shares` are the credits of each generation; `is_flat` says which have the plan's set price."""

    markup_usd: Decimal
    discount_usd: Decimal
    credits: int
    shares: Sequence[int]
    is_flat: Sequence[bool]


def batch_price(items: Sequence[Costs], pricing: Pricing, plan: Plan) -> BatchPrice:
    """The price of a batch, in the order of its generations."""
    flat = [plan.flat_credits.get(item.kind) for item in items]
    costs = [item.usd if price is None else ZERO for item, price in zip(items, flat, strict=True)]
    total, priced = sum(costs, ZERO), sum(price is None for price in flat)
    markup = total * pricing.markup_percent / _HUNDRED
    discount = (total + markup) * discount_percent(priced, pricing) / _HUNDRED
    if not pricing.sells_below_cost:
        discount = min(discount, markup)
    credits = credits_for(total + markup - discount)
    dealt = _deal(credits, costs)
    shares = [dealt[at] if price is None else price for at, price in enumerate(flat)]
    return BatchPrice(usd(markup), usd(discount), sum(shares), shares, [price is not None for price in flat])


def discount_percent(count: int, pricing: Pricing) -> Decimal:
    """The discount for so many at once: a step for each further one, up to the most."""
    return min(pricing.batch_discount_percent * max(0, count - 1), pricing.batch_discount_most_percent)


def price_billed(agreed_credits: int, *, held_usd: Decimal, cost_usd: Decimal) -> int:
    """The part of an agreed price that a lower bill comes to, rounded up; never more than was agreed."""
    if held_usd <= cost_usd:
        return agreed_credits
    return int((agreed_credits * cost_usd / held_usd).to_integral_value(ROUND_CEILING))


def _deal(credits: int, costs: Sequence[Decimal]) -> list[int]:
    """Deals whole credits to the items by largest remainder, so that their sum is exact."""
    total = sum(costs, ZERO)
    if total == 0:
        return [0] * len(costs)
    exact = [credits * cost / total for cost in costs]
    dealt = [int(share) for share in exact]
    by_rest = sorted(range(len(costs)), key=lambda at: (dealt[at] - exact[at], at))
    for at in by_rest[: credits - sum(dealt)]:
        dealt[at] += 1
    return dealt
