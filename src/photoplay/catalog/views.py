"""Makes what the doors show of a model."""

from decimal import Decimal

from photoplay.catalog._catalog import Offer
from photoplay.catalog.forms import params_model
from photoplay.catalog.prices import PriceRule
from photoplay.catalog.schemas import LimitsView, ModelView
from photoplay.core.money import in_words
from photoplay.providers import Limits

_PER = {"free": "", "image": " an image", "second": " / s", "1k-characters": " / 1,000 characters", "run": " a run"}


def model_view(offer: Offer) -> ModelView:
    """A model on offer, with its forms."""
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
        form={operation: params_model(operation, card).model_json_schema() for operation in card.operations},
        price_text=price_text(offer.prices),
        typical_seconds=dict(card.typical_seconds),
        can_cancel=card.can_cancel,
    )


def price_text(rules: tuple[PriceRule, ...]) -> str:
    """The lowest price per unit, for people: "Free", "$0.05 / s", "from $0.02 an image"."""
    if not rules:
        return "No price"
    lowest = min(rules, key=lambda rule: rule.cost_usd)
    if lowest.unit == "free" or lowest.cost_usd == Decimal(0):
        return "Free"
    start = "from " if len({rule.cost_usd for rule in rules}) > 1 else ""
    return f"{start}{in_words(lowest.cost_usd)}{_PER[lowest.unit]}"


def _limits_view(limits: Limits) -> LimitsView:
    return LimitsView(
        aspects=list(limits.aspects),
        sizes=list(limits.sizes),
        durations_seconds=list(limits.durations_seconds),
        prompt_characters=limits.prompt_characters,
    )
