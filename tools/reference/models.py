"""The page about the models on offer, with limits, prices, and where the prices were read."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from photoplay import providers
from photoplay.catalog import Catalog, Offer, PriceRule
from tools.reference.markdown import code, page, table


def models_page() -> str:
    """Every model of every provider that ships."""
    offers = Catalog(shipped_providers()).offers()
    about = (
        "What ships with the program. Prices are vendors' list prices in US dollars, with source and day of reading."
    )
    return page(
        "Models and prices", about, *(_model(offer) for offer in sorted(offers, key=lambda offer: offer.card.id))
    )


def shipped_providers() -> list[Any]:
    """One of each provider class that a file of the room holds."""
    names = [module.name for module in iter_modules(providers.__path__) if not module.name.startswith("_")]
    modules = [import_module(f"{providers.__name__}.{name}") for name in names]
    found = [thing for module in modules for thing in vars(module).values() if _is_provider(thing, module.__name__)]
    return [thing() for thing in found]


def _is_provider(thing: object, module: str) -> bool:
    return (
        isinstance(thing, type) and thing.__module__ == module and hasattr(thing, "submit") and hasattr(thing, "cards")
    )


def _model(offer: Offer) -> str:
    card = offer.card
    rows = [
        (
            code(operation),
            _limits(offer, operation),
            f"{card.typical_seconds[operation]:g} s" if operation in card.typical_seconds else "",
            "; ".join(_price(rule) for rule in offer.prices if rule.operation == operation)
            or "not set: cannot be ordered",
        )
        for operation in card.operations
    ]
    lines = [f"## {card.id}", f"{card.name}, {card.vendor}. {card.about} State: {offer.lifecycle.state}."]
    return "\n\n".join([*lines, table(["Operation", "Limits", "Usually", "Price"], rows)])


def _limits(offer: Offer, operation: str) -> str:
    limits = offer.card.limits.get(operation)
    if limits is None:
        return ""
    parts = [", ".join(map(str, limits.aspects)), ", ".join(map(str, limits.sizes))]
    if limits.durations_seconds:
        seconds = [f"{seconds:g}" for seconds in limits.durations_seconds]
        parts.append((" to " if limits.duration_step_seconds else ", ").join(seconds) + " s")
    return "; ".join(part for part in parts if part)


def _price(rule: PriceRule) -> str:
    when = ", ".join(f"{name} {value}" for name, value in rule.when.items())
    price = "free" if rule.unit == "free" else f"${rule.cost_usd} per {rule.unit}"
    return f"{price}{f' ({when})' if when else ''} [{rule.source}, {rule.read_on}]"
