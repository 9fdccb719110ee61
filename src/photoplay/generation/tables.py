"""Batches, their generations, and the orders that were given for them."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from photoplay.core.rows import Row, index_of_some

_OF_CAMPAIGNS: Final = "campaign_id IS NOT NULL"
"""What is charged to no campaign costs no index anything."""


class BatchRow(Row):
    """One POST: who asked, by which key, for what, and at which frozen quote."""

    __tablename__ = "batches"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    body_hash: Mapped[str] = mapped_column(String(64))
    quote: Mapped[dict[str, Any]]
    ceiling: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    api_key_id: Mapped[str | None] = mapped_column(String(40))
    """The key that it was asked for with; None: by a person in the studio."""
    repeats: Mapped[int] = mapped_column(default=0)
    """How often the same request came again and was answered by this one."""
    created_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("owner_id", "idempotency_key"),
        Index("ix_batches_owner_id_id", "owner_id", "id"),
    )


class GenerationRow(Row):
    """One vendor call for one result, and its life. `status` is written by `advance.py` alone."""

    __tablename__ = "generations"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    api_key_id: Mapped[str | None] = mapped_column(String(40))
    """The key that its batch was asked for with."""
    campaign_id: Mapped[str | None] = mapped_column(String(40), default=None)
    """The campaign that it is charged to."""
    position: Mapped[int]
    operation: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    model: Mapped[str] = mapped_column(String(120))
    model_name: Mapped[str] = mapped_column(String(120))
    provider: Mapped[str] = mapped_column(String(60))
    lane: Mapped[str] = mapped_column(String(80))
    prompt: Mapped[str] = mapped_column(Text)
    params: Mapped[dict[str, Any]]
    asked: Mapped[dict[str, Any]]
    """The settings before they were fitted to the model."""
    inputs: Mapped[list[Any]]
    presets: Mapped[list[Any]] = mapped_column(default=list)
    """Names and titles of the presets that made `params` of `prompt`."""
    notices: Mapped[list[Any]]
    aspect: Mapped[float | None] = mapped_column(Float)
    status: Mapped[str] = mapped_column(String(12))
    waits_for: Mapped[str | None] = mapped_column(String(12))
    run_at: Mapped[datetime | None]
    """When it may begin at the earliest."""
    worker_id: Mapped[str | None] = mapped_column(String(40))
    """The process that brings it to its end. One that is no worker any more has nothing: whoever comes first takes it over."""
    priority: Mapped[int] = mapped_column(default=0)
    run: Mapped[int] = mapped_column(default=1)
    phase: Mapped[str | None] = mapped_column(String(12))
    word: Mapped[str] = mapped_column(String(40), default="")
    progress: Mapped[float | None] = mapped_column(Float)
    seconds_left: Mapped[float | None] = mapped_column(Float)
    is_estimate: Mapped[bool] = mapped_column(Boolean, default=False)
    seconds_expected: Mapped[float] = mapped_column(Float)
    preview: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    quoted_usd: Mapped[Decimal]
    """What it is expected to cost."""
    held_usd: Mapped[Decimal]
    """What it may cost: held, and the most that another of its candidates may cost."""
    price_credits: Mapped[int | None]
    is_flat: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether its price is the plan's, whatever is billed."""
    cost_usd: Mapped[Decimal | None]
    cancel_asked_at: Mapped[datetime | None]
    looks_again_at: Mapped[datetime | None] = mapped_column(default=None)
    """While it is uncertain: when its order is looked up next."""
    decided_by: Mapped[datetime | None] = mapped_column(default=None)
    """While it is uncertain: when it is given up, if nothing is found before."""
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    retry_of: Mapped[str | None] = mapped_column(String(40))
    links: Mapped[list[Any]] = mapped_column(default=list)
    """What it waits for, `{role, generation_id}`: the earlier ones of its batch; with no role they only come before it."""
    feeds: Mapped[list[Any]] = mapped_column(default=list)
    """The generations that wait for this one."""
    candidates: Mapped[list[Any]] = mapped_column(default=list)
    """The models that may make it instead, the best first. Empty: no failover."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_generations_queue", "status", "lane", "priority", "id"),
        Index("ix_generations_owner", "owner_id", "status", "id"),
        Index("ix_generations_owner_id", "owner_id", "id"),
        index_of_some("ix_generations_campaign", "campaign_id", "id", where=_OF_CAMPAIGNS),
    )


class OrderRow(Row):
    """One send to one provider, noted before it leaves. `{generation}-{n}`."""

    __tablename__ = "orders"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    generation_id: Mapped[str] = mapped_column(ForeignKey("generations.id"), index=True)
    number: Mapped[int]
    provider: Mapped[str] = mapped_column(String(60))
    model: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[str | None] = mapped_column(String(40))
    """The account at the vendor that it was given to; None: the one of the environment."""
    quoted_usd: Mapped[Decimal]
    """What it costs on this model where the vendor does not tell."""
    tokens: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many it is expected to take, in and out, at a vendor that bills by them; else 0."""
    status: Mapped[str] = mapped_column(String(12))
    request: Mapped[dict[str, Any]]
    ticket: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    delivery: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    billed_usd: Mapped[Decimal | None]
    vendor_number: Mapped[str | None] = mapped_column(String(200), default=None)
    """The vendor's own number of it, where a call of the vendor told it before its answer came."""
    received_sha256: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(String(40))
    lookups: Mapped[int] = mapped_column(default=0)
    repeats: Mapped[int] = mapped_column(default=0)
    """How often a restart came to where it is sent, and looked it up instead."""
    sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None] = mapped_column(default=None)
    """When its result was first seen to lie ready at the vendor."""
    retry_at: Mapped[datetime | None]
    """When a refused order is given once more to the same account; None: not to this account again."""
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_orders_sent", "provider", "sent_at"),
        Index("ix_orders_at_work", "provider", "ended_at"),
    )


class RestRow(Row):
    """How a vendor has failed lately. While `until` lies ahead it rests; after that one order at a time is its trial."""

    __tablename__ = "provider_rests"
    provider: Mapped[str] = mapped_column(String(60), primary_key=True)
    failures: Mapped[int]
    rests: Mapped[int]
    until: Mapped[datetime | None]
    trial_until: Mapped[datetime | None]
    message: Mapped[str] = mapped_column(Text)


class PauseRow(Row):
    """The operator holds back what waits: everything (an empty name), a provider, or one of its lanes."""

    __tablename__ = "pauses"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
