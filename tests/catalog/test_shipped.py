"""Every model that ships can be priced whatever is set, and what its data says of settings fits its card."""

from collections.abc import Iterator
from itertools import islice, product
from typing import Any

import pytest

from photoplay.bootstrap import shipped_providers
from photoplay.catalog import Catalog, InputSize, Offer, fit, model_view, vendors_without_code
from photoplay.core.settings import Settings

SHIPPED = Catalog(shipped_providers(Settings()), vendors=vendors_without_code())
ORDERABLE = [offer for offer in SHIPPED.offers() if offer.lifecycle.can_order]
SOURCE = InputSize("source", 1024, 1024, 5.0)
NEEDED = {"prompt": "a pier", "search": "a boat", "left": 8}
MOST = 300


def settings_of(offer: Offer, operation: str) -> dict[str, Any]:
    settings: dict[str, Any] = model_view(offer).form[operation]["properties"]
    return settings


def values_of(setting: dict[str, Any]) -> list[Any]:
    """The values among which one chooses; empty for a free one."""
    for option in (setting, *setting.get("anyOf", ())):
        if "enum" in option:
            return list(option["enum"])
        if "const" in option:
            return [option["const"]]
        if option.get("type") == "boolean":
            return [True, False]
    return []


def orders_of(offer: Offer, operation: str) -> Iterator[dict[str, Any]]:
    """An order for each mix of the settings that its price rules look at."""
    settings = settings_of(offer, operation)
    looked_at = sorted({name for rule in offer.prices if rule.operation == operation for name in rule.when})
    assert [name for name in looked_at if name not in settings] == []
    axes = [[(name, value) for value in values_of(settings[name])] for name in looked_at]
    base = {name: value for name, value in NEEDED.items() if name in settings}
    for mix in islice(product(*filter(None, axes)), MOST):
        yield base | dict(mix)


@pytest.mark.parametrize("offer", ORDERABLE, ids=lambda offer: offer.card.id)
def test_every_mix_of_settings_has_a_price(offer: Offer) -> None:
    for operation in {rule.operation for rule in offer.prices}:
        for params in orders_of(offer, operation):
            price = offer.price(operation, fit(offer, operation, params).params, (SOURCE,))
            assert 0 <= price.low <= price.expected <= price.high


@pytest.mark.parametrize("offer", ORDERABLE, ids=lambda offer: offer.card.id)
def test_what_the_data_says_of_settings_fits_the_card(offer: Offer) -> None:
    forms = [settings_of(offer, operation) for operation in offer.card.operations]
    for common, own in offer.data.names.items():
        assert any(own in form for form in forms), common
    for common, words in offer.data.words.items():
        own = offer.data.names.get(common, common)
        allowed = [value for form in forms if own in form for value in values_of(form[own])]
        assert [word for word in words.values() if allowed and word not in allowed] == []
        assert any(own in form for form in forms), common


@pytest.mark.parametrize(
    "common",
    [
        *({"quality": quality} for quality in ("fast", "standard", "hd")),
        {"negative_prompt": "people"},
        {"width": 1344, "height": 768},
        {"resolution": "1080p"},
        {"resolution": "2K"},
        {"duration": 8},
        {"steps": 30},
        {"cfg_scale": 7.5},
        {"sampler": "k_euler"},
        {"seed": 7},
        *({name: "vivid noir"} for name in ("style_preset", "style", "motif", "style_pack", "cinematography")),
    ],
    ids=lambda common: " ".join(f"{name}={value}" for name, value in common.items()),
)
def test_a_common_setting_is_taken_or_told_of_by_every_model(common: dict[str, Any]) -> None:
    for offer in ORDERABLE:
        for operation in offer.card.operations:
            settings = settings_of(offer, operation)
            needed = {name: value for name, value in NEEDED.items() if name in settings}
            fitted = fit(offer, operation, {**needed, **common})
            own = {offer.data.names.get(name, name) for name in common}
            assert own <= set(settings) or fitted.notices or {"aspect", "size", "duration_seconds"} & set(settings)
