"""One counter per owner, and the facts it has numbered without a gap."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from photoplay.core.rows import Row


class CounterRow(Row):
    """The number of an owner's newest event."""

    __tablename__ = "event_counters"
    owner_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]


class EventRow(Row):
    """A fact that happened, in the past tense: `generation.succeeded`."""

    __tablename__ = "events"
    owner_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    __table_args__ = (Index("ix_events_at", "at"),)
