"""How long models take, learnt from what they took."""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from statistics import median
from typing import Final

from sqlalchemy import Executable, bindparam, select
from sqlalchemy.orm import Session

from photoplay.catalog.tables import DurationRow
from photoplay.core import clock
from photoplay.core.rows import connection_of, dialect_of, insert_in
from photoplay.providers import Json

KEPT: Final = 20
PAUSE_SECONDS: Final = 1.0
ENOUGH: Final = 3
_KNOWN: Final = select(DurationRow.millis).where(
    DurationRow.model == bindparam("model"),
    DurationRow.operation == bindparam("operation"),
    DurationRow.size == bindparam("size"),
)
_KNOWN_LOCKED: Final = _KNOWN.with_for_update()


def size_of(params: Mapping[str, Json]) -> str:
    """What decides how long an order takes, as a short text: its size, aspect, duration and factor."""
    named = ("scene", "size", "aspect", "duration_seconds", "factor")
    return " ".join(str(params[name]) for name in named if params.get(name) is not None)[:60]


class Lessons:
    """What this process has learnt: every one of the first `KEPT` of a kind, then one a second, which is plenty."""

    def __init__(self) -> None:
        self._given = Counter[tuple[str, str, str]]()
        self._last: dict[tuple[str, str, str], float] = {}

    def learn(
        self, session: Session, model: str, operation: str, params: Mapping[str, Json], *, seconds: float
    ) -> None:
        """Remembers how long one order took, unless enough such orders have told just now."""
        kind, now = (model, operation, size_of(params)), clock.lived_seconds()
        if self._given[kind] >= KEPT and now - self._last[kind] < PAUSE_SECONDS:
            return
        self._given[kind] += 1
        self._last[kind] = now
        _remember(session, *kind, seconds=seconds)


def _remember(session: Session, model: str, operation: str, size: str, *, seconds: float) -> None:
    key, connection = {"model": model, "operation": operation, "size": size}, connection_of(session)
    known = connection.execute(_KNOWN_LOCKED, key).scalar() or []
    connection.execute(_learn(dialect_of(session)), {**key, "millis": [*known, round(seconds * 1000)][-KEPT:]})


@cache
def _learn(dialect: str) -> Executable:
    """Two who are the first at the same time keep the later one's: there will be more."""
    first = insert_in(dialect, DurationRow)
    return first.on_conflict_do_update(
        index_elements=["model", "operation", "size"], set_={"millis": first.excluded.millis}
    )


def learnt_seconds(session: Session, model: str, operation: str, params: Mapping[str, Json]) -> float | None:
    """The median of the last runs of such an order; None until there have been three."""
    key = {"model": model, "operation": operation, "size": size_of(params)}
    millis = connection_of(session).execute(_KNOWN, key).scalar() or []
    return float(median(millis)) / 1000 if len(millis) >= ENOUGH else None
