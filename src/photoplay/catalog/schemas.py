"""A model as every door tells it."""

from typing import Any

from pydantic import BaseModel

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
