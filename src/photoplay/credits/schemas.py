"""Quotes, accounts, entries and receipts as every door tells them."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from photoplay.catalog import CandidateView, LeftOutView
from photoplay.providers import Notice


class Ceiling(BaseModel):
    """The most a request may cost: credits for a metered account, dollars for an unmetered one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_price_credits: int | None = Field(default=None, ge=0)
    max_cost_usd: Decimal | None = Field(default=None, ge=0, decimal_places=6)


class QuoteItem(BaseModel):
    """What one generation will cost."""

    model: str
    operation: str
    cost_usd: Decimal
    low_usd: Decimal
    high_usd: Decimal
    """What is held."""
    price_credits: int | None
    estimated_seconds: float
    params: dict[str, object]
    model_name: str = ""
    notices: list[Notice] = []
    """What of the request this item could not honour, in a batch."""


class QuoteView(BaseModel):
    """What a request will cost, itemised. `token` proves it for 15 minutes.

    `total_cost_usd` is what is expected, between `low_usd` and `high_usd` where the output decides; the high end is held
    and compared with the ceiling, and what was billed is charged. `quality_cost_usd` is its part above the model's cheapest
    quality. `candidates` are the models that can make it, the best first; `left_out` those that cannot, and why.
    """

    provider: str
    model: str
    model_name: str
    operation: str
    resolution: str
    count: int
    base_cost_usd: Decimal
    quality_cost_usd: Decimal
    batch_discount_usd: Decimal
    total_cost_usd: Decimal
    low_usd: Decimal
    high_usd: Decimal
    estimated_seconds: float
    credits_required: int | None
    reasons: list[str]
    notices: list[Notice]
    candidates: list[CandidateView]
    left_out: list[LeftOutView]
    items: list[QuoteItem]
    token: str
    expires_at: datetime


class AccountView(BaseModel):
    """What an owner has and holds. Credits are None where the account is not metered."""

    metered: bool
    available_credits: int | None
    held_credits: int | None
    held_usd: Decimal
    spent_this_month_usd: Decimal


class EntryView(BaseModel):
    """One line of the ledger."""

    id: str
    kind: str
    generation_id: str | None
    order_id: str | None
    amount_credits: int | None
    amount_usd: Decimal
    note: str
    at: datetime


class ReceiptView(BaseModel):
    """The money of one generation: what was held, billed and given back, and when."""

    held_usd: Decimal | None
    held_at: datetime | None
    billed_usd: Decimal | None
    billed_at: datetime | None
    price_credits: int | None
    entries: list[EntryView]
