"""Generations: ask for media, follow it, take it back, do it again."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from photoplay import generation
from photoplay.assets import Page
from photoplay.generation import (
    BatchView,
    GenerationNotFound,
    GenerationRequest,
    GenerationView,
    Status,
    Taken,
    preview_file,
)
from photoplay.web.cursors import GenerationCursor
from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.filing import campaigns_named
from photoplay.web.waiting import taken_and_ended

router = APIRouter(prefix="/api/v1", tags=["generations"])
_KEY: Final = Header(min_length=1, max_length=200, description="Makes a request once, however often it is sent.")
KeyHeader = Annotated[str | None, _KEY]
LONGEST_WAIT_SECONDS: Final = 300.0


@router.post("/generations", status_code=202, summary="Ask for media")
async def create(
    studio: StudioDep,
    viewer: ViewerDep,
    response: Response,
    wanted: GenerationRequest,
    idempotency_key: KeyHeader = None,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Seconds to wait for the end.")] = 0,
) -> GenerationView | BatchView:
    """Holds the price, queues the work and answers at once; with `wait` as soon as it has ended, or then."""
    asking = generation.request(studio.runtime, viewer, wanted, idempotency_key=idempotency_key)
    taken, items = await taken_and_ended(studio, viewer, asking, wait)
    return _answer(response, taken, items)


@router.get("/generations", summary="Your generations")
async def list_generations(
    studio: StudioDep,
    viewer: ViewerDep,
    status: Annotated[list[Status] | None, Query()] = None,
    kind: Literal["image", "video", "audio"] | None = None,
    campaign: Annotated[str | None, Query(description="Those of one campaign, by its id.")] = None,
    client: Annotated[str | None, Query(description="Those of all campaigns of a client, by its id.")] = None,
    cursor: GenerationCursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[GenerationView]:
    """The newest first."""
    statuses = [one.value for one in status or []]

    def _list(session: Session) -> Page[GenerationView]:
        named = campaigns_named(session, viewer.user_id, campaign=campaign, client=client)
        return generation.generations_of(
            session, viewer.user_id, statuses=statuses, kind=kind, campaigns=named, cursor=cursor, limit=limit
        )

    return await studio.runtime.db.read(_list)


@router.get("/generations/{generation_id}", summary="One generation")
async def get(studio: StudioDep, viewer: ViewerDep, generation_id: str) -> GenerationView:
    """Where it stands, and its assets when it has succeeded."""
    return await studio.runtime.db.read(
        lambda session: generation.generation_of(session, viewer.user_id, generation_id, with_orders=viewer.is_owner)
    )


@router.post("/generations/{generation_id}/cancel", summary="Take it back")
async def cancel(studio: StudioDep, viewer: ViewerDep, generation_id: str) -> GenerationView:
    """Free as long as no order has left; what cannot be stopped any more says so."""
    return await generation.cancel(studio.runtime, viewer, generation_id)


@router.post("/generations/{generation_id}/approve", summary="Agree to its price")
async def approve(studio: StudioDep, viewer: ViewerDep, generation_id: str) -> GenerationView:
    """Lets go on what waits because it would cost more than was agreed. To decline, cancel it."""
    return await generation.approve(studio.runtime, viewer, generation_id)


@router.post("/generations/{generation_id}/retry", status_code=202, summary="Do it again")
async def retry(
    studio: StudioDep,
    viewer: ViewerDep,
    response: Response,
    generation_id: str,
    idempotency_key: KeyHeader = None,
) -> GenerationView | BatchView:
    """A new generation with the same request."""
    taken = await generation.retry(studio.runtime, viewer, generation_id, idempotency_key=idempotency_key)
    return _answer(response, taken, taken.batch.items)


@router.get("/generations/{generation_id}/preview", include_in_schema=False)
async def preview(studio: StudioDep, viewer: ViewerDep, generation_id: str) -> Response:
    """What is there already of a generation that runs."""
    view = await studio.runtime.db.read(
        lambda session: generation.generation_of(session, viewer.user_id, generation_id)
    )
    number = 0 if view.preview is None else view.preview.number
    path = await preview_file(studio.runtime, generation_id, number)
    if view.preview is None or path is None:
        raise GenerationNotFound("There is nothing to show of it yet.")
    return FileResponse(path, media_type=view.preview.mime, headers={"Cache-Control": "private, max-age=3600"})


def _answer(response: Response, taken: Taken, items: list[GenerationView]) -> GenerationView | BatchView:
    if taken.is_replay:
        response.headers["Idempotent-Replayed"] = "true"
    if taken.is_replay or all(Status(item.status).is_final for item in items):
        response.status_code = 200
    response.headers["Location"] = f"/api/v1/generations/{items[0].id}"
    return items[0] if len(items) == 1 else BatchView(batch_id=taken.batch.batch_id, items=items)
