"""Says what a request will cost before anything is spent, and proves it by a signed token."""

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
from photoplay.core.money import in_words, usd
from photoplay.credits.errors import CeilingExceeded, CeilingUnit, PriceChanged, QuoteExpired
from photoplay.credits.price import BatchPrice, Costs, batch_price, discount_percent
from photoplay.credits.schemas import Ceiling, QuoteItem, QuoteView
from photoplay.credits.terms import Terms
from photoplay.operations import MediaKind, find_operation
from photoplay.providers import Json, Notice

QUOTE_SECONDS: Final = 900
ABOVE_WARNING: Final = "above_warning"
"""The notice of a quote above the price from which its owner wants a warning."""
_THINGS: Final = {MediaKind.IMAGE: "picture", MediaKind.VIDEO: "film", MediaKind.AUDIO: "sound"}


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
    def kind(self) -> MediaKind:
        """What it makes."""
        return find_operation(self.operation).output

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
        terms: Terms,
        notices: Sequence[Notice] = (),
        choice: Choice | None = None,
    ) -> QuoteView:
        """What these generations will cost together. Raises `PriceUnknown`; an empty list is a mistake of the caller."""
        prices = [one.price for one in wanted]
        total = _sum(prices)
        quality = usd(sum((_quality_cost(one) for one in wanted), Decimal(0)))
        sold = _sold(wanted, [price.high for price in prices], terms)
        expected = _sold(wanted, [price.expected for price in prices], terms)
        credits, first = sold.credits if sold else None, wanted[0]
        return QuoteView(
            provider=first.offer.provider,
            model=first.offer.card.id,
            model_name=first.offer.card.name,
            operation=first.operation,
            resolution=_resolution(first.params),
            count=len(wanted),
            base_cost_usd=usd(total.expected - quality),
            quality_cost_usd=quality,
            markup_usd=expected.markup_usd if expected else usd(0),
            batch_discount_usd=expected.discount_usd if expected else usd(0),
            total_cost_usd=total.expected,
            low_usd=total.low,
            high_usd=total.high,
            estimated_seconds=max(one.seconds for one in wanted),
            credits_required=credits,
            reasons=_reasons(wanted, choice, terms),
            notices=[*notices, *_warning(terms, credits, total.high)],
            above_warning=terms.warn_above.is_passed(credits, total.high),
            needs_approval=terms.approve_above.is_passed(credits, total.high),
            candidates=list(choice.candidates) if choice else [],
            left_out=list(choice.left_out) if choice else [],
            items=_items(wanted, prices, sold),
            token=self._signer.dumps([_fingerprint(wanted), str(total.expected), first.offer.card.id, credits]),
            expires_at=clock.now() + timedelta(seconds=QUOTE_SECONDS),
        )

    def model_in(self, token: str) -> str | None:
        """The model that a quote was about, so that "auto" chooses it again; None where the token is too old or not ours."""
        try:
            _fingerprint, _total, model, _credits = self._signer.loads(token, max_age=QUOTE_SECONDS)
        except (BadData, ValueError):
            return None
        return str(model)

    def check_token(self, token: str, wanted: Sequence[QuoteRequest], fresh: QuoteView) -> None:
        """Raises `QuoteExpired` when the token is too old or about something else, `PriceChanged` when it became dearer."""
        try:
            fingerprint, total, _model, credits = self._signer.loads(token, max_age=QUOTE_SECONDS)
        except (BadData, ValueError) as error:
            raise QuoteExpired("This quote is older than 15 minutes or not ours. Ask for a new one.") from error
        if fingerprint != _fingerprint(wanted):
            raise QuoteExpired("This quote is about another request. Ask for a new one.")
        dearer = fresh.total_cost_usd > Decimal(total) and credits is None
        if dearer or (credits is not None and (fresh.credits_required or 0) > credits):
            was, now = _both(total, credits, fresh)
            raise PriceChanged(
                f"The price went from {was} to {now} since the quote. Nothing was spent.",
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


def _sum(prices: Sequence[Price]) -> Price:
    """What they come to together."""
    zero = Decimal(0)
    low, expected = sum((price.low for price in prices), zero), sum((price.expected for price in prices), zero)
    return Price(usd(low), usd(expected), usd(sum((price.high for price in prices), zero)))


def _both(total: str, credits: int | None, fresh: QuoteView) -> tuple[str, str]:
    """The price of a quote and that of now, in the unit of the account."""
    if credits is None:
        return f"${total}", f"${fresh.total_cost_usd}"
    return f"{credits} credits", f"{fresh.credits_required} credits"


def _sold(wanted: Sequence[QuoteRequest], costs: Sequence[Decimal], terms: Terms) -> BatchPrice | None:
    """What it is sold for at these costs; None where the account passes dollars on."""
    if not terms.metered:
        return None
    items = [Costs(one.kind, cost) for one, cost in zip(wanted, costs, strict=True)]
    return batch_price(items, terms.pricing, terms.plan)


def _sales_reasons(wanted: Sequence[QuoteRequest], terms: Terms) -> list[str]:
    if not terms.metered:
        return []
    kind, pricing = wanted[0].kind, terms.pricing
    flat = terms.plan.flat_credits.get(kind)
    if flat is not None:
        return [f"{flat} credits for each {_THINGS[kind]} on the plan {terms.plan.title}."]
    off = discount_percent(len(wanted), pricing)
    marked = [f"{pricing.markup_percent.normalize():f} % on top for this studio."] if pricing.markup_percent else []
    is_less = off and (pricing.sells_below_cost or pricing.markup_percent)
    return [*marked, *([f"{off.normalize():f} % less for {len(wanted)} at once."] if is_less else [])]


def _warning(terms: Terms, credits: int | None, high: Decimal) -> list[Notice]:
    limit = terms.warn_above
    if not limit.is_passed(credits, high):
        return []
    named = f"{limit.credits} credits" if credits is not None else in_words(limit.usd or Decimal(0))
    return [Notice(ABOVE_WARNING, f"This is above {named}, from which on you want to be warned.")]


def _resolution(params: Mapping[str, Json]) -> str:
    return " ".join(str(params[name]) for name in ("size", "aspect") if params.get(name) is not None)


def _reasons(wanted: Sequence[QuoteRequest], choice: Choice | None, terms: Terms) -> list[str]:
    one = wanted[0]
    rule = one.offer.price_rule(one.operation, one.params)
    origin = rule.source if rule.unit == "free" and rule.set_by is None else rule.origin_in_words()
    cost = f"Free: {origin}." if rule.unit == "free" else f"{rule.in_words()}, {origin}."
    return [*([choice.candidates[0].reason] if choice else []), cost, *_sales_reasons(wanted, terms)]


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


def _items(wanted: Sequence[QuoteRequest], prices: Sequence[Price], sold: BatchPrice | None) -> list[QuoteItem]:
    return [
        QuoteItem(
            model=one.offer.card.id,
            operation=one.operation,
            cost_usd=price.expected,
            low_usd=price.low,
            high_usd=price.high,
            price_credits=sold.shares[at] if sold else None,
            is_flat=sold.is_flat[at] if sold else False,
            estimated_seconds=one.seconds,
            params=dict(one.params),
            model_name=one.offer.card.name,
        )
        for at, (one, price) in enumerate(zip(wanted, prices, strict=True))
    ]
