"""What the studio has learnt about models."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from photoplay.core.rows import Row


class DurationRow(Row):
    """The last run times of one kind of order on one model, in milliseconds, the newest last."""

    __tablename__ = "durations"
    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    operation: Mapped[str] = mapped_column(String(40), primary_key=True)
    size: Mapped[str] = mapped_column(String(60), primary_key=True)
    millis: Mapped[list[Any]]
