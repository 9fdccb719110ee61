"""The data files of the vendors: what stands in them is checked, and every name that people know resolves."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from photoplay.bootstrap import shipped_providers
from photoplay.catalog import Catalog, ModelUnavailable, read_data, vendor_data, vendors_without_code
from photoplay.core.settings import Settings
from photoplay.operations import all_operations
from photoplay.providers import Provider, Receives
from tests.catalog.offered import PAINT_DATA, Offering

GIVEN = {"operation": "text-to-image", "unit": "image", "cost_usd": "0.04"}
PROVIDERS = shipped_providers(Settings())


@pytest.mark.parametrize("provider", [one for one in PROVIDERS if isinstance(one, Receives)], ids=lambda one: one.name)
def test_a_vendor_that_calls_says_where_it_is_told_the_address(provider: Provider) -> None:
    assert vendor_data(provider).provider.calls is not None


SHIPPED = Catalog(PROVIDERS, vendors=vendors_without_code())
DATA = {
    **{one.name: vendor_data(one) for one in PROVIDERS},
    **{one: vendor_data(one) for one in vendors_without_code()},
}

NAMES = {
    "openai": ("dall-e-3", "DALL-E 3", "dalle3", "dall-e", "dall-e-2", "gpt-image-1", "sora-2", "point-e", "shap-e"),
    "google": (
        "imagen-4", "Imagen 4", "imagen-4-fast", "Gemini Imagen 4", "nano-banana", "Nano Banana", "gemini",
        "veo-3", "Veo 3", "veo-3-fast", "Gemini Veo 3", "veo",
    ),
    "stability": (
        "sd-xl-1.0", "sd-3.0", "sd-3.5-large", "sd-3.5-turbo", "stable-diffusion", "Stable Diffusion XL", "sdxl",
    ),
    "black-forest-labs": ("flux", "FLUX.1", "flux-pro", "flux-dev", "flux-schnell", "flux-2-pro"),
    "replicate": (
        "google/nano-banana", "bytedance/seedance-1-lite", "seedance-1-lite", "seedance", "kwaivgi/kling-v2.1",
        "kling-v2.1", "meta/musicgen", "musicgen", "audiocraft", "riffusion", "riffusion/riffusion", "hailuo", "minimax",
    ),
    "midjourney": ("midjourney", "Midjourney"),
    "runway": ("runway", "gen-4"),
    "pika": ("pika", "Pika"),
    "kling": ("kling",),
    "luma": ("luma", "dream-machine"),
    "elevenlabs": ("elevenlabs",),
    "pexels": ("pexels",),
    "local": ("local",),
}  # fmt: skip
"""By the vendor that people mean, the names of the specifications, as written there and as programs write them."""


@pytest.mark.parametrize("name", [name for names in NAMES.values() for name in names])
def test_every_name_that_people_know_resolves(name: str) -> None:
    offer = SHIPPED.find(name)
    life = offer.lifecycle
    if not life.can_order:
        operations = offer.card.operations or ("",)
        assert life.reason or any(SHIPPED.heir_of(offer, operation) for operation in operations) or life.since


def test_no_name_means_two_models() -> None:
    said = [(name, model) for data in DATA.values() for model, one in data.models.items() for name in one.also]
    names = [name for name, _model in said]
    assert [(name, model) for name, model in said if names.count(name) > 1] == []


def test_every_heir_is_there() -> None:
    missing = []
    for offer in SHIPPED.offers():
        heir = offer.data.lifecycle.heir
        if heir is not None and heir not in {one.card.id for one in SHIPPED.offers()}:
            missing.append((offer.card.id, heir))
    assert missing == []


def test_every_model_that_can_be_ordered_has_a_price_and_every_price_its_source() -> None:
    """Without a price for an operation it is not ordered; without any the model would be there for nothing."""
    assert [offer.card.id for offer in SHIPPED.offers() if offer.lifecycle.can_order and not offer.prices] == []
    assert [offer.card.id for offer in SHIPPED.offers() for rule in offer.prices if not rule.source] == []


def test_what_the_data_says_of_operations_exists() -> None:
    known = {operation.name for operation in all_operations()}
    said = {(offer.card.id, name) for offer in SHIPPED.offers() for name in offer.card.operations}
    said |= {(offer.card.id, rule.operation) for offer in SHIPPED.offers() for rule in offer.prices}
    assert sorted(pair for pair in said if pair[1] not in known) == []


def test_whatever_a_data_file_describes_is_a_model_on_offer() -> None:
    described = {model for data in DATA.values() for model in data.models}
    assert sorted(described - {offer.card.id for offer in SHIPPED.offers()}) == []


def test_source_and_day_of_the_vendor_stand_for_every_price_without_its_own() -> None:
    raw = {
        "provider": {"title": "X", "source": "https://x.example", "read_on": date(2026, 11, 21)},
        "models": {"x:one": {"prices": [GIVEN, {**GIVEN, "source": "elsewhere", "read_on": date(2026, 1, 2)}]}},
    }
    first, second = read_data(raw).models["x:one"].prices
    assert (first.source, first.read_on) == ("https://x.example", date(2026, 11, 21))
    assert (second.source, second.read_on, second.cost_usd) == ("elsewhere", date(2026, 1, 2), Decimal("0.04"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"models": {"x:one": {"prices": [GIVEN]}}},
        {"models": {"x:one": {"price": []}}},
        {"models": {"x:one": {"rank": 101}}},
        {"models": {"x:one": {"lifecycle": {"state": "asleep"}}}},
        {"models": {"x:one": {"lacking": {"seed": "guess"}}}},
        {"model": {}},
        {"provider": {"in_flight": 0}},
    ],
)
def test_a_wrong_word_in_a_data_file_stops_the_start(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        read_data(wrong)


def test_a_deprecated_model_is_retired_after_its_day() -> None:
    text = PAINT_DATA + '[models."paint:bye"]\nname = "Bye"\noperations = ["text-to-image"]\n'
    over = text + 'lifecycle = { state = "deprecated", until = 2026-01-01, heir = "paint:gone" }\n'
    offer = Catalog([Offering(name="paint", text=over)]).find("paint:bye")
    assert (offer.lifecycle.state, offer.lifecycle.since) == ("retired", date(2026, 1, 1))
    with pytest.raises(ModelUnavailable):
        Catalog([Offering(name="paint", text=over)]).choose("paint:bye", "text-to-image")
