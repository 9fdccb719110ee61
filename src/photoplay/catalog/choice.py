"""Chooses the model of a request: the one that was named, or with "auto" the best by need among those that can do it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, Literal

from photoplay.catalog._catalog import Catalog, Offer, end_of
from photoplay.catalog.errors import ModelUnavailable, PriceUnknown
from photoplay.catalog.fit import Fitted, fit
from photoplay.catalog.forms import InvalidParams
from photoplay.catalog.measures import InputSize
from photoplay.catalog.picks import Tally
from photoplay.catalog.prices import Price
from photoplay.catalog.schemas import CandidateView, LeftOutView
from photoplay.catalog.views import price_text
from photoplay.core.money import in_words
from photoplay.providers import Json, Notice

AUTO: Final = "auto"
Prefer = Literal["cheapest", "fastest", "best"]
_HERE: Final = "local"
"""The provider whose models run on this machine."""
_UNRANKED: Final = 50
_MOST_REASONS: Final = 6
_SUPERLATIVE: Final[dict[Prefer, str]] = {"cheapest": "cheapest", "fastest": "fastest", "best": "best ranked"}


@dataclass(frozen=True)
class Wanted:
    """What a model is chosen for. `ceiling_usd` is the most that one result may cost; None: no ceiling.

    `failover`: whether another model may make it when the chosen one cannot; None: with "auto" only.
    """

    model: str
    operation: str
    params: Mapping[str, Json]
    inputs: Sequence[InputSize] = ()
    prefer: Prefer = "cheapest"
    ceiling_usd: Decimal | None = None
    quoted: str | None = None
    """The model that "auto" chose when the quote was made: it is chosen again while it can make it."""
    allow_heir: bool = False
    failover: bool | None = None

    @property
    def allows_failover(self) -> bool:
        """Whether another model may make it."""
        return self.model == AUTO if self.failover is None else self.failover


@dataclass(frozen=True)
class Circumstances:
    """What is not in the catalogue: why a model cannot make it now (None: it can), how long it takes, what was picked here."""

    trouble: Callable[[Offer], str | None] = lambda offer: None
    seconds: Callable[[Offer, Mapping[str, Json]], float | None] = lambda offer, params: None
    picks: Mapping[str, Tally] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """A model that can do it, with the settings fitted to it, its price, and how long it will take."""

    offer: Offer
    fitted: Fitted
    price: Price
    seconds: float
    tally: Tally | None = None

    @property
    def rank(self) -> float:
        """How good its results are, 1 to 100: as the data says, moved by what was picked here."""
        rank = float(self.offer.data.rank or _UNRANKED)
        return rank if self.tally is None else min(100.0, max(1.0, rank + self.tally.steps))


@dataclass(frozen=True)
class Choice:
    """The chosen model, those that may make it instead (the best first), and why. All of it is shown with the quote."""

    chosen: Candidate
    substitutes: tuple[Candidate, ...]
    notices: tuple[Notice, ...]
    candidates: tuple[CandidateView, ...]
    left_out: tuple[LeftOutView, ...]


def choose(catalog: Catalog, wanted: Wanted, around: Circumstances) -> Choice:
    """Chooses a model.

    Raises `UnknownModel`, `ModelCannot`, `ModelUnavailable`, `InvalidParams`, `PriceUnknown`. What is named is taken though
    it be above the ceiling; with "auto" so is the cheapest where all are. The quote then tells.
    """
    if wanted.model == AUTO:
        return _of_all(catalog, wanted, around)
    vendor = catalog.vendor_meant(wanted.model, wanted.operation)
    if vendor is None:
        return _of_one(catalog, wanted, around, reason="You named it")
    usual = catalog.default_model(vendor, wanted.operation)
    if usual is None:
        return _of_all(catalog, wanted, around, vendor)
    title = catalog.facts(vendor).title or vendor
    return _of_one(catalog, replace(wanted, model=usual.card.id), around, reason=f"The usual model of {title} here")


def _of_one(catalog: Catalog, wanted: Wanted, around: Circumstances, *, reason: str) -> Choice:
    offer, notices = _named(catalog, wanted)
    chosen = _candidate(offer, wanted, around)
    others: list[Candidate] = []
    left_out: list[LeftOutView] = []
    if wanted.allows_failover:
        others, left_out = _able(catalog, wanted, around)
        others = [one for one in others if one.offer.card.id != offer.card.id and _is_below(one, wanted)]
    ranked = [chosen, *_ranked(others, wanted.prefer)]
    first_reason = f"{reason}: {_facts(chosen)}."
    return _choice(ranked, wanted, [*notices, *chosen.fitted.notices], left_out, first_reason=first_reason)


def _of_all(catalog: Catalog, wanted: Wanted, around: Circumstances, vendor: str | None = None) -> Choice:
    """The best by need of all models, or of those of one vendor."""
    able, left_out = _able(catalog, wanted, around, vendor)
    if not able:
        raise _nobody(wanted, left_out)
    below = [one for one in able if _is_below(one, wanted)]
    above = [_left_out(one.offer, f"above the ceiling: {_cost(one.price)}") for one in able if one not in below]
    ranked = _ranked(below, wanted.prefer) if below else _ranked(able, "cheapest")[:1]
    ranked.sort(key=lambda one: one.offer.card.id != wanted.quoted)
    chosen = ranked[0]
    how_many = f"of {len(ranked)} that can do it" if len(ranked) > 1 else "that can do it"
    word = _SUPERLATIVE[wanted.prefer] if len(ranked) > 1 else "only one"
    reason = f"The {word} {how_many}: {_facts(chosen)}."
    return _choice(ranked, wanted, list(chosen.fitted.notices), [*left_out, *above], first_reason=reason)


def _choice(
    ranked: Sequence[Candidate],
    wanted: Wanted,
    notices: Sequence[Notice],
    left_out: Sequence[LeftOutView],
    *,
    first_reason: str,
) -> Choice:
    reasons = [first_reason, *(f"{_facts(one).capitalize()}." for one in ranked[1:])]
    views = tuple(
        CandidateView(
            model=one.offer.card.id,
            name=one.offer.card.name,
            cost_usd=one.price.expected,
            seconds=one.seconds,
            reason=why,
        )
        for one, why in zip(ranked, reasons, strict=True)
    )
    substitutes = tuple(ranked[1:]) if wanted.allows_failover else ()
    return Choice(ranked[0], substitutes, tuple(notices), views, tuple(left_out))


def _named(catalog: Catalog, wanted: Wanted) -> tuple[Offer, list[Notice]]:
    """The model of this name, or its heir where the request allows it."""
    offer = catalog.find(wanted.model)
    if offer.card.operations:
        catalog.check_does(offer, wanted.operation)
    if offer.lifecycle.can_order:
        return offer, _ending(offer)
    heir = catalog.heir_of(offer, wanted.operation)
    why = end_of(offer)
    if heir is None:
        raise ModelUnavailable(f"{why} No other model is named in its place.")
    difference = f"It costs {price_text(heir.prices)}" + (
        f" instead of {price_text(offer.prices)}." if offer.prices else "."
    )
    if not wanted.allow_heir:
        raise ModelUnavailable(
            f'{why} "{heir.card.id}" takes its place. {difference} Name it, or send "allow_heir": true.',
            heir=heir.card.id,
        )
    return heir, [Notice("model_replaced", f"{why} {heir.card.name} makes it instead. {difference}"), *_ending(heir)]


def _ending(offer: Offer) -> list[Notice]:
    life = offer.lifecycle
    if life.state != "deprecated":
        return []
    until = f" on {life.until}" if life.until else ""
    heir = f' "{life.heir}" takes its place.' if life.heir else ""
    return [Notice("model_ending", f"{offer.card.name} ends{until}.{heir}")]


def _able(
    catalog: Catalog, wanted: Wanted, around: Circumstances, vendor: str | None = None
) -> tuple[list[Candidate], list[LeftOutView]]:
    """Who can do it, and who cannot and why. A request that is wrong for every model is told by `_nobody`."""
    able, left_out = [], []
    for offer in catalog.offers(wanted.operation):
        life = offer.lifecycle
        if vendor not in (None, offer.provider) or not (life.can_order or life.is_vendor_off):
            continue
        trouble = life.reason if life.is_vendor_off else around.trouble(offer)
        if trouble is not None:
            left_out.append(_left_out(offer, trouble))
            continue
        try:
            able.append(_candidate(offer, wanted, around))
        except InvalidParams as error:
            left_out.append(_left_out(offer, "; ".join(f"{name}: {why}" for name, why in error.fields.items()), error))
        except PriceUnknown as error:
            left_out.append(_left_out(offer, error.message))
    return able, left_out


def _candidate(offer: Offer, wanted: Wanted, around: Circumstances) -> Candidate:
    fitted = fit(offer, wanted.operation, wanted.params)
    price = offer.price(wanted.operation, fitted.params, wanted.inputs)
    learnt = around.seconds(offer, fitted.params)
    seconds = learnt or offer.card.typical_seconds.get(wanted.operation, 30.0)
    return Candidate(offer, fitted, price, seconds, around.picks.get(offer.card.id))


def _ranked(candidates: Sequence[Candidate], prefer: Prefer) -> list[Candidate]:
    """The best first. Ties are broken by the other two needs, then by what is certain: the lower high end, the id.

    Of those that cost the same this machine comes first: a server of one's own may be asleep, and need not be asked for.
    """
    by: dict[Prefer, Callable[[Candidate], tuple[object, ...]]] = {
        "cheapest": lambda one: (
            one.price.expected,
            one.offer.provider != _HERE,
            -one.rank,
            one.seconds,
            one.price.high,
            one.offer.card.id,
        ),
        "fastest": lambda one: (one.seconds, one.price.expected, -one.rank, one.price.high, one.offer.card.id),
        "best": lambda one: (-one.rank, one.price.expected, one.seconds, one.price.high, one.offer.card.id),
    }
    return sorted(candidates, key=by[prefer])


def _is_below(one: Candidate, wanted: Wanted) -> bool:
    return wanted.ceiling_usd is None or one.price.high <= wanted.ceiling_usd


def _nobody(wanted: Wanted, left_out: Sequence[LeftOutView]) -> Exception:
    """What to say where no model can do it: what is wrong with the request, where a usable model says so."""
    wrong = [one.fields for one in left_out if one.fields]
    if wrong:
        same = {name: why for name, why in wrong[0].items() if all(name in other for other in wrong)}
        return InvalidParams(f"Some settings fit no model that does {wanted.operation}.", fields=same or wrong[0])
    reasons = list(dict.fromkeys(one.reason.rstrip(".") for one in left_out))[:_MOST_REASONS]
    return ModelUnavailable(
        f"No model can do {wanted.operation} now" + (f": {'; '.join(reasons)}." if reasons else ".")
    )


def _left_out(offer: Offer, reason: str, error: InvalidParams | None = None) -> LeftOutView:
    return LeftOutView(
        model=offer.card.id, name=offer.card.name, reason=reason, fields=dict(error.fields) if error else {}
    )


def _facts(one: Candidate) -> str:
    rank = f", rank {round(one.rank)} of 100" if one.offer.data.rank or one.tally else ""
    picked = f", {one.tally.in_words()}" if one.tally else ""
    return f"{_cost(one.price).lower()}, about {max(1, round(one.seconds))} s{rank}{picked}"


def _cost(price: Price) -> str:
    if price.low == price.high:
        return in_words(price.expected)
    return f"{in_words(price.low)} to {in_words(price.high)}"
