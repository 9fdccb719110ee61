"""What a model would make of an asset: its price and its time, and how both differ from what the asset itself took."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from photoplay import credits
from photoplay.assets import AssetView
from photoplay.catalog import CandidateView
from photoplay.credits import Costs, Terms
from photoplay.generation import GenerationView
from photoplay.operations import Operation
from photoplay.web.templating import money, wait

_ALIKE: Final = 0.2
"""Times that differ by less than this part of the longer one are called the same."""


class Spent(NamedTuple):
    """What an asset took: dollars or credits, and seconds; None where that is not known."""

    amount: Decimal | None
    seconds: float | None


class Trial(NamedTuple):
    """One model that can make it, in words."""

    model: str
    name: str
    price: str
    difference: str
    time: str


def spent_on(asset: AssetView, made: GenerationView | None, *, metered: bool) -> Spent:
    """What an asset cost in the unit of its owner's account, and how long it took."""
    paid = asset.price_credits if metered else asset.cost_usd
    took = None
    if made is not None and made.started_at is not None and made.finished_at is not None:
        took = (made.finished_at - made.started_at).total_seconds()
    return Spent(None if paid is None else Decimal(paid), took)


def trials_of(
    candidates: Sequence[CandidateView], operation: Operation, terms: Terms, spent: Spent | None
) -> Iterable[Trial]:
    """The models with their prices; with `spent` also how much cheaper or dearer, faster or slower each is."""
    for one in candidates:
        amount = one.cost_usd
        if terms.metered:
            amount = Decimal(credits.batch_price([Costs(operation.output, amount)], terms.pricing, terms.plan).credits)
        difference = _difference(spent, amount, one.seconds, metered=terms.metered) if spent else ""
        yield Trial(
            one.model, one.name, _price(amount, metered=terms.metered), difference, f"about {wait(one.seconds)}"
        )


def in_words(spent: Spent, *, metered: bool) -> str:
    """What an asset took: "$0.04 in 8 s"."""
    price = "" if spent.amount is None else _price(spent.amount, metered=metered)
    time = "" if spent.seconds is None else f"in {wait(spent.seconds)}"
    return " ".join(part for part in (price, time) if part)


def _price(amount: Decimal, *, metered: bool) -> str:
    if not amount:
        return "Free"
    return f"{amount} credit{'s' if amount != 1 else ''}" if metered else money(amount)


def _difference(spent: Spent, amount: Decimal, seconds: float, *, metered: bool) -> str:
    said = []
    if spent.amount is not None:
        more = amount - spent.amount
        said.append(
            f"{_price(abs(more), metered=metered)} {'dearer' if more > 0 else 'cheaper'}" if more else "same price"
        )
    if spent.seconds is not None:
        longer = seconds - spent.seconds
        is_alike = abs(longer) < max(1.0, _ALIKE * max(seconds, spent.seconds))
        said.append("as fast" if is_alike else f"{wait(abs(longer))} {'slower' if longer > 0 else 'faster'}")
    return ", ".join(said)
