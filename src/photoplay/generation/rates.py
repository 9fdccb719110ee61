"""How many requests for media come in a minute: as many as the plan allows by kind, and as the API key may make."""

from collections.abc import Collection
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay.accounts import Viewer
from photoplay.core import clock
from photoplay.core.ids import id_at
from photoplay.credits import RateExceeded, Terms
from photoplay.generation.tables import BatchRow, GenerationRow
from photoplay.operations import MediaKind

WITHIN: Final = timedelta(minutes=1)
_WORDS: Final = {MediaKind.IMAGE: "pictures", MediaKind.VIDEO: "films", MediaKind.AUDIO: "sounds"}


def check_rates(session: Session, viewer: Viewer, terms: Terms, kinds: Collection[str]) -> None:
    """Raises `RateExceeded` when the batch that this transaction has written is one too many. A batch counts once a kind.

    What seems to come from later was written before the clock was set back, and does not count.
    """
    since, ahead = clock.now() - WITHIN, clock.now() + WITHIN
    of_viewer = BatchRow.owner_id == viewer.user_id
    lately = (of_viewer, BatchRow.id > id_at("bat", since), BatchRow.id < id_at("bat", ahead))
    for kind in sorted({MediaKind(kind) for kind in kinds}):
        limit = terms.plan.per_minute.get(kind) if terms.metered else None
        if limit is not None:
            counted = select(func.count(BatchRow.id.distinct()), func.min(BatchRow.created_at))
            query = counted.join(GenerationRow, GenerationRow.batch_id == BatchRow.id)
            number, first = session.execute(query.where(*lately, GenerationRow.kind == kind.value)).one()
            _check(
                number,
                limit,
                first,
                f"Your plan {terms.plan.title} takes {limit} requests for {_WORDS[kind]} a minute.",
            )
    if viewer.key_per_minute is not None:
        counted_by_key = select(func.count(), func.min(BatchRow.created_at)).where(
            *lately, BatchRow.api_key_id == viewer.key_id
        )
        number, first = session.execute(counted_by_key).one()
        _check(number, viewer.key_per_minute, first, f"This key may make {viewer.key_per_minute} requests a minute.")


def _check(number: int, limit: int, first: datetime, rule: str) -> None:
    """`first`: when the oldest of them came."""
    if number > limit:
        seconds = max(1, ceil((first + WITHIN - clock.now()).total_seconds()))
        raise RateExceeded(f"{rule} Try again in {seconds} s. Nothing was charged.", retry_after_seconds=seconds)
