"""Price rules: what a vendor bills for one order, as data with source and date, and the arithmetic over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from photoplay.catalog.errors import PriceUnknown
from photoplay.catalog.measures import InputSize, characters, megapixels, megapixels_of, seconds
from photoplay.core.money import in_words, usd
from photoplay.providers import Json

Unit = Literal["free", "image", "megapixel", "second", "minute", "1k-characters", "run", "song", "tokens"]
Scalar = str | int | float | bool
WORST_TOKENS: Final = 4
"""`words_usd` counts four characters a token, as in English; the high end counts a token for each character."""
BEST_TOKENS: Final = Decimal("0.5")
"""The low end counts eight characters a token."""


class PriceRule(BaseModel):
    """One price. `when` narrows it to orders whose params have these values; the first rule that fits is in force.

    The expected cost is `units * cost_usd`; `low_usd` and `high_usd` replace `cost_usd` where the output decides. Units are
    one for `image`, `run` and `song`; the pixels of the result in 1024 x 1024 for `megapixel`; its length for `second` and
    `minute`; thousands of characters of the prompt for `1k-characters`. `tokens` is one result, estimated: the vendor bills
    tokens, and the adapter counts them with the model's `rates`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    operation: str
    unit: Unit
    cost_usd: Decimal = Field(default=Decimal(0), ge=0)
    low_usd: Decimal | None = Field(default=None, ge=0)
    high_usd: Decimal | None = Field(default=None, ge=0)
    first_usd: Decimal | None = Field(default=None, ge=0)
    """Price of the first unit, where it is priced apart; `cost_usd` is then that of each further one."""
    input_usd: Decimal = Field(default=Decimal(0), ge=0)
    """For each input picture; with the unit `megapixel`, for each of its megapixels."""
    input_low_usd: Decimal | None = Field(default=None, ge=0)
    input_high_usd: Decimal | None = Field(default=None, ge=0)
    """In the place of `input_usd`, where the picture decides: vendors that bill tokens do not say beforehand how many."""
    words_usd: Decimal = Field(default=Decimal(0), ge=0)
    """For each 1,000 characters of the prompt, on top."""
    minimum_usd: Decimal = Field(default=Decimal(0), ge=0)
    """The least that is billed; with a `low_usd` it is the least that is expected, and the low end may lie below."""
    per: Decimal = Field(default=Decimal(1), gt=0)
    """So many units cost `cost_usd`: 6 with the unit `second` is a price for six seconds."""
    rounds_up: bool = False
    """Whether a part of `per` is billed as a whole; with the unit `megapixel` also a part of one of each input picture."""
    usual_units: Decimal | None = Field(default=None, gt=0)
    most_units: Decimal | None = Field(default=None, gt=0)
    """How many units are expected, and at most, where the request does not say (a length that the model chooses)."""
    when: dict[str, Scalar | list[Scalar]] = {}
    source: str
    read_on: date
    set_by: str | None = None
    """Who set it in this studio, in the place of the vendor's list price; `source` is then what they noted."""

    def fits(self, operation: str, params: Mapping[str, Json]) -> bool:
        """Whether this rule is about such an order."""
        return self.operation == operation and all(
            _is_among(params.get(name), value) for name, value in self.when.items()
        )

    def in_words(self) -> str:
        """The price for people: "$0.04 per image", "$0.03 for the first megapixel, then $0.015 each"."""
        if self.unit == "free":
            return "Free"
        each, about = in_words(self.cost_usd), "about " if self.unit == "tokens" else ""
        if self.first_usd is not None:
            return f"{in_words(self.first_usd)} for the first {self.unit}, then {each} each"
        unit = "result" if self.unit == "tokens" else self.unit
        return f"{about}{each} per {unit if self.per == 1 else f'{self.per:f} {unit}s'}"

    def origin_in_words(self) -> str:
        """Where it comes from, for people: "https://..., read 2026-11-21", "set in this studio by Mara on 2026-11-21"."""
        if self.set_by is None:
            return f"{self.source}, read {self.read_on}"
        note = f" ({self.source})" if self.source else ""
        return f"set in this studio by {self.set_by} on {self.read_on}{note}"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        low, high = self.low_usd, self.high_usd
        if (low is not None and low > self.cost_usd) or (high is not None and high < self.cost_usd):
            raise ValueError("low_usd <= cost_usd <= high_usd")
        return self


