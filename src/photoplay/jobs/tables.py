"""Calls from outside that were taken, and what such calls may name."""

from datetime import datetime

from sqlalchemy import String
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
