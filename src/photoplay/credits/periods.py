"""Days and months as quotas and budgets count them: in UTC, each with a beginning and a moment at which it starts anew."""

from datetime import UTC, datetime, timedelta
from typing import Literal

Period = Literal["day", "month", "total"]


def began(period: Period, now: datetime) -> datetime:
    """When the period that `now` lies in began."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case "day":
            return day
        case "month":
            return day.replace(day=1)
        case "total":
            return datetime.fromtimestamp(0, UTC)


def resets(period: Period, now: datetime) -> datetime | None:
    """When the next one begins; None for what never starts anew."""
    match period:
        case "day":
            return began("day", now) + timedelta(days=1)
        case "month":
            return (began("month", now) + timedelta(days=32)).replace(day=1)
        case "total":
            return None


def said(moment: datetime | None) -> str:
    """When it starts anew, in a sentence for people."""
    if moment is None:
        return "It does not start anew by itself."
    return f"It starts anew on {moment.day} {moment:%B %Y} at {moment:%H:%M} UTC."
