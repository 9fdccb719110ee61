"""An asset and its lists as every door tells them."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class NoteView(BaseModel):
    """Something to know about an asset, such as "half of the film is black"."""

    code: str
    message: str


class AssetView(BaseModel):
    """One kept media file. `files` has an address for each file that is there."""

    model_config = ConfigDict(protected_namespaces=())

    id: str
    kind: str
    mime: str
    size_bytes: int
    width: int | None
    height: int | None
    duration_seconds: float | None
    fps: float | None
    sha256: str
    title: str
    prompt: str
    operation: str
    model: str
    model_name: str
    params: dict[str, Any]
    seed: int | None
    cost_usd: Decimal | None
    price_credits: int | None
    parents: list[str]
    generation_id: str | None
    campaign: str | None
    """The id of the campaign that it is filed under: the one it was charged to, until somebody files it elsewhere."""
    created_at: datetime
    deleted_at: datetime | None
    thumbhash: str | None
    rating: int | None
    notes: list[NoteView]
    credentials: dict[str, Any] | None
    files: dict[str, str]


class UsedPreset(BaseModel):
    """A preset that a prompt was sent with."""

    name: str
    title: str


class RecipeView(BaseModel):
    """Everything that is needed to make an asset again. `params` has the prompt as it was sent, with its presets."""

    model_config = ConfigDict(protected_namespaces=())

    asset_id: str
    operation: str
    model: str
    prompt: str
    params: dict[str, Any]
    seed: int | None
    facts: dict[str, Any]
    presets: list[UsedPreset]
    inputs: list[dict[str, str]]
    campaign: str | None
    made_at: datetime
    photoplay_version: str


class Page(BaseModel, Generic[T]):
    """One page of a list. `next_cursor` is None at the end."""

    items: list[T]
    next_cursor: str | None


class MonthCount(BaseModel):
    """How many assets a month has."""

    month: str
    count: int


class TimelineView(BaseModel):
    """The months that have assets, the newest first, and how many there are in all."""

    items: list[MonthCount]
    total: int
