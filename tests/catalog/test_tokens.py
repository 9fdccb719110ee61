"""Tokens of an order, counted back from its quote, beside what the vendors' tables say."""

from pathlib import Path
from typing import Any

import pytest

from photoplay.bootstrap import shipped_providers
from photoplay.catalog import Catalog, InputSize, check_params, tokens_of
from photoplay.core.settings import Settings

PAIR = (InputSize("source", 1024, 1024), InputSize("reference", 1024, 1024))
PAINT, EDIT = "text-to-image", "image-to-image"
BANANA = "google:gemini-nano-banana-2.1"


@pytest.fixture(scope="module")
def offers() -> Catalog:
    return Catalog(shipped_providers(Settings(data=Path())))


def tokens(offers: Catalog, model: str, operation: str, inputs: tuple[InputSize, ...] = (), **asked: Any) -> int:
    """Of an order with these settings."""
    offer = offers.find(model)
    params = check_params(offer, operation, {"prompt": "a red kite over the dunes", **asked})
    return tokens_of(offer, operation, params, inputs)


@pytest.mark.parametrize(
    ("model", "asked", "least", "most"),
    [
        (BANANA, {"size": 1024}, 1120, 1210),
        (BANANA, {"size": 4096}, 2520, 2610),
        ("openai:gpt-image-2.6-flare", {"quality": "low", "size": 1024}, 500, 2000),
        ("runway:gen4_image", {}, 0, 0),
    ],
)
def test_an_order_takes_the_tokens_that_its_vendor_counts(
    offers: Catalog, model: str, asked: dict[str, Any], least: int, most: int
) -> None:
    assert least <= tokens(offers, model, PAINT, **asked) <= most


def test_pictures_that_are_given_and_longer_words_take_more(offers: Catalog) -> None:
    alone, with_pair = tokens(offers, BANANA, EDIT), tokens(offers, BANANA, EDIT, PAIR)
    assert 2 * 1100 <= with_pair - alone <= 2 * 1200
    few, many = (tokens(offers, BANANA, PAINT, prompt=words) for words in ("kite", "kite" * 401))
    assert many - few == 400
