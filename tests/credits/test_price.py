"""From cost to price: markup, discount and set prices, rounded once and dealt without a rest."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoplay.credits import Costs, Plan, Pricing, batch_price, price_billed
from photoplay.operations import MediaKind

NO_SET_PRICES = Plan(name="free", title="Free")
AMOUNTS = st.decimals(0, 20, places=6)
PERCENT = st.decimals(0, 100, places=2)


def pictures(count: int, cost: str = "0.04") -> list[Costs]:
    return [Costs(MediaKind.IMAGE, Decimal(cost))] * count


@pytest.mark.parametrize(
    ("count", "markup", "credits", "discount"),
    [
        (1, 0, 4, "0"),
        (1, 25, 5, "0"),
        (2, 0, 8, "0"),  # no markup: nothing to give away
        (2, 25, 10, "0.005"),  # 5 % of 0.10 is half a cent, and the price is rounded up once
        (4, 25, 17, "0.03"),
        (6, 25, 24, "0.06"),  # 25 % of 0.30 is 0.075, and the markup is 0.06: never below cost
        (50, 100, 300, "1"),  # 25 % of 4.00, the most
    ],
)
def test_a_batch_is_dearer_by_the_markup_and_cheaper_by_the_discount(
    count: int, markup: int, credits: int, discount: str
) -> None:
    sold = batch_price(pictures(count), Pricing(markup_percent=Decimal(markup)), NO_SET_PRICES)
    assert (sold.credits, sold.discount_usd) == (credits, Decimal(discount))


def test_an_admin_may_sell_below_cost() -> None:
    rules = Pricing(batch_discount_percent=Decimal(5), sells_below_cost=True)
    assert batch_price(pictures(5), rules, NO_SET_PRICES).credits == 16  # 20 % cheaper


def test_a_plans_set_price_holds_whatever_is_quoted() -> None:
    plan = Plan(name="tokens", title="Tokens", flat_credits={MediaKind.IMAGE: 1, MediaKind.VIDEO: 10})
    items = [*pictures(2, "0.25"), Costs(MediaKind.VIDEO, Decimal(3)), Costs(MediaKind.AUDIO, Decimal("0.021"))]
    sold = batch_price(items, Pricing(), plan)
    assert (list(sold.shares), sold.credits) == ([1, 1, 10, 3], 15)
    assert list(sold.is_flat) == [True, True, True, False]


@given(costs=st.lists(AMOUNTS, min_size=1, max_size=12), markup=PERCENT, discount=PERCENT, most=PERCENT)
def test_shares_add_up_and_a_price_never_falls_below_cost(
    costs: list[Decimal], markup: Decimal, discount: Decimal, most: Decimal
) -> None:
    rules = Pricing(markup_percent=markup, batch_discount_percent=discount, batch_discount_most_percent=most)
    sold = batch_price([Costs(MediaKind.IMAGE, cost) for cost in costs], rules, NO_SET_PRICES)
    total = sum(costs, Decimal(0))
    assert sum(sold.shares) == sold.credits
    assert min(sold.shares) >= 0
    assert Decimal(sold.credits) / 100 >= total
    assert Decimal(sold.credits) / 100 < total * (1 + markup / 100) + Decimal("0.01")


@given(agreed=st.integers(0, 10_000), held=AMOUNTS, cost=AMOUNTS)
def test_what_was_a_range_is_charged_in_proportion_and_never_above_what_was_agreed(
    agreed: int, held: Decimal, cost: Decimal
) -> None:
    billed = price_billed(agreed, held_usd=held, cost_usd=cost)
    assert 0 <= billed <= agreed
    assert cost < held or billed == agreed
