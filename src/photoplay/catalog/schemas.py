"""Models, and the choice among them, as every door tells them."""

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


class ModelView(BaseModel):
    """`form` has the JSON schema of what may be set, by operation; `price_text` is for people."""

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
