"""Forgets old events. A program that comes back later is told to read the rows."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from photoplay.events.tables import EventRow


def forget_before(session: Session, cutoff: datetime) -> None:
    """Deletes the events from before this time."""
    session.execute(delete(EventRow).where(EventRow.at < cutoff))
