"""The page about the models on offer, by vendor, with limits, prices, and where the prices were read."""

from itertools import groupby

from photoplay.bootstrap import shipped_providers
from photoplay.catalog import Catalog, Lifecycle, Offer, PriceRule, vendors_without_code
from photoplay.core.settings import Settings
from photoplay.providers import Provider
from tools.reference.markdown import code, page, table


def models_page() -> str:
    """Every model of every vendor, also those that cannot be ordered any more."""
    providers = {provider.name: provider for provider in shipped_providers(Settings())}
    catalog = Catalog(providers.values(), vendors=vendors_without_code())
    about = (
        "What ships with the program. Prices are vendors' list prices in US dollars, with source and day of reading. "
        "`photoplay models --all` and `GET /api/v1/models` tell the same of a running studio, with the ends that vendors "
        "have told since. A name after *also* means the same model; writing and case do not matter."
    )
    offers = sorted(catalog.offers(), key=lambda offer: (offer.provider, not offer.lifecycle.can_order, offer.card.id))
    parts = [
        part
        for name, group in groupby(offers, key=lambda offer: offer.provider)
        for part in _vendor(name, providers.get(name), list(group))
    ]
    return page("Models and prices", about, *parts)


def _vendor(name: str, provider: Provider | None, offers: list[Offer]) -> list[str]:
    facts = offers[0].facts
    lines = [f"{facts.about} {_keys(provider, facts.keys_at)}".strip()]
    can = [_model(offer) for offer in offers if offer.data.lifecycle.can_order]
    cannot = [offer for offer in offers if not offer.data.lifecycle.can_order]
    ended = table(["Model", "Name", "State", "Also"], [_ended(offer) for offer in cannot]) if cannot else ""
    return [f"## {facts.title or offers[0].card.vendor or name}", *lines, *can, ended]


def _keys(provider: Provider | None, keys_at: str) -> str:
    secrets = () if provider is None else provider.settings.secret_names()
    variables = [
        str(provider.settings.model_fields[name].validation_alias or name.upper()) for name in secrets if provider
    ]
    where = f", from <{keys_at}>" if keys_at else ""
    return f"Needs a key: {', '.join(map(code, variables))}{where}." if variables else ""


def _ended(offer: Offer) -> tuple[str, str, str, str]:
    also = ", ".join(map(code, offer.data.also))
    return code(offer.card.id), offer.card.name, _state(offer.data.lifecycle), also


def _state(life: Lifecycle) -> str:
    heir = f", heir {code(life.heir)}" if life.heir else ""
    reason = f": {life.reason}" if life.reason else ""
    when = f" since {life.since}" if life.since else f" until {life.until}" if life.until else ""
    return f"{life.state}{when}{heir}{reason}"


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
    also = f" Also: {', '.join(map(code, offer.data.also))}." if offer.data.also else ""
    rank = f" Rank {offer.data.rank} of 100." if offer.data.rank else ""
    lines = [
        f"### {card.id}",
        f"{card.name}. {card.about} State: {_state(offer.data.lifecycle)}.{rank}{also}",
        table(["Operation", "Limits", "Usually", "Price"], rows),
    ]
    read = dict.fromkeys(f"{_link(rule.source)} ({rule.read_on})" for rule in offer.prices)
    return "\n\n".join([*lines, *([f"Prices: {'; '.join(read)}."] if read else [])])


def _link(source: str) -> str:
    return f"<{source}>" if source.startswith("http") else source


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
    when = ", ".join(f"{name} {_values(value)}" for name, value in rule.when.items())
    low, high = rule.low_usd, rule.high_usd
    between = f", ${low if low is not None else rule.cost_usd} to ${high if high is not None else rule.cost_usd}"
    is_range = low is not None or high is not None
    each = "megapixel of the inputs" if rule.unit == "megapixel" else "input"
    inputs = f", and ${rule.input_usd} for each {each}" if rule.input_usd else ""
    return f"{rule.in_words()}{between if is_range else ''}{inputs}{f' ({when})' if when else ''}"


def _values(value: object) -> str:
    return " or ".join(map(str, value)) if isinstance(value, list) else str(value)
