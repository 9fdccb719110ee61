"""Models, and the choice among them, as every door tells them."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from photoplay.catalog.lifecycle import Lifecycle


class LimitsView(BaseModel):
    """What a model can do for one operation. Empty: not limited."""

    aspects: list[str]
    sizes: list[str | int]
    durations_seconds: list[float]
    prompt_characters: int


class PriceView(BaseModel):
    """One price rule in words, what it is for, and where and when it was read."""

    operation: str
    price: str
    when: dict[str, Any]
    source: str
    read_on: date
    set_by: str | None = None
    """Who set it in this studio; None: the vendor's list price."""


class ModelView(BaseModel):
    """`form` has the JSON schema of what may be set, by operation; `price_text` and `prices` are for people.

    `needs_key` says what to do where its vendor cannot be used yet; None where it can. `also` are names that mean it.
    """

    id: str
    name: str
    vendor: str
    provider: str
    about: str
    operations: list[str]
    lifecycle: Lifecycle
    limits: dict[str, LimitsView]
    form: dict[str, dict[str, Any]]
    price_text: str
    typical_seconds: dict[str, float]
    can_cancel: bool
    prices: list[PriceView] = []
    rank: int | None = None
    also: list[str] = []
    provider_title: str = ""
    needs_key: str | None = None
    default_for: list[str] = []
    """The operations for which it is the usual model of its vendor here."""
    heir_name: str | None = None
    """What people call the heir that its lifecycle names."""


class CandidateView(BaseModel):
    """A model that can make it. `reason`: its price, speed and rank in words, and of the first why it was chosen."""

    model: str
    name: str
    cost_usd: Decimal
    seconds: float
    reason: str


class LeftOutView(BaseModel):
    """A model that does the operation, but not this request, and why."""

    model: str
    name: str
    reason: str
    fields: dict[str, str] = Field(default={}, exclude=True)
