"""Models that the operator adds beside those of the package. For the owner alone; on offer to everybody."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from photoplay.assets import Page
from photoplay.catalog import AddedModelChange, AddedModelView, AddingView, NewAddedModel
from photoplay.web.deps import OwnerDep, StudioDep

router = APIRouter(prefix="/api/v1/admin/models", tags=["models"])


@router.get("", summary="Models that were added")
async def list_added(studio: StudioDep, owner: OwnerDep) -> Page[AddedModelView]:
    """The newest first. `problem` says what keeps one from being ordered."""
    return Page(items=await studio.added.views(), next_cursor=None)


@router.get("/ways", summary="Providers whose models can be added")
async def ways(studio: StudioDep, owner: OwnerDep) -> Page[AddingView]:
    """What names a model there, and what is asked for besides."""
    return Page(items=await studio.added.ways(), next_cursor=None)


@router.get("/suggestions", summary="Models that a provider tells of")
async def suggestions(studio: StudioDep, owner: OwnerDep, provider: Annotated[str, Query(max_length=60)]) -> Page[str]:
    """References that can be added: what a server of your own lists. Empty where a vendor has too many to tell."""
    return Page(items=await studio.added.suggest(provider), next_cursor=None)


@router.post("", status_code=201, summary="Add a model")
async def add(studio: StudioDep, owner: OwnerDep, wanted: NewAddedModel) -> AddedModelView:
    """Asks its vendor what it takes and gives, and offers it at once. Without a price nothing is ordered from it."""
    return await studio.added.add(wanted)


@router.get("/{added_id}", summary="One added model")
async def get(studio: StudioDep, owner: OwnerDep, added_id: str) -> AddedModelView:
    """What was said of it and what it costs; its form stands in `GET /api/v1/models`."""
    return await studio.added.view(added_id)


@router.patch("/{added_id}", summary="Change an added model")
async def change(studio: StudioDep, owner: OwnerDep, added_id: str, wanted: AddedModelChange) -> AddedModelView:
    """Its title, its price, or what was said of it. Prices of [] are those that its vendor tells."""
    return await studio.added.change(added_id, wanted)


@router.post("/{added_id}/refresh", summary="Describe an added model anew")
async def refresh(studio: StudioDep, owner: OwnerDep, added_id: str) -> AddedModelView:
    """Asks its vendor again what it takes and gives. A price that you set stays."""
    return await studio.added.refresh(added_id)


@router.delete("/{added_id}", status_code=204, summary="Remove an added model")
async def remove(studio: StudioDep, owner: OwnerDep, added_id: str) -> Response:
    """Nothing new is ordered from it. What it made stays, and can be read as before."""
    await studio.added.remove(added_id)
    return Response(status_code=204)
