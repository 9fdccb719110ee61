"""What the operator holds back: nothing of it is begun, what is begun goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.rows import connection_of, insert_into
from photoplay.generation.errors import NothingToPause
from photoplay.generation.runtime import Runtime
from photoplay.generation.tables import PauseRow

EVERYTHING = ""
"""The name of a pause of all there is; others are called as their provider, or as their lane: `local/films`."""

_HELD: Final = select(PauseRow.name, PauseRow.reason, PauseRow.since).order_by(PauseRow.name)
"""Every request asks this: columns are read in a third of the time of rows."""


@dataclass(frozen=True)
class Pause:
    """Since when something is held back, and why."""

    name: str
    reason: str
    since: datetime

    @property
    def words(self) -> str:
        """What people read at what waits for it."""
        why = f": {self.reason}" if self.reason else ""
        return f"Held back by the operator since {self.since:%H:%M} UTC{why}"


def check_pausable(runtime: Runtime, name: str) -> None:
    """Raises `NothingToPause` for what is neither everything, a provider nor a lane."""
    provider, _, lane = name.partition("/")
    offers = [offer for offer in runtime.catalog.offers() if offer.provider == provider]
    lanes = {one for offer in offers for one in (*offer.card.lanes.values(), "")}
    if name != EVERYTHING and (not offers or lane not in lanes):
        raise NothingToPause(f'There is no provider or lane "{name}". Call it as `photoplay jobs` shows it.')


def pause(session: Session, name: str, *, reason: str = "") -> None:
    """Holds back everything, a provider or a lane from now on. Once more changes the reason."""
    values = {"name": name, "reason": reason.strip()[:200], "since": clock.now()}
    held = insert_into(session, PauseRow).values(values)
    session.execute(held.on_conflict_do_update(index_elements=["name"], set_={"reason": held.excluded.reason}))


def go_on(session: Session, runtime: Runtime, name: str) -> bool:
    """Ends a pause; what waited is begun. Whether there was one."""
    ended = session.scalar(delete(PauseRow).where(PauseRow.name == name).returning(PauseRow.name)) is not None
    runtime.admit_after(session)
    return ended


def pauses(session: Session) -> dict[str, Pause]:
    """All that is held back, by name."""
    return {name: Pause(name, reason, since) for name, reason, since in connection_of(session).execute(_HELD)}


def pause_of(lane: str, held: Mapping[str, Pause]) -> Pause | None:
    """What holds a lane back; None for one that goes on."""
    return held.get(EVERYTHING) or held.get(lane.partition("/")[0]) or held.get(lane)