@dataclass(frozen=True)
class Price:
    """What one order costs, in dollars with six places: what is expected, and between what it can lie."""

    low: Decimal
    expected: Decimal
    high: Decimal


def price_of(rule: PriceRule, params: Mapping[str, Json], inputs: Sequence[InputSize] = ()) -> Price:
    """What one order with these params and inputs costs by this rule. Exact up to the end, then rounded to six places.

    Raises `PriceUnknown` where the length or the size decides and neither the request nor the rule tells it.
    """
    if rule.unit == "free":
        return Price(usd(0), usd(0), usd(0))
    least, usual, most = _units(rule, params, inputs)
    low_usd = rule.cost_usd if rule.low_usd is None else rule.low_usd
    high_usd = rule.cost_usd if rule.high_usd is None else rule.high_usd
    given, words = _input_units(rule, inputs), rule.words_usd * characters(params) / 1000
    input_low = rule.input_usd if rule.input_low_usd is None else rule.input_low_usd
    input_high = rule.input_usd if rule.input_high_usd is None else rule.input_high_usd
    least_usd = Decimal(0) if rule.low_usd is not None else rule.minimum_usd
    return Price(
        low=usd(max(least_usd, _cost(rule, low_usd, least) + given * input_low + words * BEST_TOKENS)),
        expected=usd(max(rule.minimum_usd, _cost(rule, rule.cost_usd, usual) + given * rule.input_usd + words)),
        high=usd(max(rule.minimum_usd, _cost(rule, high_usd, most) + given * input_high + words * WORST_TOKENS)),
    )


def _units(
    rule: PriceRule, params: Mapping[str, Json], inputs: Sequence[InputSize]
) -> tuple[Decimal, Decimal, Decimal]:
    """How many units the order asks for: at least, as expected, at most."""
    told = _told_units(rule.unit, params, inputs)
    if told is not None:
        return told, told, told
    usual, most = rule.usual_units or rule.most_units, rule.most_units or rule.usual_units
    if usual is None or most is None:
        raise PriceUnknown(f"The price is per {rule.unit}, and this request does not say how many it is about.")
    return Decimal(0), usual, most


def _told_units(unit: Unit, params: Mapping[str, Json], inputs: Sequence[InputSize]) -> Decimal | None:
    match unit:
        case "free" | "image" | "run" | "song" | "tokens":
            return Decimal(1)
        case "megapixel":
            return megapixels(params, inputs)
        case "second":
            return seconds(params, inputs)
        case "minute":
            length = seconds(params, inputs)
            return None if length is None else length / 60
        case "1k-characters":
            return Decimal(characters(params)) / 1000


def _input_units(rule: PriceRule, inputs: Sequence[InputSize]) -> Decimal:
    pictures = [megapixels_of(one) for one in inputs if one.width and one.role != "mask"]
    if rule.unit != "megapixel":
        return Decimal(len(pictures))
    if rule.rounds_up:
        pictures = [one.to_integral_value(ROUND_CEILING) for one in pictures]
    return sum(pictures, Decimal(0))


def _cost(rule: PriceRule, rate: Decimal, units: Decimal) -> Decimal:
    billed = units / rule.per
    if rule.rounds_up:
        billed = billed.to_integral_value(ROUND_CEILING)
    return billed * rate if rule.first_usd is None else rule.first_usd + max(Decimal(0), billed - 1) * rate


def _is_among(value: Json, wanted: Scalar | list[Scalar]) -> bool:
    """Whether the value is the wanted one, or one of them; a yes is not a 1."""
    options = wanted if isinstance(wanted, list) else [wanted]
    return any(value == option and isinstance(value, bool) == isinstance(option, bool) for option in options)
