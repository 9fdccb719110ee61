"""Reads the outbox."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.events.schemas import EventView
from photoplay.events.tables import CounterRow, EventRow


def last_number(session: Session, owner_id: str) -> int:
    """The number of the owner's newest event; 0 when there is none."""
    return session.scalar(select(CounterRow.last).where(CounterRow.owner_id == owner_id)) or 0


def events_after(session: Session, owner_id: str, number: int, *, limit: int = 500) -> list[EventView] | None:
    """The owner's events after this number, oldest first; None when some of them are no longer kept (then read the rows)."""
    query = (
        select(EventRow)
        .where(EventRow.owner_id == owner_id, EventRow.number > number)
        .order_by(EventRow.number)
        .limit(limit)
    )
    rows = session.scalars(query).all()
    newest = last_number(session, owner_id)
    if number > newest or (number < newest and (not rows or rows[0].number != number + 1)):
        return None
    return [_view(row) for row in rows]


def events_between(session: Session, owner_id: str, *, after: int, last: int) -> list[EventView]:
    """Those of the owner's events after one number and up to another that are still kept, oldest first."""
    query = select(EventRow).where(EventRow.owner_id == owner_id, EventRow.number > after, EventRow.number <= last)
    return [_view(row) for row in session.scalars(query.order_by(EventRow.number))]


def _view(row: EventRow) -> EventView:
    return EventView(id=row.number, event=row.name, data=row.data, at=row.at)
