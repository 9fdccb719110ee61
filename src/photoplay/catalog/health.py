"""How vendors are: what came of the last test of each account, of the last look at a vendor's models, of its last call."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.catalog.tables import VendorCheckRow
from photoplay.core import clock
from photoplay.core.rows import insert_into
from photoplay.providers import Health

DOUBTED_FOR: Final = timedelta(minutes=10)


class CheckView(BaseModel):
    """What a vendor said of an account. `balance` is in its own words."""

    is_ok: bool
    message: str
    balance: str | None
    at: datetime


def note_check(session: Session, subject: str, health: Health) -> CheckView:
    """Keeps what came of a check; a later one replaces it."""
    blank = {"subject": subject, "is_ok": False, "message": "", "balance": None, "at": clock.now()}
    session.execute(insert_into(session, VendorCheckRow).values(blank).on_conflict_do_nothing())
    row = session.get_one(VendorCheckRow, subject, with_for_update=True, populate_existing=True)
    row.is_ok, row.message, row.balance, row.at = health.is_ok, health.message, health.balance, clock.now()
    session.flush()
    return _view(row)


def note_call(session: Session, provider: str, trouble: str = "") -> None:
    """A vendor called at one of our hooks. `trouble`: why the call was not taken."""
    note_check(session, subject_of_calls(provider), Health(is_ok=not trouble, message=trouble))


def subject_of_calls(provider: str) -> str:
    """By what the last call of a vendor is kept."""
    return f"calls:{provider}"


def forget_check(session: Session, subject: str) -> None:
    """What was said of an account counts no more, for it was changed."""
    row = session.get(VendorCheckRow, subject)
    if row is not None:
        session.delete(row)


def checks_of(session: Session, subjects: Collection[str]) -> dict[str, CheckView]:
    """The last check of each of these that there was one of."""
    rows = session.scalars(select(VendorCheckRow).where(VendorCheckRow.subject.in_(subjects)))
    return {row.subject: _view(row) for row in rows}


def lately_refused(session: Session, subjects: Collection[str]) -> set[str]:
    """Those of these accounts whose last check, a short while ago, went wrong."""
    query = select(VendorCheckRow.subject).where(
        VendorCheckRow.subject.in_(subjects),
        VendorCheckRow.is_ok.is_(False),
        VendorCheckRow.at > clock.now() - DOUBTED_FOR,
    )
    return set(session.scalars(query))


def _view(row: VendorCheckRow) -> CheckView:
    return CheckView(is_ok=row.is_ok, message=row.message, balance=row.balance, at=row.at)
