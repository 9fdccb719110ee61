"""Results that vendors owe, for the owner: what is not here yet, until when it is kept, and what came late."""

from fastapi import APIRouter, Response

from photoplay import generation
from photoplay.assets import Page
from photoplay.generation import RescueView
from photoplay.web.deps import OwnerDep, StudioDep

router = APIRouter(prefix="/api/v1/admin", tags=["rescue"])


@router.get("/rescue", summary="Results that vendors owe")
async def list_owed(studio: StudioDep, owner: OwnerDep) -> Page[RescueView]:
    """Everybody's: what expires first before the rest, then what came late in the last 30 days."""
    runtime = studio.runtime
    return Page(
        items=await runtime.db.read(lambda session: generation.owed_results(session, runtime)), next_cursor=None
    )


@router.post("/rescue/{generation_id}", status_code=202, summary="Fetch it now")
async def fetch_now(studio: StudioDep, owner: OwnerDep, generation_id: str) -> Response:
    """Asks the vendor at once instead of at the next turn. Nothing is ordered."""
    await studio.runtime.db.write(lambda session: generation.fetch_soon(session, studio.runtime, generation_id))
    return Response(status_code=202)
