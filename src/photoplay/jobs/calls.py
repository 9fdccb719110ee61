"""News from outside, kept by what they name: each call counts once, also one that comes before its subject is known."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.rows import insert_into
from photoplay.jobs.tables import CallRow, ReferenceRow


def take_call(session: Session, caller: str, *, key: str, reference: str) -> bool:
    """Keeps a call of `caller` about `reference`. Whether it is new: the same `key` is taken once."""
    row = {"key": _hash(caller, key), "reference": _hash(caller, reference), "at": clock.now()}
    made = insert_into(session, CallRow).values(row).on_conflict_do_nothing().returning(CallRow.key)
    return session.scalar(made) is not None


def subject_of_call(session: Session, caller: str, reference: str) -> str | None:
    """What a call about this reference means; None as long as nobody expects it."""
    row = session.get(ReferenceRow, _hash(caller, reference))
    return None if row is None else row.subject


def expect_calls(session: Session, caller: str, references: Iterable[str], subject: str) -> bool:
    """From now on calls of `caller` that name one of the references mean `subject`. Whether one has come already."""
    hashes = sorted({_hash(caller, reference) for reference in references})
    if not hashes:
        return False
    at = clock.now()
    rows = [{"reference": reference, "subject": subject, "at": at} for reference in hashes]
    session.execute(insert_into(session, ReferenceRow).values(rows).on_conflict_do_nothing())
    return session.scalar(select(CallRow.key).where(CallRow.reference.in_(hashes)).limit(1)) is not None


def forget_calls(session: Session, before: datetime) -> None:
    """Forgets calls and references that are older. A call sent again after that is taken as a new one."""
    session.execute(delete(CallRow).where(CallRow.at < before))
    session.execute(delete(ReferenceRow).where(ReferenceRow.at < before))


def _hash(caller: str, words: str) -> str:
    return hashlib.sha256(f"{caller}\n{words}".encode()).hexdigest()
