"""Models that an operator adds, as the doors take and tell them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from photoplay.catalog.prices import PriceRule

BY_OPERATOR: Final = "set by the operator of this studio"
FOR_NOTHING: Final = "a machine of your own bills nothing"
GIVEN_CHARACTERS: Final = 1_000_000


class OwnPrice(BaseModel):
    """What a model costs, as its operator says. Without an operation it is the price of everything the model does."""

    model_config = ConfigDict(extra="forbid")

    operation: str | None = None
    unit: Literal["free", "image", "megapixel", "second", "minute", "1k-characters", "run", "song"] = "run"
    cost_usd: Decimal = Field(default=Decimal(0), ge=0, le=10_000)

    def rules(self, operations: tuple[str, ...], on: date, *, source: str = BY_OPERATOR) -> list[PriceRule]:
        """The price as rules of a catalogue."""
        named = operations if self.operation is None else (self.operation,)
        return [
            PriceRule(operation=name, unit=self.unit, cost_usd=self.cost_usd, source=source, read_on=on)
            for name in named
        ]


class NewAddedModel(BaseModel):
    """A model to be added: which provider has it, and what it is called there."""

    model_config = ConfigDict(extra="forbid")

    provider: str = Field(max_length=60, examples=["replicate"])
    reference: str = Field(
        min_length=1, max_length=500, description="What names it there.", examples=["owner/name"], pattern=r"^[^\x00]*$"
    )
    title: str = Field(default="", max_length=80, description="What people read. Empty: as its vendor calls it.")
    given: dict[str, JsonValue] = Field(
        default_factory=dict, description="What this provider asks for besides, such as a workflow."
    )
    prices: list[OwnPrice] = Field(default_factory=list, max_length=20, description="Empty: as its vendor tells.")
    account: str | None = Field(
        default=None,
        max_length=40,
        description="Which of several servers of your own has it. Empty: the first that does.",
    )


class AddedModelChange(BaseModel):
    """What is to be changed of an added model; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(default=None, min_length=1, max_length=80)
    given: dict[str, JsonValue] | None = None
    prices: list[OwnPrice] | None = Field(default=None, max_length=20)


class AddedModelView(BaseModel):
    """A model that was added. `problem` says what keeps it from being ordered; `prices` in words, by operation."""

    id: str
    model: str
    provider: str
    provider_title: str
    reference: str
    account: str | None
    """The account at which it runs, of servers of one's own; None: any."""
    title: str
    operations: list[str]
    options: list[str]
    """The settings that it alone has."""
    price_text: str
    prices: dict[str, str]
    has_own_prices: bool
    """Whether the operator set them."""
    own_price: OwnPrice | None
    """The first of them."""
    given: dict[str, Any]
    problem: str | None
    described_at: datetime
    created_at: datetime


class AddingView(BaseModel):
    """A provider whose models can be added: what its reference is, and the form of what is asked for besides."""

    provider: str
    title: str
    about: str
    reference: str
    example: str
    form: dict[str, Any]
    is_own: bool
    can_suggest: bool
    needs_key: str | None
    """What to do before it can be asked."""
