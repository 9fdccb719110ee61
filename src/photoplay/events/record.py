"""Writes a fact into the outbox, in the transaction that made it true."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.db import after_commit
from photoplay.core.rows import insert_into, table_of
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
    """The counter stays locked until the transaction ends, so numbers have no gaps and are committed in their order."""
    first = insert_into(session, CounterRow).values(owner_id=owner_id, last=1)
    raised = first.on_conflict_do_update(index_elements=["owner_id"], set_={"last": CounterRow.last + 1})
    return session.connection().execute(raised.returning(CounterRow.last)).scalar_one()
