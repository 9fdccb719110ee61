"""How a vendor has served lately, by the orders it was given: what came back, how soon, and what went wrong last."""

from datetime import datetime, timedelta
from statistics import median
from typing import Final

from pydantic import BaseModel
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from photoplay.catalog import ENVIRONMENT
from photoplay.core import clock
from photoplay.generation.tables import OrderRow

SINCE: Final = timedelta(days=7)
MOST: Final = 200
_FAULTS: Final = frozenset({"vendor_unavailable", "not_configured", "vendor_failed"})
"""What counts against a vendor. That it refused what somebody asked for, or was busy, does not."""
_Line = Row[str, str | None, str | None, datetime, datetime | None]


class VendorRecord(BaseModel):
    """The last orders of a week, at most 200. `success_share` is 0 to 1, of those that delivered or failed by the vendor.

    `at_work`: orders out now, by account.
    """

    orders: int = 0
    delivered: int = 0
    failed: int = 0
    success_share: float | None = None
    median_seconds: float | None = None
    """From the sending to the stored result."""
    last_error: str | None = None
    last_error_at: datetime | None = None
    at_work: dict[str, int] = {}


def vendor_record(session: Session, provider: str) -> VendorRecord:
    """How this vendor has served lately."""
    query = select(OrderRow.status, OrderRow.code, OrderRow.error, OrderRow.sent_at, OrderRow.ended_at)
    query = query.where(OrderRow.provider == provider, OrderRow.sent_at > clock.now() - SINCE)
    lines = session.execute(query.order_by(OrderRow.sent_at.desc()).limit(MOST)).all()
    times = [(line.ended_at - line.sent_at).total_seconds() for line in lines if _is_delivered(line) and line.ended_at]
    faults = [line for line in lines if _is_fault(line)]
    delivered = sum(_is_delivered(line) for line in lines)
    judged = delivered + len(faults)
    return VendorRecord(
        orders=len(lines),
        delivered=delivered,
        failed=len(faults),
        success_share=delivered / judged if judged else None,
        median_seconds=round(median(times), 1) if times else None,
        last_error=faults[0].error if faults else None,
        last_error_at=faults[0].sent_at if faults else None,
        at_work=_at_work(session, provider),
    )


def _is_delivered(line: _Line) -> bool:
    status: str = line.status
    return status == "delivered"


def _is_fault(line: _Line) -> bool:
    status: str = line.status
    return status == "unknown" or (status == "refused" and line.code in _FAULTS)


def _at_work(session: Session, provider: str) -> dict[str, int]:
    query = select(OrderRow.account_id, func.count()).where(OrderRow.provider == provider, OrderRow.ended_at.is_(None))
    rows = session.execute(query.group_by(OrderRow.account_id))
    return {account or ENVIRONMENT: count for account, count in rows}
