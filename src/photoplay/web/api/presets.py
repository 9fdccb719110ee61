"""Presets: the studio's, and those you save."""

from fastapi import APIRouter, Response

from photoplay import catalog
from photoplay.assets import Page
from photoplay.catalog import NewPreset, PresetCategory, PresetEdit, PresetView
from photoplay.operations import find_operation
from photoplay.web.deps import StudioDep, ViewerDep

router = APIRouter(prefix="/api/v1", tags=["presets"])


@router.get("/presets", summary="Presets to choose from")
async def list_presets(
    studio: StudioDep, viewer: ViewerDep, operation: str | None = None, category: PresetCategory | None = None
) -> Page[PresetView]:
    """Yours first, the newest before the older, then those of the studio. All of them at once."""
    if operation is not None:
        find_operation(operation)
    views = await studio.runtime.db.read(lambda session: catalog.presets_of(session, viewer.user_id, operation))
    return Page(items=[view for view in views if category in (None, view.category)], next_cursor=None)


@router.post("/presets", status_code=201, summary="Save a preset")
async def save(studio: StudioDep, viewer: ViewerDep, wanted: NewPreset) -> PresetView:
    """Keeps words, settings and a model under a name of your own; at most 200."""
    if wanted.model is not None:
        studio.runtime.catalog.find(wanted.model)
    return await studio.runtime.db.write(lambda session: catalog.save_preset(session, viewer.user_id, wanted))


@router.get("/presets/{name}", summary="One preset")
async def get(studio: StudioDep, viewer: ViewerDep, name: str) -> PresetView:
    """Its words, settings and model."""
    return await studio.runtime.db.read(lambda session: catalog.preset_of(session, viewer.user_id, name))


@router.patch("/presets/{name}", summary="Change a preset of yours")
async def edit(studio: StudioDep, viewer: ViewerDep, name: str, wanted: PresetEdit) -> PresetView:
    """Its title and words. What was made with it keeps the words it was sent with."""
    return await studio.runtime.db.write(lambda session: catalog.edit_preset(session, viewer.user_id, name, wanted))


@router.delete("/presets/{name}", status_code=204, summary="Delete a preset of yours")
async def delete(studio: StudioDep, viewer: ViewerDep, name: str) -> Response:
    """What was made with it stays as it is."""
    await studio.runtime.db.write(lambda session: catalog.delete_preset(session, viewer.user_id, name))
    return Response(status_code=204)
