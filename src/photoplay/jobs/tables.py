"""Who works on this database, whose turn it is to keep house, and the calls from outside that were taken."""

from datetime import datetime

from sqlalchemy import Boolean, String
from sqlalchemy.orm import Mapped, mapped_column

from photoplay.core.rows import Row


class CallRow(Row):
    """One call that was taken. Both hashes have the name of the caller in them."""

    __tablename__ = "calls"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Hash of what is the same when the call is sent twice."""
    reference: Mapped[str] = mapped_column(String(64), index=True)
    """Hash of what the call is about."""
    at: Mapped[datetime] = mapped_column(index=True)


class ReferenceRow(Row):
    """What a call may name, and the subject that it means."""

    __tablename__ = "call_references"
    reference: Mapped[str] = mapped_column(String(64), primary_key=True)
    subject: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(index=True)


class WorkerRow(Row):
    """A process that works here. While it beats, what it has taken is its own; a row that is gone has nothing."""

    __tablename__ = "workers"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[str] = mapped_column(String(200), unique=True)
    """The folder it holds: who comes there after it knows that it has ended."""
    kind: Mapped[str] = mapped_column(String(10))
    host: Mapped[str] = mapped_column(String(120))
    pid: Mapped[int]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    """By the clock of the database, so that clocks of machines need not agree."""
    is_leaving: Mapped[bool] = mapped_column(Boolean, default=False)


class TurnRow(Row):
    """Something one process of all does now and then."""

    __tablename__ = "turns"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_at: Mapped[datetime]


class SharedRow(Row):
    """What all processes must have alike: a mark of it, such as the hash of a secret."""

    __tablename__ = "shared"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    mark: Mapped[str] = mapped_column(String(80))
