"""Does a generation again, as a new one with the same request."""

from photoplay.accounts import Viewer
from photoplay.generation.errors import NotFinished
from photoplay.generation.queries import find_row
from photoplay.generation.request import Taken, request
from photoplay.generation.runtime import Runtime
from photoplay.generation.schemas import GenerationRequest, InputRef
from photoplay.generation.status import Status
from photoplay.generation.tables import GenerationRow


async def retry(runtime: Runtime, viewer: Viewer, generation_id: str, *, idempotency_key: str | None = None) -> Taken:
    """A new generation like this one, which must have ended. Raises `GenerationNotFound`, `NotFinished`, and as `request`."""
    row = await runtime.db.read(lambda session: find_row(session, viewer.user_id, generation_id))
    if not Status(row.status).is_final:
        raise NotFinished("This still runs. Wait until it has ended, or cancel it.")
    again = GenerationRequest(
        operation=row.operation,
        model=row.model,
        params=row.params,
        inputs=_inputs_of(row),
        retry_of=row.id,
        priority=row.priority,
    )
    return await request(runtime, viewer, again, idempotency_key=idempotency_key)


def _inputs_of(row: GenerationRow) -> dict[str, InputRef | list[InputRef]]:
    """The assets it was made from, by role."""
    refs: dict[str, InputRef | list[InputRef]] = {}
    for role in dict.fromkeys(entry["role"] for entry in row.inputs):
        refs[role] = [InputRef(asset=entry["asset_id"]) for entry in row.inputs if entry["role"] == role]
    return refs
