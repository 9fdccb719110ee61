"""What a quote says: its parts add up, the high end is held, and a token stands for the model it was about."""

from decimal import Decimal
from typing import Any

import pytest

from photoplay.catalog import Choice, Circumstances, InputSize, Wanted, choose, fit
from photoplay.credits import (
    Ceiling,
    CeilingExceeded,
    PriceChanged,
    QuoteExpired,
    Quoter,
    QuoteRequest,
    QuoteView,
    check_ceiling,
)
from tests.catalog.offered import a_catalog
from tests.credits.terms import some_terms

CATALOG = a_catalog()
QUOTER = Quoter("a secret of this test")


def requests(count: int = 1, *, model: str = "paint:full", most_usd: str = "0", **params: Any) -> list[QuoteRequest]:
    offer = CATALOG.find(model)
    fitted = fit(offer, "text-to-image", {"prompt": "a pier", **params}).params
    return [
        QuoteRequest(offer, "text-to-image", fitted, 9.0, most_usd=Decimal(most_usd), inputs=(InputSize("x", 8, 8),))
        for _ in range(count)
    ]


def quoted(wanted: list[QuoteRequest], *, metered: bool = False, choice: Choice | None = None) -> QuoteView:
    return QUOTER.quote(wanted, terms=some_terms(metered=metered), choice=choice)


@pytest.mark.parametrize(
    ("quality", "base", "extra", "low", "high", "credits"),
    [
        ("fast", "0.02", "0", "0.02", "0.02", 2),
        ("standard", "0.02", "0.02", "0.04", "0.04", 4),
        ("hd", "0.02", "0.08", "0.06", "0.17", 17),
    ],
)
def test_what_quality_adds_is_told_apart_and_a_range_is_held_at_its_high_end(
    quality: str, base: str, extra: str, low: str, high: str, credits: int
) -> None:
    quote = quoted(requests(quality=quality), metered=True)
    assert (quote.base_cost_usd, quote.quality_cost_usd) == (Decimal(base), Decimal(extra))
    assert quote.base_cost_usd + quote.quality_cost_usd - quote.batch_discount_usd == quote.total_cost_usd
    assert (quote.low_usd, quote.high_usd, quote.credits_required) == (Decimal(low), Decimal(high), credits)


def test_the_items_of_a_batch_add_up_to_its_sums() -> None:
    quote = quoted(requests(7, quality="hd"), metered=True)
    assert sum(item.cost_usd for item in quote.items) == quote.total_cost_usd == Decimal("0.70")
    assert sum(item.high_usd for item in quote.items) == quote.high_usd == Decimal("1.19")
    assert sum(item.price_credits or 0 for item in quote.items) == quote.credits_required == 119


def test_a_dearer_model_that_may_make_it_instead_is_held_for() -> None:
    quote = quoted(requests(quality="fast", most_usd="0.05"))
    assert (quote.total_cost_usd, quote.high_usd, quote.items[0].high_usd) == tuple(
        map(Decimal, ("0.02", "0.05", "0.05"))
    )


def test_a_ceiling_is_compared_with_the_high_end() -> None:
    quote = quoted(requests(quality="hd"))
    check_ceiling(quote, Ceiling(max_cost_usd=Decimal("0.17")), metered=False)
    with pytest.raises(CeilingExceeded, match=r"\$0\.170000"):
        check_ceiling(quote, Ceiling(max_cost_usd=Decimal("0.16")), metered=False)


def test_a_quote_lists_who_can_make_it_and_why_this_one_was_chosen() -> None:
    choice = choose(CATALOG, Wanted("auto", "text-to-image", {"prompt": "a pier"}), Circumstances())
    quote = quoted(requests(model="paint:bare"), choice=choice)
    assert [one.model for one in quote.candidates] == ["paint:bare", "paint:full"]
    assert quote.reasons == [
        "The cheapest of 2 that can do it: $0.03, about 2 s, rank 40 of 100.",
        "$0.03 per image, https://paint.example/prices, read 2026-11-21.",
    ]


def test_a_token_tells_its_model_and_holds_its_price() -> None:
    cheap, dear = requests(quality="fast"), requests(quality="hd")
    token = quoted(cheap).token
    assert QUOTER.model_in(token) == "paint:full"
    assert QUOTER.model_in("nothing") is None
    QUOTER.check_token(token, cheap, quoted(cheap))
    with pytest.raises(QuoteExpired):
        QUOTER.check_token(token, dear, quoted(dear))
    with pytest.raises(PriceChanged):
        QUOTER.check_token(token, cheap, quoted(dear))
