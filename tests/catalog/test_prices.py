"""What one order costs: a table by hand for every unit, and laws that hold for any rule."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoplay.catalog import InputSize, Price, PriceRule, PriceUnknown, price_of

SQUARE = InputSize("source", 1024, 1024)
LARGE = InputSize("reference", 2048, 1024)
MASK = InputSize("mask", 1024, 1024)
CLIP = InputSize("source", 1280, 720, 7.5)


def rule(**facts: Any) -> PriceRule:
    return PriceRule.model_validate(
        {"operation": "any", "unit": "image", "source": "a test", "read_on": date(2026, 11, 21)} | facts
    )


BY_HAND: tuple[tuple[dict[str, Any], dict[str, Any], tuple[InputSize, ...], tuple[str, str, str]], ...] = (
    ({"unit": "free"}, {}, (), ("0", "0", "0")),
    ({"unit": "image", "cost_usd": "0.04"}, {"prompt": "a"}, (), ("0.04", "0.04", "0.04")),
    ({"unit": "run", "cost_usd": "0.002", "low_usd": "0.001", "high_usd": "0.01"}, {}, (), ("0.001", "0.002", "0.01")),
    ({"unit": "song", "cost_usd": "0.08"}, {"duration_seconds": 90}, (), ("0.08", "0.08", "0.08")),
    # 1344 x 768 is 0.984375 of a megapixel
    ({"unit": "megapixel", "cost_usd": "0.003"}, {"width": 1344, "height": 768}, (), ("0.002953",) * 3),
    ({"unit": "megapixel", "cost_usd": "0.003", "rounds_up": True}, {"width": 1344, "height": 768}, (), ("0.003",) * 3),
    # the first megapixel 0.03, of the other three 0.015 each
    (
        {"unit": "megapixel", "first_usd": "0.03", "cost_usd": "0.015"},
        {"size": 2048, "aspect": "1:1"},
        (),
        ("0.075",) * 3,
    ),
    (
        {"unit": "megapixel", "first_usd": "0.03", "cost_usd": "0.015"},
        {"size": 512, "aspect": "1:1"},
        (),
        ("0.03",) * 3,
    ),
    # an edit: one megapixel out, three in at 0.015; the mask is no input picture
    (
        {"unit": "megapixel", "first_usd": "0.03", "cost_usd": "0.015", "input_usd": "0.015"},
        {"size": "1024x1024"},
        (SQUARE, LARGE, MASK),
        ("0.075",) * 3,
    ),
    # where the request names no size, the picture's own counts
    ({"unit": "megapixel", "cost_usd": "0.01"}, {}, (LARGE,), ("0.02",) * 3),
    ({"unit": "second", "cost_usd": "0.05"}, {"duration_seconds": 8}, (), ("0.4",) * 3),
    ({"unit": "second", "cost_usd": "0.05"}, {"duration_seconds": 2.5}, (), ("0.125",) * 3),
    ({"unit": "second", "cost_usd": "0.28", "minimum_usd": "0.56"}, {"duration_seconds": 1}, (), ("0.56",) * 3),
    # a cent for each begun six seconds
    (
        {"unit": "second", "cost_usd": "0.01", "per": "6", "rounds_up": True},
        {"duration_seconds": 13},
        (),
        ("0.03",) * 3,
    ),
    # a film that is edited is as long as it was
    ({"unit": "second", "cost_usd": "0.03"}, {"prompt": "x"}, (CLIP,), ("0.225",) * 3),
    ({"unit": "minute", "cost_usd": "0.30"}, {"duration_seconds": 45}, (), ("0.225",) * 3),
    # the model chooses the length: a minute is usual, five at most
    (
        {"unit": "minute", "cost_usd": "0.30", "usual_units": "1", "most_units": "5"},
        {"duration_seconds": None},
        (),
        ("0", "0.3", "1.5"),
    ),
    ({"unit": "1k-characters", "cost_usd": "0.08"}, {"prompt": "x" * 250}, (), ("0.02",) * 3),
    ({"unit": "1k-characters", "cost_usd": "0.015"}, {"prompt": ""}, (), ("0",) * 3),
    # tokens: a picture of about 0.041, between 0.02 and 0.17, and 1,000 characters of words at 0.00125, half of it to four times
    (
        {"unit": "tokens", "cost_usd": "0.041", "low_usd": "0.02", "high_usd": "0.17", "words_usd": "0.00125"},
        {"prompt": "x" * 1000},
        (),
        ("0.020625", "0.04225", "0.175"),
    ),
    # the tokens of a picture that is given are not known beforehand either
    (
        {
            "unit": "tokens",
            "cost_usd": "0.04",
            "input_usd": "0.01",
            "input_low_usd": "0.0015",
            "input_high_usd": "0.05",
        },
        {},
        (SQUARE, SQUARE),
        ("0.043", "0.06", "0.14"),
    ),
    # whole megapixels, of the result (1920 x 1080 is 1.98) and of each picture given
    (
        {"unit": "megapixel", "first_usd": "0.03", "cost_usd": "0.015", "input_usd": "0.015", "rounds_up": True},
        {"width": 1920, "height": 1080},
        (InputSize("source", 512, 512), InputSize("reference", 1920, 1080)),
        ("0.09",) * 3,
    ),
    # a short text: a second of speech is expected, and less may be billed
    (
        {"unit": "1k-characters", "cost_usd": "0.016", "low_usd": "0.01", "high_usd": "0.04", "minimum_usd": "0.0003"},
        {"prompt": "x" * 10},
        (),
        ("0.0001", "0.0003", "0.0004"),
    ),
    ({"unit": "image", "cost_usd": "0.134", "input_usd": "0.0011"}, {}, (SQUARE, SQUARE), ("0.1362",) * 3),
)


@pytest.mark.parametrize(("facts", "params", "inputs", "dollars"), BY_HAND)
def test_an_order_costs_what_it_costs_by_hand(
    facts: dict[str, Any], params: dict[str, Any], inputs: tuple[InputSize, ...], dollars: tuple[str, str, str]
) -> None:
    assert price_of(rule(**facts), params, inputs) == Price(*map(Decimal, dollars))


@pytest.mark.parametrize("unit", ["second", "minute", "megapixel"])
def test_without_a_length_or_a_size_there_is_no_price(unit: str) -> None:
    with pytest.raises(PriceUnknown, match="does not say"):
        price_of(rule(unit=unit, cost_usd="1"), {"prompt": "a"})


@pytest.mark.parametrize(
    ("when", "params", "fits"),
    [
        ({}, {}, True),
        ({"quality": "low"}, {"quality": "low"}, True),
        ({"quality": "low"}, {"quality": "high"}, False),
        ({"quality": "low"}, {}, False),
        ({"quality": ["low", "medium"], "size": 1024}, {"quality": "medium", "size": 1024}, True),
        ({"duration_seconds": 5}, {"duration_seconds": 5.0}, True),
        ({"with_sound": True}, {"with_sound": 1}, False),
        ({"with_sound": False}, {"with_sound": False}, True),
    ],
)
def test_a_rule_fits_by_the_values_it_names(when: dict[str, Any], params: dict[str, Any], fits: bool) -> None:
    assert rule(when=when).fits("any", params) is fits
    assert not rule(when=when).fits("other", params)


def test_a_range_must_lie_around_what_is_expected() -> None:
    with pytest.raises(ValueError, match="low_usd <= cost_usd <= high_usd"):
        rule(cost_usd="0.05", low_usd="0.06")


dollars = st.decimals(min_value=0, max_value=5, places=4)


@given(rate=dollars, more=dollars, seconds=st.integers(1, 600), per=st.integers(1, 60), minimum=dollars)
def test_a_price_grows_with_its_length_and_never_falls_below_its_minimum(
    rate: Decimal, more: Decimal, seconds: int, per: int, minimum: Decimal
) -> None:
    facts = {"unit": "second", "cost_usd": rate, "high_usd": rate + more, "per": per, "minimum_usd": minimum}
    exact = price_of(rule(**facts), {"duration_seconds": seconds})
    begun = price_of(rule(**facts, rounds_up=True), {"duration_seconds": seconds})
    longer = price_of(rule(**facts), {"duration_seconds": seconds + 1})
    assert exact.low == exact.expected <= exact.high
    assert exact.expected == max(minimum, (rate * seconds / per)).quantize(Decimal("0.000001"))
    assert begun.expected == max(minimum, rate * -(-seconds // per))
    assert minimum <= exact.expected <= longer.expected


@given(width=st.integers(64, 8192), height=st.integers(64, 8192), first=dollars, rate=dollars)
def test_the_first_megapixel_is_billed_whole_and_the_rest_by_size(
    width: int, height: int, first: Decimal, rate: Decimal
) -> None:
    price = price_of(rule(unit="megapixel", first_usd=first, cost_usd=rate), {"width": width, "height": height})
    beyond = max(Decimal(0), Decimal(width * height) / (1024 * 1024) - 1)
    assert price.expected == (first + beyond * rate).quantize(Decimal("0.000001"))
