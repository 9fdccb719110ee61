"""Gives a vendor that fails again and again a rest, then one order as a trial. The row remembers it over restarts."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from photoplay import events
from photoplay.accounts import owner_of_studio
from photoplay.catalog import Resting
from photoplay.core import clock
from photoplay.core.rows import UtcTime, connection_of, insert_into, table_of
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Status
from photoplay.generation.tables import GenerationRow, RestRow

LONGEST_REST_SECONDS: Final = 900.0
_LONGEST: Final = timedelta(seconds=LONGEST_REST_SECONDS)
"""A rest that seems longer was begun before the clock was set back; it is over."""
TRIAL_SECONDS: Final = 300.0
"""So long a trial may stay without an answer; then another order is one."""
_WELL: Final = "well_vendors"
"""Where a session keeps the vendors that nothing was noted against when it looked."""
_KNOWN: Final = select(RestRow.until, RestRow.trial_until, RestRow.message).where(
    RestRow.provider == bindparam("provider")
)
_RESTING: Final = select(RestRow.provider, RestRow.until, RestRow.message).where(
    RestRow.until > bindparam("now", type_=UtcTime), RestRow.until <= bindparam("longest", type_=UtcTime)
)
_BEGIN_TRIAL: Final = update(table_of(RestRow)).where(
    RestRow.provider == bindparam("vendor"), RestRow.until.is_not(None)
)
_FORGET: Final = (
    delete(table_of(RestRow)).where(RestRow.provider == bindparam("provider")).returning(table_of(RestRow).c.until)
)
"""Past the session: who else has just forgotten it is no trouble, for an answer must be stored in any case."""


def resting(session: Session, providers: Collection[str] | None = None) -> dict[str, Resting]:
    """The vendors that rest now, or those of `providers` that do."""
    now = clock.now()
    rows = connection_of(session).execute(_RESTING, {"now": now, "longest": now + _LONGEST})
    return {
        row.provider: Resting(row.until, row.message) for row in rows if providers is None or row.provider in providers
    }


def wait_before(session: Session, provider: str) -> tuple[float, str]:
    """Seconds until an order may be sent to this vendor, and why in a sentence; 0 where it may be sent now."""
    row = None if _is_known_well(session, provider) else _rest_of(session, provider)
    if row is None or row.until is None:
        return 0.0, ""
    free_at = max(row.until, row.trial_until or row.until)
    left = free_at - clock.now()
    return (0.0 if left > _LONGEST else max(0.0, left.total_seconds())), row.message


def is_on_trial(session: Session, provider: str) -> bool:
    """Whether only one order at a time may go to this vendor, because it has just rested."""
    row = None if _is_known_well(session, provider) else _rest_of(session, provider)
    return row is not None and row.until is not None


def begin_trial(session: Session, provider: str) -> None:
    """The order that is sent now decides whether a vendor that has rested is back. Nothing to do for a healthy one."""
    if _is_known_well(session, provider):
        return
    trial_until = clock.now() + timedelta(seconds=TRIAL_SECONDS)
    connection_of(session).execute(_BEGIN_TRIAL, {"vendor": provider, "trial_until": trial_until})


def note_failure(session: Session, runtime: Runtime, provider: str, reason: str) -> None:
    """A vendor was away, refused its key or lost an answer. After some in a row it rests, longer each time; the owner is told."""
    session.info.pop(_WELL, None)
    values = {"provider": provider, "failures": 0, "rests": 0, "message": ""}
    session.execute(insert_into(session, RestRow).values(values).on_conflict_do_nothing())
    row = session.get(RestRow, provider, with_for_update=True, populate_existing=True)
    if row is None:
        return  # another order was answered this very moment
    row.failures += 1
    settings, was_on_trial = runtime.settings, row.until is not None
    if row.until is not None and row.until > clock.now() and row.trial_until is None:
        return
    if not was_on_trial and row.failures < settings.breaker_failures:
        return
    pause = min(LONGEST_REST_SECONDS, settings.breaker_rest_seconds * 2.0**row.rests)
    row.rests, row.trial_until, row.until = row.rests + 1, None, clock.now() + timedelta(seconds=pause)
    title = runtime.vendors.title_of(provider)
    row.message = f"{title} is resting until {row.until:%H:%M} UTC after {row.failures} failures. The last: {reason}"
    session.flush()
    _tell_resting(session, runtime, row)


def note_answered(session: Session, runtime: Runtime, provider: str) -> None:
    """A vendor answered as it should. If it had rested, it is back, and the owner is told; who waited for it goes on."""
    if _is_known_well(session, provider) or _rest_of(session, provider) is None:
        return
    forgotten = connection_of(session).execute(_FORGET, {"provider": provider}).first()
    had_rested = forgotten is not None and forgotten.until is not None
    if had_rested:
        owner = owner_of_studio(session)
        if owner is not None:
            facts = {"provider": provider, "title": runtime.vendors.title_of(provider)}
            events.record(session, runtime.hub, owner.id, "provider.back", facts)
        _go_on(session, runtime, provider)


def _rest_of(session: Session, provider: str) -> Any:
    """What is noted against a vendor. That there is nothing is kept in mind: many orders of one transaction ask."""
    row = connection_of(session).execute(_KNOWN, {"provider": provider}).first()
    if row is None:
        session.info.setdefault(_WELL, set()).add(provider)
    return row


def _is_known_well(session: Session, provider: str) -> bool:
    return provider in session.info.get(_WELL, ())


def let_back(session: Session, runtime: Runtime, provider: str) -> None:
    """The owner has mended something at this vendor: its rest is over, and its next order is a trial."""
    row = session.get(RestRow, provider)
    if row is not None and row.until is not None:
        row.until, row.trial_until = clock.now(), None
        _go_on(session, runtime, provider)


def look_again(session: Session, runtime: Runtime, provider: str) -> None:
    """A vendor was switched on or off: what waits for it is looked at once this is on disk."""
    _go_on(session, runtime, provider)


def _tell_resting(session: Session, runtime: Runtime, row: RestRow) -> None:
    """A vendor failed several times in a row and gets no orders for a while. For the owner."""
    owner = owner_of_studio(session)
    if owner is not None and row.until is not None:
        facts = {"provider": row.provider, "until": row.until.isoformat(), "message": row.message}
        events.record(session, runtime.hub, owner.id, "provider.resting", facts)


def _go_on(session: Session, runtime: Runtime, provider: str) -> None:
    query = select(GenerationRow.id).where(
        GenerationRow.status == Status.RUNNING.value, GenerationRow.provider == provider
    )
    for generation_id in session.scalars(query):
        runtime.wake_after(session, generation_id)
    runtime.admit_after(session)
