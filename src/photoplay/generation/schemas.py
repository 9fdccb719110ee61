"""Requests for media, and generations as every door tells them."""

from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, computed_field, model_validator

from photoplay.assets import AssetView, UsedPreset
from photoplay.catalog import Prefer
from photoplay.credits import Ceiling
from photoplay.generation.status import Status
from photoplay.providers import Notice

MOST_ITEMS: Final = 100
"""So many generations a batch has at most."""


class InputRef(BaseModel):
    """An input: an asset or upload of yours, the first result of a generation of yours, or the file at an address.

    What is at the address is fetched before anything is held, and kept as an asset of yours. In a batch `item` is the
    first result of one of its earlier items, counted from 0, as soon as that has succeeded.
    """

    model_config = ConfigDict(extra="forbid")

    asset: str | None = None
    generation: str | None = None
    upload: str | None = None
    address: str | None = Field(default=None, max_length=4000, examples=["https://example.org/harbour.jpg"])
    item: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _one_of_them(self) -> "InputRef":
        if sum(value is not None for _name, value in self) != 1:
            raise ValueError('Name one of "asset", "generation", "upload", "address" and "item".')
        return self


class MediaRequest(BaseModel):
    """What is asked for. `params` are those of the operation and of the model, flat; `count` asks for several at once.

    `presets` are names of presets, applied before anything else; `preset` is short for one, and the params `style_pack`,
    `mood`, `cinematography` and `motif` may name the studio's too. The notices have the prompt that comes of it.
    """

    model_config = ConfigDict(extra="forbid")

    operation: str = Field(examples=["text-to-image"])
    model: str = Field(
        default="auto",
        examples=["local:scene"],
        description='A model by its id or name; a vendor by its name ("openai"), for its usual model; or "auto".',
    )
    params: dict[str, Any] = Field(default_factory=dict, examples=[{"prompt": "calm ocean at sunset"}])
    inputs: dict[str, InputRef | list[InputRef]] = Field(
        default_factory=dict, examples=[{"source": {"asset": "ast_01k"}, "reference": [{"address": "https://..."}]}]
    )
    presets: list[str] = Field(default_factory=list, max_length=20, examples=[["cinematic", "golden-hour"]])
    preset: str | None = None
    count: int = Field(default=1, ge=1, le=50)
    ceiling: Ceiling | None = None
    prefer: Prefer = Field(default="cheapest", description='What counts where the model is "auto".')
    campaign_id: str | None = Field(
        default=None, max_length=40, description="The campaign that it is charged to, whose budgets it counts in."
    )
    allow_heir: bool = Field(default=False, description="Whether the heir of a retired model may make it.")
    failover: bool | None = Field(
        default=None,
        description="Whether another model may make it, for what was agreed, when the chosen one cannot. "
        'Empty: where the model is "auto".',
    )


class WorkRequest(MediaRequest):
    """A request that is to be carried out. `retry_of` names the generation it repeats."""

    retry_of: str | None = None
    priority: int = Field(default=0, ge=-10, le=10)
    run_at: AwareDatetime | None = Field(
        default=None,
        description="When it may begin at the earliest, with its zone, at most 30 days ahead. The price is held from now on.",
    )


class _Agreed(BaseModel):
    """What says that the price is agreed to."""

    quote: str | None = None
    second_thought: bool = Field(
        default=False,
        description="Above your warning price, wait five seconds before the order leaves, in which a cancel is free.",
    )


class GenerationRequest(WorkRequest, _Agreed):
    """A request on its own. `quote` is the token of a quote."""


class BatchItem(WorkRequest):
    r"""One item of a batch.

    `after` names an earlier item, counted from 0, that must have succeeded before this one begins, where it is not an
    input of it. `matrix` makes one item of each combination: of the alternatives in the prompt (`{red|blue} kite`;
    `\{` is a brace) and of the values listed here, by setting or as "model".
    """

    after: int | None = Field(default=None, ge=0)
    matrix: dict[str, list[Any]] | None = Field(default=None, examples=[{"aspect": ["1:1", "16:9"]}])


class BatchToPrice(BaseModel):
    """Items of any models and operations, priced together. The ceiling is for all of them."""

    model_config = ConfigDict(extra="forbid")

    items: list[BatchItem] = Field(min_length=1, max_length=MOST_ITEMS)
    ceiling: Ceiling | None = None
    campaign_id: str | None = Field(
        default=None, max_length=40, description="The campaign that all are charged to which name none of their own."
    )


class BatchRequest(BatchToPrice, _Agreed):
    """A batch that is to be carried out, as a whole or not at all. `quote` is the token of its quote."""


class ErrorView(BaseModel):
    """Why a generation failed."""

    code: str
    message: str
    retryable: bool


class PreviewView(BaseModel):
    """What can be shown of a generation that still runs."""

    url: str
    mime: str
    number: int = Field(default=0, exclude=True)


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
    run_at: datetime | None = None
    leaves_in_seconds: float | None = None
    """How long it can still be taken back before it leaves, above the warning price."""
    """When it may begin at the earliest."""
    waits_because: str = ""
    """Why it is not begun, in a sentence, where its turn is not the reason: its vendor rests, or it waits to be approved."""
    waits_on: list[str] = []
    """The generations of its batch that come before it: what it begins with, or waits for."""
    phase: str | None
    word: str
    progress: float | None
    seconds_left: float | None
    seconds_left_is_estimate: bool
    looks_again_at: datetime | None = None
    """While it is uncertain: when its order is looked up next."""
    decided_by: datetime | None = None
    """While it is uncertain: when it is given up, if nothing is found before."""
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
    campaign_id: str | None = None
    """The campaign that it is charged to."""
    assets: list[AssetView]
    orders: list[OrderView] = []
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class BatchView(BaseModel):
    """A batch and its generations, and how they stand together."""

    batch_id: str
    items: list[GenerationView]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def is_final(self) -> bool:
        """Whether all of them have ended."""
        return all(Status(item.status).is_final for item in self.items)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def counts(self) -> dict[str, int]:
        """How many stand where, by status."""
        return dict(Counter(item.status for item in self.items))

    @computed_field  # type: ignore[prop-decorator]
    @property
    def quoted_usd(self) -> Decimal:
        """What all of them are expected to cost."""
        return sum((item.quoted_usd for item in self.items), Decimal(0))

    @computed_field  # type: ignore[prop-decorator]
    @property
    def cost_usd(self) -> Decimal:
        """What those that have ended did cost."""
        return sum((item.cost_usd or Decimal(0) for item in self.items), Decimal(0))
