"""What people here picked where results of several models stood side by side. The studio's "best" learns from it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Integer, cast, delete, func, select
from sqlalchemy.orm import Session

from photoplay.catalog.tables import PickRow
from photoplay.core import clock

_MOST_STEPS: Final = 40
"""So far a model that is always picked, or never, can come to move from its rank."""
_DOUBT: Final = 4
"""So many more comparisons are thought to have had the expected outcome, so that a few picks move little."""


@dataclass(frozen=True)
class Tally:
    """How often a model was seen beside others, how often it was picked, and how often chance would have picked it."""

    seen: int
    picked: int
    expected: float

    @property
    def steps(self) -> float:
        """What is added to its rank: the picks above or below chance, for each comparison."""
        return _MOST_STEPS * (self.picked - self.expected) / (self.seen + _DOUBT)

    def in_words(self) -> str:
        """For the reason of a choice."""
        return f"chosen {self.picked} of {self.seen} times here"


def note_pick(
    session: Session, owner_id: str, *, operation: str, compared: Sequence[tuple[str, str]], picked: str | None
) -> None:
    """Remembers which of the compared results was picked; `compared` has the asset and the model of each.

    The same results count once, by what was picked last; None takes the pick back. One model alone teaches nothing.
    """
    models = sorted({model for _asset, model in compared if model})
    comparison = _name_of(owner_id, [asset for asset, _model in compared])
    session.execute(delete(PickRow).where(PickRow.comparison == comparison))
    winner = next((model for asset, model in compared if asset == picked), None)
    if winner is None or len(models) < 2:
        return
    session.add_all(
        PickRow(
            comparison=comparison,
            model=model,
            operation=operation,
            owner_id=owner_id,
            among=len(models),
            is_picked=model == winner,
            picked_at=clock.now(),
        )
        for model in models
    )


def picks_of(session: Session, operation: str) -> Mapping[str, Tally]:
    """What the whole studio picked for an operation, by model. Models that were never compared are not in it."""
    counted = select(
        PickRow.model,
        PickRow.among,
        func.count(),
        func.sum(cast(PickRow.is_picked, Integer)),
    ).where(PickRow.operation == operation)
    found: dict[str, Tally] = {}
    for model, among, seen, picked in session.execute(counted.group_by(PickRow.model, PickRow.among)):
        before = found.get(model, Tally(0, 0, 0.0))
        found[model] = Tally(before.seen + seen, before.picked + picked, before.expected + seen / among)
    return found


def _name_of(owner_id: str, assets: Sequence[str]) -> str:
    """The same results side by side have the same name, in whatever order they stand."""
    return hashlib.sha256(" ".join([owner_id, *sorted(assets)]).encode()).hexdigest()[:40]
