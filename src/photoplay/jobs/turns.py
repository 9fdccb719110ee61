"""Whose turn it is: what is to be done now and then is done by one process of all."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.rows import insert_into
from photoplay.jobs.tables import TurnRow


def take_turn(session: Session, name: str, *, every: timedelta) -> bool:
    """Whether it is to be done now, and by the caller. The first who asks gets it; the next after `every`."""
    now = clock.now()
    row = session.scalar(select(TurnRow).where(TurnRow.name == name).with_for_update())
    if row is None:
        first = insert_into(session, TurnRow).values({"name": name, "next_at": now + every})
        return session.scalar(first.on_conflict_do_nothing().returning(TurnRow.name)) is not None
    if row.next_at > now:
        return False
    row.next_at = now + every
    return True
