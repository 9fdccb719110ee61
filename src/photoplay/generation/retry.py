"""Does a generation again, as a new one with the same request, and with it what was cancelled because it failed."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from photoplay.accounts import Viewer
from photoplay.generation.advance import PARENT_ENDED
from photoplay.generation.batch import request_batch
from photoplay.generation.chain import inputs_of
from photoplay.generation.errors import NotFinished
from photoplay.generation.queries import find_row
from photoplay.generation.request import Taken, request
from photoplay.generation.runtime import Runtime
from photoplay.generation.schemas import BatchItem, BatchRequest, GenerationRequest
from photoplay.generation.status import Status
from photoplay.generation.tables import GenerationRow


async def retry(runtime: Runtime, viewer: Viewer, generation_id: str, *, idempotency_key: str | None = None) -> Taken:
    """A new generation like this one, which must have ended; the links that ended with it follow it again.

    Raises `GenerationNotFound`, `NotFinished`, and as `request`.
    """
    rows = await runtime.db.read(lambda session: _with_links(session, find_row(session, viewer.user_id, generation_id)))
    if not Status(rows[0].status).is_final:
        raise NotFinished("This still runs. Wait until it has ended, or cancel it.")
    if len(rows) > 1:
        again = BatchRequest(items=_items(rows))
        return await request_batch(runtime, viewer, again, idempotency_key=idempotency_key)
    row = rows[0]
    alone = GenerationRequest(
        operation=row.operation,
        model=row.model,
        params=row.params,
        inputs=inputs_of(row),
        retry_of=row.id,
        priority=row.priority,
        campaign_id=row.campaign_id,
    )
    return await request(runtime, viewer, alone, idempotency_key=idempotency_key)


def _with_links(session: Session, row: GenerationRow) -> list[GenerationRow]:
    """It, and after it everything that was cancelled because it came to nothing."""
    found = [row]
    for generation_id in row.feeds:
        link = session.get_one(GenerationRow, generation_id)
        if link.error is not None and link.error["code"] == PARENT_ENDED:
            found += [one for one in _with_links(session, link) if one not in found]
    return sorted(found, key=lambda one: one.position)


def _items(rows: Sequence[GenerationRow]) -> list[BatchItem]:
    numbers = {row.id: number for number, row in enumerate(rows)}
    return [
        BatchItem(
            operation=row.operation,
            model=row.model,
            params=row.params,
            inputs=inputs_of(row, numbers),
            after=_after(row, numbers),
            retry_of=row.id,
            priority=row.priority,
            campaign_id=row.campaign_id,
        )
        for row in rows
    ]


def _after(row: GenerationRow, numbers: Mapping[str, int]) -> int | None:
    """The last of those that it only comes after."""
    return max((numbers[link["generation_id"]] for link in row.links if _only_follows(link, numbers)), default=None)


def _only_follows(link: Mapping[str, str], numbers: Mapping[str, int]) -> bool:
    return not link["role"] and link["generation_id"] in numbers
