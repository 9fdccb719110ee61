"""Accounts with what is available and held, and the append-only ledger that explains both."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, String
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
    amount_credits: Mapped[int | None]
    amount_usd: Mapped[Decimal]
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_entries_owner_id_id", "owner_id", "id"),
        Index("ix_entries_owner_kind_at", "owner_id", "kind", "at"),
    )
