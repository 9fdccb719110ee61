"""Requests for media, and generations as every door tells them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from photoplay.assets import AssetView, UsedPreset
from photoplay.catalog import Prefer
from photoplay.credits import Ceiling
from photoplay.providers import Notice


class InputRef(BaseModel):
    """An input: an asset or upload of yours, the first result of a generation of yours, or the file at an address.

    What is at the address is fetched before anything is held, and kept as an asset of yours.
    """

    model_config = ConfigDict(extra="forbid")

    asset: str | None = None
    generation: str | None = None
    upload: str | None = None
    address: str | None = Field(default=None, max_length=4000, examples=["https://example.org/harbour.jpg"])

    @model_validator(mode="after")
    def _one_of_them(self) -> "InputRef":
        if sum(value is not None for _name, value in self) != 1:
            raise ValueError('Name one of "asset", "generation", "upload" and "address".')
        return self


class MediaRequest(BaseModel):
    """What is asked for. `params` are those of the operation and of the model, flat; `count` asks for several at once.

    `presets` are names of presets, applied before anything else; `preset` is short for one, and the params `style_pack`,
    `mood`, `cinematography` and `motif` may name the studio's too. The notices have the prompt that comes of it.
    """

    model_config = ConfigDict(extra="forbid")

    operation: str = Field(examples=["text-to-image"])
    model: str = Field(default="auto", examples=["local:scene"])
    params: dict[str, Any] = Field(default_factory=dict, examples=[{"prompt": "calm ocean at sunset"}])
    inputs: dict[str, InputRef | list[InputRef]] = Field(
        default_factory=dict, examples=[{"source": {"asset": "ast_01k"}, "reference": [{"address": "https://..."}]}]
    )
    presets: list[str] = Field(default_factory=list, max_length=20, examples=[["cinematic", "golden-hour"]])
    preset: str | None = None
    count: int = Field(default=1, ge=1, le=50)
    ceiling: Ceiling | None = None
    prefer: Prefer = Field(default="cheapest", description='What counts where the model is "auto".')
    allow_heir: bool = Field(default=False, description="Whether the heir of a retired model may make it.")
    failover: bool | None = Field(
        default=None,
        description="Whether another model may make it, for what was agreed, when the chosen one cannot. "
        'Empty: where the model is "auto".',
    )


class GenerationRequest(MediaRequest):
    """A request that is to be carried out. `quote` is the token of a quote; `retry_of` names the generation it repeats."""

    quote: str | None = None
    retry_of: str | None = None
    priority: int = Field(default=0, ge=-10, le=10)


class ErrorView(BaseModel):
    """Why a generation failed."""

    code: str
    message: str
    retryable: bool


class PreviewView(BaseModel):
    """What can be shown of a generation that still runs."""

    url: str
    mime: str


class OrderView(BaseModel):
    """One send to a provider, for the operator."""

    id: str
    provider: str
    model: str
    account: str
    """The account at the vendor: `environment`, or the id of one in Settings."""
    status: str
    code: str | None
    billed_usd: Decimal | None
    error: str | None
    sent_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None


class GenerationView(BaseModel):
    """A generation and what came of it. `prompt` is as it was asked for; `params` has it as it was sent, with `presets`."""

    model_config = ConfigDict(protected_namespaces=())

    id: str
    batch_id: str
    position: int
    operation: str
    kind: str
    model: str
    model_name: str
    provider: str
    prompt: str
    params: dict[str, Any]
    presets: list[UsedPreset]
    inputs: list[dict[str, Any]]
    status: str
    waits_for: str | None
    waits_because: str = ""
    """Why it is not begun, in a sentence, where its turn is not the reason: its vendor rests."""
    phase: str | None
    word: str
    progress: float | None
    seconds_left: float | None
    seconds_left_is_estimate: bool
    queue_position: int | None
    starts_in_seconds: float | None
    aspect: float | None
    preview: PreviewView | None
    error: ErrorView | None
    cost_usd: Decimal | None
    price_credits: int | None
    quoted_usd: Decimal
    can_cancel: bool
    cancel_asked: bool
    notices: list[Notice]
    retry_of: str | None
    assets: list[AssetView]
    orders: list[OrderView] = []
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class BatchView(BaseModel):
    """A batch and its generations."""

    batch_id: str
    items: list[GenerationView]
