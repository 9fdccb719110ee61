"""Quotes, accounts, entries and receipts as every door tells them."""

from datetime import datetime
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from photoplay.catalog import CandidateView, LeftOutView
from photoplay.credits.periods import Period
from photoplay.operations import MediaKind
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
    is_flat: bool = False
    """Whether the price is the plan's, whatever is billed."""
    estimated_seconds: float
    params: dict[str, object]
    model_name: str = ""
    notices: list[Notice] = []
    """What of the request this item could not honour, in a batch."""


class QuoteView(BaseModel):
    """What a request will cost, itemised. `token` proves it for 15 minutes.

    `total_cost_usd` is what is expected, between `low_usd` and `high_usd` where the output decides; the high end is held
    and compared with the ceiling, and what was billed is charged. `quality_cost_usd` is its part above the model's cheapest
    quality; members pay `markup_usd` on top and `batch_discount_usd` less, in whole credits. `candidates` are the models
    that can make it, the best first; `left_out` those that cannot, and why.
    """

    provider: str
    model: str
    model_name: str
    operation: str
    resolution: str
    count: int
    base_cost_usd: Decimal
    quality_cost_usd: Decimal
    markup_usd: Decimal
    batch_discount_usd: Decimal
    total_cost_usd: Decimal
    low_usd: Decimal
    high_usd: Decimal
    estimated_seconds: float
    credits_required: int | None
    reasons: list[str]
    notices: list[Notice]
    above_warning: bool
    """Whether it is above the price from which its owner wants a warning."""
    needs_approval: bool
    """Whether it will wait until the owner of the studio approves it."""
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


class QuotaView(BaseModel):
    """How many generations the plan allows in a period (UTC), and how many are left. None: no limit."""

    period: Period
    limit: int | None
    used: int
    left: int | None
    resets_at: datetime | None


BudgetScope = Literal["account", "key", "campaign", "client"]
"""What a budget may be on."""


class NewBudget(BaseModel):
    """The most that may be spent in a period: credits for a metered account, dollars for an unmetered one.

    `scope` says on what: the whole account, or the API key, campaign or client of the id `subject_id`.
    """

    model_config = ConfigDict(extra="forbid")

    scope: BudgetScope = "account"
    subject_id: str | None = Field(default=None, max_length=40)
    period: Period = "month"
    amount_credits: int | None = Field(default=None, ge=0, le=1_000_000_000)
    amount_usd: Decimal | None = Field(default=None, ge=0, le=10_000_000, decimal_places=6)

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if (self.amount_credits is None) == (self.amount_usd is None):
            raise ValueError('Name one of "amount_credits" and "amount_usd".')
        if (self.scope == "account") != (self.subject_id is None):
            raise ValueError(
                'Name the key, campaign or client as "subject_id"; a budget for the account names nothing.'
            )
        return self


class BudgetView(BaseModel):
    """A budget, what is spent of it with what is held, and when it starts anew. In one unit: the other is None."""

    id: str
    scope: BudgetScope
    subject_id: str
    period: Period
    amount_credits: int | None
    amount_usd: Decimal | None
    spent_credits: int | None
    spent_usd: Decimal | None
    left_credits: int | None
    left_usd: Decimal | None
    resets_at: datetime | None


class AccountDetails(AccountView):
    """Everything that limits what an owner may spend. The prices above which something happens are in the account's unit."""

    plan: str | None
    """The plan of a metered account."""
    quotas: list[QuotaView]
    budgets: list[BudgetView]
    per_minute: dict[MediaKind, int]
    """Requests in a minute by kind of media; without an entry, no limit."""
    warn_above_credits: int | None
    warn_above_usd: Decimal | None
    approve_above_credits: int | None
    approve_above_usd: Decimal | None


class AccountChange(BaseModel):
    """What an owner may set about their account; null is the studio's usual one."""

    model_config = ConfigDict(extra="forbid")

    warn_above_credits: int | None = Field(default=None, ge=0, le=1_000_000_000)
    warn_above_usd: Decimal | None = Field(default=None, ge=0, le=10_000_000, decimal_places=6)


class MemberChange(BaseModel):
    """What the owner of the studio may set about somebody's account; what is left out stays, null is the studio's usual."""

    model_config = ConfigDict(extra="forbid")

    plan: str | None = None
    approve_above_credits: int | None = Field(default=None, ge=0, le=1_000_000_000)
    approve_above_usd: Decimal | None = Field(default=None, ge=0, le=10_000_000, decimal_places=6)


class EntryView(BaseModel):
    """One line of the ledger."""

    id: str
    kind: str
    generation_id: str | None
    order_id: str | None
    campaign_id: str | None = None
    """What its generation is charged to; None: no campaign."""
    amount_credits: int | None
    amount_usd: Decimal
    balance_credits: int | None = None
    """The sum of all entries up to this one, where it was asked for; None for an account in dollars."""
    balance_usd: Decimal | None = None
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
