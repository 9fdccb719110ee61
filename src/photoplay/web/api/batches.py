"""Batches: several requests as one, with one price and one ceiling."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from photoplay import generation
from photoplay.generation import BatchRequest, BatchView
from photoplay.web.api.generations import LONGEST_WAIT_SECONDS, KeyHeader
from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.waiting import taken_and_ended

router = APIRouter(prefix="/api/v1", tags=["batches"])


@router.post("/batches", status_code=202, summary="Ask for several at once")
async def create(
    studio: StudioDep,
    viewer: ViewerDep,
    response: Response,
    wanted: BatchRequest,
    idempotency_key: KeyHeader = None,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Seconds to wait for the end.")] = 0,
) -> BatchView:
    """Takes in all items or none. `{"item": 0}` as an input is the result of the first item: that makes a chain."""
    asking = generation.request_batch(studio.runtime, viewer, wanted, idempotency_key=idempotency_key)
    taken, items = await taken_and_ended(studio, viewer, asking, wait)
    batch = BatchView(batch_id=taken.batch.batch_id, items=items)
    if taken.is_replay:
        response.headers["Idempotent-Replayed"] = "true"
    if taken.is_replay or batch.is_final:
        response.status_code = 200
    response.headers["Location"] = f"/api/v1/batches/{batch.batch_id}"
    return batch


@router.get("/batches/{batch_id}", summary="One batch")
async def get(studio: StudioDep, viewer: ViewerDep, batch_id: str) -> BatchView:
    """All generations of one request, in their order, and how they stand together."""
    return await studio.runtime.db.read(lambda session: generation.batch_of(session, viewer.user_id, batch_id))


@router.post("/batches/{batch_id}/cancel", summary="Take all of it back")
async def cancel(studio: StudioDep, viewer: ViewerDep, batch_id: str) -> BatchView:
    """Cancels what has not ended, as far as that can still be done."""
    return await generation.cancel_batch(studio.runtime, viewer, batch_id)
