"""Accounts with what is available and held, the append-only ledger that explains both, and the limits on spending."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from photoplay.core.rows import Row


class AccountRow(Row):
    """A metered account counts in credits and never goes below zero; an unmetered one counts dollars and has no balance."""

    __tablename__ = "accounts"
    owner_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_metered: Mapped[bool]
    available_credits: Mapped[int] = mapped_column(default=0)
    held_credits: Mapped[int] = mapped_column(default=0)
    held_usd: Mapped[Decimal] = mapped_column(default=Decimal(0))
    plan: Mapped[str] = mapped_column(String(40), default="free")
    warn_above_credits: Mapped[int | None]
    warn_above_usd: Mapped[Decimal | None]
    """From which price the owner wants a warning; None: the studio's."""
    approve_above_credits: Mapped[int | None]
    approve_above_usd: Mapped[Decimal | None]
    """From which price somebody must approve; None: the studio's, which may be none."""
    __table_args__ = (
        CheckConstraint("available_credits >= 0", name="available_not_negative"),
        CheckConstraint("held_credits >= 0", name="held_not_negative"),
        CheckConstraint("held_usd >= 0", name="held_usd_not_negative"),
    )


class EntryRow(Row):
    """One line of the ledger. Never changed, never deleted; `key` makes a replay harmless."""

    __tablename__ = "entries"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    generation_id: Mapped[str | None] = mapped_column(String(40), index=True)
    order_id: Mapped[str | None] = mapped_column(String(60))
    api_key_id: Mapped[str | None] = mapped_column(String(40))
    """The key that the generation was asked for with, whose budget it counts in."""
    campaign_id: Mapped[str | None] = mapped_column(String(40))
    client_id: Mapped[str | None] = mapped_column(String(40))
    """The campaign that it is charged to and its client, whose budgets it counts in."""
    amount_credits: Mapped[int | None]
    amount_usd: Mapped[Decimal]
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    charged_at: Mapped[datetime]
    """When its generation was asked for: the day and month whose quotas and budgets it counts in."""
    __table_args__ = (Index("ix_entries_owner_id_id", "owner_id", "id"),)


class DayRow(Row):
    """What the entries of one account and API key come to that count in one day: quotas and budgets are read from here."""

    __tablename__ = "spending_days"
    owner_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[datetime] = mapped_column(primary_key=True)
    """When it began, in UTC."""
    api_key_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Empty: without a key."""
    generations: Mapped[int]
    amount_credits: Mapped[int]
    amount_usd: Mapped[Decimal]
    settled_usd: Mapped[Decimal]
    """Of which settled. Amounts are signed as those of entries."""


class CampaignDayRow(Row):
    """What the entries of one campaign come to that count in one day; its budgets and its client's are read from here."""

    __tablename__ = "campaign_days"
    campaign_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[datetime] = mapped_column(primary_key=True)
    """When it began, in UTC."""
    client_id: Mapped[str] = mapped_column(String(40), index=True)
    owner_id: Mapped[str] = mapped_column(String(40), index=True)
    generations: Mapped[int]
    amount_credits: Mapped[int]
    amount_usd: Mapped[Decimal]
    settled_credits: Mapped[int]
    settled_usd: Mapped[Decimal]
    """Of which settled. Amounts are signed as those of entries."""


class BudgetRow(Row):
    """The most that may be spent on one thing (an API key, a campaign) in a period, in the unit of its owner's account."""

    __tablename__ = "budgets"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(10))
    amount_credits: Mapped[int | None]
    amount_usd: Mapped[Decimal | None]
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("owner_id", "scope", "subject_id", "period"),)


class RuleRow(Row):
    """What an admin has set instead of what is shipped: `pricing`, or `plan:NAME`. Only what differs is kept."""

    __tablename__ = "money_rules"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    changes: Mapped[dict[str, Any]]


class PurchaseRow(Row):
    """One package of credits that somebody set out to buy. Its credits are granted once, under its id."""

    __tablename__ = "purchases"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40), index=True)
    package: Mapped[str] = mapped_column(String(40))
    credits: Mapped[int]
    price_usd: Mapped[Decimal]
    provider: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
