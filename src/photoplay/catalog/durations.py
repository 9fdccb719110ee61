"""How long models take, learnt from what they took."""

from collections.abc import Mapping
from statistics import median
from typing import Final

from sqlalchemy.orm import Session

from photoplay.catalog.tables import DurationRow
from photoplay.core.rows import insert_into
from photoplay.providers import Json

KEPT: Final = 20
ENOUGH: Final = 3


def size_of(params: Mapping[str, Json]) -> str:
    """What decides how long an order takes, as a short text: its size, aspect, duration and factor."""
    named = ("scene", "size", "aspect", "duration_seconds", "factor")
    return " ".join(str(params[name]) for name in named if params.get(name) is not None)[:60]


def learn_duration(session: Session, model: str, operation: str, params: Mapping[str, Json], *, seconds: float) -> None:
    """Remembers how long one order took."""
    key = (model, operation, size_of(params))
    row = session.get(DurationRow, key, with_for_update=True)
    if row is None:
        first = insert_into(session, DurationRow).values(model=key[0], operation=key[1], size=key[2], millis=[])
        session.execute(first.on_conflict_do_nothing(index_elements=["model", "operation", "size"]))
        row = session.get_one(DurationRow, key, with_for_update=True)
    row.millis = [*row.millis, round(seconds * 1000)][-KEPT:]


def learnt_seconds(session: Session, model: str, operation: str, params: Mapping[str, Json]) -> float | None:
    """The median of the last runs of such an order; None until there have been three."""
    row = session.get(DurationRow, (model, operation, size_of(params)))
    if row is None or len(row.millis) < ENOUGH:
        return None
    return float(median(row.millis)) / 1000
