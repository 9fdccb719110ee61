"""Writes facts into the outbox, in the transaction that made them true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

from sqlalchemy import Executable, insert
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.db import after_commit
from photoplay.core.rows import connection_of, dialect_of, insert_in, table_of
from photoplay.core.signals import tell
from photoplay.events.live import Hub
from photoplay.events.schemas import EventView
from photoplay.events.tables import CounterRow, EventRow

RECORDED: Final = "events"
"""The signal that events were stored: each process reads them and tells those who listen to it."""
_STORE: Final = insert(table_of(EventRow))


@dataclass(frozen=True)
class Fact:
    """Something that happened, by its name, with what it is about."""

    name: str
    data: Mapping[str, Any]


def record(session: Session, hub: Hub, owner_id: str, name: str, data: Mapping[str, Any]) -> int:
    """Numbers the fact, stores it, and tells whoever listens once the transaction is on disk. Returns its number."""
    return record_all(session, hub, owner_id, [Fact(name, data)])


def record_all(session: Session, hub: Hub, owner_id: str, facts: Sequence[Fact]) -> int:
    """Several facts of one owner at once, in their order. Returns the number of the last."""
    last, at = _raise_counter(session, owner_id, len(facts)), clock.now()
    views = [
        EventView(id=number, event=fact.name, data=dict(fact.data), at=at)
        for number, fact in enumerate(facts, last - len(facts) + 1)
    ]
    connection_of(session).execute(
        _STORE,
        [{"owner_id": owner_id, "number": view.id, "name": view.event, "data": view.data, "at": at} for view in views],
    )
    if not tell(session, RECORDED, {"owner": owner_id, "after": last - len(facts), "last": last}):
        after_commit(session, partial(_tell, hub, owner_id, views))
    return last


def _tell(hub: Hub, owner_id: str, views: Sequence[EventView]) -> None:
    for view in views:
        hub.tell_event(owner_id, view)


def _raise_counter(session: Session, owner_id: str, count: int) -> int:
    """The counter stays locked until the transaction ends, so numbers have no gaps and are committed in their order."""
    raised = connection_of(session).execute(_raise(dialect_of(session)), {"owner_id": owner_id, "last": count})
    last: int = raised.scalar_one()
    return last


@cache
def _raise(dialect: str) -> Executable:
    first = insert_in(dialect, CounterRow)
    raised = first.on_conflict_do_update(
        index_elements=["owner_id"], set_={"last": CounterRow.last + first.excluded.last}
    )
    return raised.returning(CounterRow.last)
