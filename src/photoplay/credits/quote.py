"""Says what a request will cost before anything is spent, and proves it by a signed token. Rounding happens here, once, upward."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

import orjson
from itsdangerous import BadData, URLSafeTimedSerializer

from photoplay.catalog import Choice, InputSize, Offer, Price, Scalar
from photoplay.core import clock
from photoplay.core.money import credits_for, usd
from photoplay.credits.errors import CeilingExceeded, CeilingUnit, PriceChanged, QuoteExpired
from photoplay.credits.schemas import Ceiling, QuoteItem, QuoteView
from photoplay.providers import Json, Notice

QUOTE_SECONDS: Final = 900


@dataclass(frozen=True)
class QuoteRequest:
    """One generation to be priced: the chosen model, its fitted params, its inputs, and how long it will take.

    `most_usd`: what the dearest model that may make it instead can cost.
    """

    offer: Offer
    operation: str
    params: Mapping[str, Json]
    seconds: float
    inputs: Sequence[InputSize] = ()
    most_usd: Decimal = Decimal(0)

    @property
    def price(self) -> Price:
        """What it costs; the high end is what is held. Raises `PriceUnknown`."""
        price = self.offer.price(self.operation, self.params, self.inputs)
        return Price(price.low, price.expected, max(price.high, self.most_usd))


class Quoter:
    """Makes quotes and checks their tokens. `secret` signs them; it must stay the same over restarts."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="quote")

    def quote(
        self,
        wanted: Sequence[QuoteRequest],
        *,
        metered: bool,
        notices: Sequence[Notice] = (),
        choice: Choice | None = None,
    ) -> QuoteView:
        """What these generations will cost together. Raises `PriceUnknown`; an empty list is a mistake of the caller."""
        prices = [one.price for one in wanted]
        total = usd(sum((price.expected for price in prices), Decimal(0)))
        high = usd(sum((price.high for price in prices), Decimal(0)))
        quality = usd(sum((_quality_cost(one) for one in wanted), Decimal(0)))
        credits = credits_for(high) if metered else None
        first = wanted[0]
        return QuoteView(
            provider=first.offer.provider,
            model=first.offer.card.id,
            model_name=first.offer.card.name,
            operation=first.operation,
            resolution=_resolution(first.params),
            count=len(wanted),
            base_cost_usd=usd(total - quality),
            quality_cost_usd=quality,
            batch_discount_usd=usd(0),
            total_cost_usd=total,
            low_usd=usd(sum((price.low for price in prices), Decimal(0))),
            high_usd=high,
            estimated_seconds=max(one.seconds for one in wanted),
            credits_required=credits,
            reasons=[*([choice.candidates[0].reason] if choice else []), *_reasons(first)],
            notices=list(notices),
            candidates=list(choice.candidates) if choice else [],
            left_out=list(choice.left_out) if choice else [],
            items=_items(wanted, prices, credits),
            token=self._signer.dumps([_fingerprint(wanted), str(total), first.offer.card.id]),
            expires_at=clock.now() + timedelta(seconds=QUOTE_SECONDS),
        )

    def model_in(self, token: str) -> str | None:
        """The model that a quote was about, so that "auto" chooses it again; None where the token is too old or not ours."""
        try:
            _fingerprint, _total, model = self._signer.loads(token, max_age=QUOTE_SECONDS)
        except (BadData, ValueError):
            return None
        return str(model)

    def check_token(self, token: str, wanted: Sequence[QuoteRequest], fresh: QuoteView) -> None:
        """Raises `QuoteExpired` when the token is too old or about something else, `PriceChanged` when it became dearer."""
        try:
            fingerprint, total, _model = self._signer.loads(token, max_age=QUOTE_SECONDS)
        except (BadData, ValueError) as error:
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
    return [f"{rule.in_words()}, {rule.source}, read {rule.read_on}."]


def _quality_cost(one: QuoteRequest) -> Decimal:
    """The part of the expected cost above that of the model's cheapest quality."""
    name = one.offer.data.names.get("quality", "quality")
    values: set[Scalar] = set()
    for rule in one.offer.prices:
        if rule.operation == one.operation and name in rule.when:
            wanted = rule.when[name]
            values |= set(wanted if isinstance(wanted, list) else [wanted])
    costs = [replace(one, params={**one.params, name: value}).price.expected for value in values]
    return max(Decimal(0), one.price.expected - min(costs, default=one.price.expected))


def _items(wanted: Sequence[QuoteRequest], prices: Sequence[Price], credits: int | None) -> list[QuoteItem]:
    dealt = [None] * len(wanted) if credits is None else _deal(credits, [price.high for price in prices])
    return [
        QuoteItem(
            model=one.offer.card.id,
            operation=one.operation,
            cost_usd=price.expected,
            low_usd=price.low,
            high_usd=price.high,
            price_credits=share,
            estimated_seconds=one.seconds,
            params=dict(one.params),
            model_name=one.offer.card.name,
        )
        for one, price, share in zip(wanted, prices, dealt, strict=True)
    ]
