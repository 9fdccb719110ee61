"""Writes a fact into the outbox, in the transaction that made it true."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.db import after_commit
from photoplay.core.rows import table_of
from photoplay.events.live import Hub
from photoplay.events.schemas import EventView
from photoplay.events.tables import CounterRow, EventRow


def record(session: Session, hub: Hub, owner_id: str, name: str, data: Mapping[str, Any]) -> int:
    """Numbers the fact, stores it, and tells whoever listens once the transaction is on disk. Returns its number."""
    number = _next_number(session, owner_id)
    at = clock.now()
    values = {"owner_id": owner_id, "number": number, "name": name, "data": dict(data), "at": at}
    session.connection().execute(insert(table_of(EventRow)), values)
    view = EventView(id=number, event=name, data=dict(data), at=at)
    after_commit(session, lambda: hub.tell_event(owner_id, view))
    return number


def _next_number(session: Session, owner_id: str) -> int:
    raised = (
        update(CounterRow)
        .where(CounterRow.owner_id == owner_id)
        .values(last=CounterRow.last + 1)
        .returning(CounterRow.last)
    )
    number = session.execute(raised, execution_options={"synchronize_session": False}).scalar_one_or_none()
    if number is None:
        session.add(CounterRow(owner_id=owner_id, last=1))
        session.flush()
        return 1
    return number
