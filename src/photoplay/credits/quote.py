"""Says what a request will cost before anything is spent, and proves it by a signed token. Rounding happens here, once, upward."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

import orjson
from itsdangerous import BadData, URLSafeTimedSerializer

from photoplay.catalog import Offer
from photoplay.core import clock
from photoplay.core.money import credits_for, usd
from photoplay.credits.errors import CeilingExceeded, CeilingUnit, PriceChanged, QuoteExpired
from photoplay.credits.schemas import Ceiling, QuoteItem, QuoteView
from photoplay.providers import Json, Notice

QUOTE_SECONDS: Final = 900


@dataclass(frozen=True)
class QuoteRequest:
    """One generation to be priced: the chosen model, its checked params, and how long it will take."""

    offer: Offer
    operation: str
    params: Mapping[str, Json]
    seconds: float


class Quoter:
    """Makes quotes and checks their tokens. `secret` signs them; it must stay the same over restarts."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="quote")

    def quote(self, wanted: Sequence[QuoteRequest], *, metered: bool, notices: Sequence[Notice] = ()) -> QuoteView:
        """What these generations will cost together. Raises `PriceUnknown`; an empty list is a mistake of the caller."""
        costs = [one.offer.price(one.operation, one.params).expected for one in wanted]
        total = usd(sum(costs, Decimal(0)))
        credits = credits_for(total) if metered else None
        dealt = _deal(credits, costs) if credits is not None else [None] * len(costs)
        first = wanted[0]
        return QuoteView(
            provider=first.offer.provider,
            model=first.offer.card.id,
            model_name=first.offer.card.name,
            operation=first.operation,
            resolution=_resolution(first.params),
            count=len(wanted),
            base_cost_usd=total,
            quality_cost_usd=usd(0),
            batch_discount_usd=usd(0),
            total_cost_usd=total,
            low_usd=total,
            high_usd=total,
            estimated_seconds=max(one.seconds for one in wanted),
            credits_required=credits,
            reasons=_reasons(first),
            notices=list(notices),
            items=[
                QuoteItem(
                    model=one.offer.card.id,
                    operation=one.operation,
                    cost_usd=cost,
                    price_credits=price,
                    estimated_seconds=one.seconds,
                    params=dict(one.params),
                )
                for one, cost, price in zip(wanted, costs, dealt, strict=True)
            ],
            token=self._signer.dumps([_fingerprint(wanted), str(total)]),
            expires_at=clock.now() + timedelta(seconds=QUOTE_SECONDS),
        )

    def check_token(self, token: str, wanted: Sequence[QuoteRequest], fresh: QuoteView) -> None:
        """Raises `QuoteExpired` when the token is too old or about something else, `PriceChanged` when it became dearer."""
        try:
            fingerprint, total = self._signer.loads(token, max_age=QUOTE_SECONDS)
        except BadData as error:
            raise QuoteExpired("This quote is older than 15 minutes or not ours. Ask for a new one.") from error
        if fingerprint != _fingerprint(wanted):
            raise QuoteExpired("This quote is about another request. Ask for a new one.")
        if fresh.total_cost_usd > Decimal(total):
            raise PriceChanged(
                f"The price went from ${total} to ${fresh.total_cost_usd} since the quote. Nothing was spent.",
                quote=fresh.model_dump(mode="json"),
            )


def check_ceiling(quote: QuoteView, ceiling: Ceiling | None, *, metered: bool) -> None:
    """Raises `CeilingExceeded` when the quote may go above the ceiling, `CeilingUnit` when it is in the wrong unit."""
    if ceiling is None:
        return
    if metered and ceiling.max_cost_usd is not None:
        raise CeilingUnit("Your account counts in credits: use ceiling.max_price_credits.")
    if not metered and ceiling.max_price_credits is not None:
        raise CeilingUnit("Your account counts in dollars: use ceiling.max_cost_usd.")
    if ceiling.max_cost_usd is not None and quote.high_usd > ceiling.max_cost_usd:
        raise CeilingExceeded(f"This may cost ${quote.high_usd}, above your ceiling of ${ceiling.max_cost_usd}.")
    credits = quote.credits_required or 0
    if ceiling.max_price_credits is not None and credits > ceiling.max_price_credits:
        raise CeilingExceeded(f"This costs {credits} credits, above your ceiling of {ceiling.max_price_credits}.")


def _fingerprint(wanted: Sequence[QuoteRequest]) -> str:
    facts = [[one.offer.card.id, one.operation, {**one.params, "seed": None}] for one in wanted]
    return hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _deal(credits: int, costs: Sequence[Decimal]) -> list[int | None]:
    """Deals whole credits to the items by largest remainder, so that their sum is exact."""
    total = sum(costs, Decimal(0))
    if total == 0:
        return [0] * len(costs)
    exact = [credits * cost / total for cost in costs]
    dealt = [int(share) for share in exact]
    by_rest = sorted(range(len(costs)), key=lambda at: (dealt[at] - exact[at], at))
    for at in by_rest[: credits - sum(dealt)]:
        dealt[at] += 1
    return list(dealt)


def _resolution(params: Mapping[str, Json]) -> str:
    return " ".join(str(params[name]) for name in ("size", "aspect") if params.get(name) is not None)


def _reasons(one: QuoteRequest) -> list[str]:
    rule = one.offer.price_rule(one.operation, one.params)
    if rule.unit == "free":
        return [f"Free: {rule.source}."]
    return [f"${rule.cost_usd} per {rule.unit}, {rule.source}, read {rule.read_on}."]
