"""Makes what the doors show of a model."""

from decimal import Decimal
from typing import Final

from photoplay.catalog._catalog import Offer
from photoplay.catalog.forms import form_of
from photoplay.catalog.prices import PriceRule, Unit
from photoplay.catalog.schemas import LimitsView, ModelView, PriceView
from photoplay.core.money import in_words
from photoplay.providers import Limits

_PER: Final[dict[Unit, str]] = {
    "free": "",
    "image": " an image",
    "megapixel": " / megapixel",
    "second": " / s",
    "minute": " / min",
    "1k-characters": " / 1,000 characters",
    "run": " a run",
    "song": " a song",
    "tokens": " a result",
}
_MANY: Final[dict[Unit, str]] = {
    "free": "",
    "image": " images",
    "megapixel": " megapixels",
    "second": " s",
    "minute": " min",
    "1k-characters": " thousand characters",
    "run": " runs",
    "song": " songs",
    "tokens": " results",
}


def model_view(offer: Offer, *, needs_key: str | None = None, heir_name: str | None = None) -> ModelView:
    """A model on offer, with its forms. `needs_key`: what to do where its vendor cannot be used yet."""
    card = offer.card
    return ModelView(
        id=card.id,
        name=card.name,
        vendor=card.vendor,
        provider=offer.provider,
        about=card.about,
        operations=list(card.operations),
        lifecycle=offer.lifecycle,
        limits={operation: _limits_view(card.limits.get(operation, Limits())) for operation in card.operations},
        form={operation: form_of(operation, card) for operation in card.operations},
        price_text=price_text(offer.prices),
        typical_seconds=dict(card.typical_seconds),
        can_cancel=card.can_cancel,
        prices=[_price_view(rule) for rule in offer.prices],
        rank=offer.data.rank,
        also=list(offer.data.also),
        provider_title=offer.facts.title or card.vendor,
        needs_key=needs_key,
        default_for=list(offer.default_for),
        heir_name=heir_name,
    )


def _price_view(rule: PriceRule) -> PriceView:
    return PriceView(
        operation=rule.operation,
        price=rule.in_words(),
        when=rule.when,
        source=rule.source,
        read_on=rule.read_on,
        set_by=rule.set_by,
    )


def price_text(rules: tuple[PriceRule, ...]) -> str:
    """The lowest price per unit, for people: "Free", "$0.05 / s", "from $0.02 an image", "about $0.04 an image"."""
    if not rules:
        return "No price"
    lowest = min(rules, key=_lowest)
    if lowest.unit == "free" or _lowest(lowest) == 0:
        return "Free"
    is_range = len({_lowest(rule) for rule in rules}) > 1 or lowest.first_usd is not None
    start = "from " if is_range else "about " if lowest.unit == "tokens" or lowest.high_usd else ""
    return f"{start}{in_words(_lowest(lowest))}{unit_words(lowest)}"


def unit_words(rule: PriceRule) -> str:
    """What the price is for: " / s", " / 6 s", " an image"."""
    if rule.per == 1:
        return _PER[rule.unit]
    return f" / {rule.per:f}{_MANY[rule.unit]}"


def _lowest(rule: PriceRule) -> Decimal:
    """What the first unit costs; a range counts by what is expected."""
    return rule.cost_usd if rule.first_usd is None else rule.first_usd


def _limits_view(limits: Limits) -> LimitsView:
    return LimitsView(
        aspects=list(limits.aspects),
        sizes=list(limits.sizes),
        durations_seconds=list(limits.durations_seconds),
        prompt_characters=limits.prompt_characters,
    )
