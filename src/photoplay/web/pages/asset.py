"""One asset: looked at, listened to, taken further, and everything known of it."""

from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from photoplay import assets, campaigns, catalog, credits, generation
from photoplay.accounts import Viewer
from photoplay.assets import AssetEdit, AssetNotFound, AssetView
from photoplay.bootstrap import Studio
from photoplay.campaigns import CampaignView
from photoplay.core import clock
from photoplay.generation import GenerationNotFound, GenerationView
from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.filing import edit_asset
from photoplay.web.pages.asset_words import (
    Provenance,
    actions_for,
    downloads_of,
    facts_of,
    noted_provenance,
    read_provenance,
    receipt_lines,
    recipe_lines,
    versions_of,
)
from photoplay.web.pages.library_filters import LibraryFilters, asset_filter_of, campaigns_in, filters_of
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
_AGAIN: Final = ("text-to-image", "text-to-video", "text-to-speech", "text-to-music")


class Place(NamedTuple):
    """Where an asset stands among those that the filters show. Number 0: not among them."""

    previous: str | None
    next: str | None
    number: int
    total: int


@router.get("/library/{asset_id}", response_class=HTMLResponse)
async def show_asset(request: Request, studio: StudioDep, viewer: ViewerDep, asset_id: str) -> HTMLResponse:
    """The page of one asset. The filters in the address say what its arrows lead through."""
    filters = filters_of(request.query_params)
    context = await studio.runtime.db.read(lambda session: _context(session, studio, viewer, asset_id, filters))
    shell = await studio.runtime.db.read(lambda session: shell_for(request, session, viewer))
    return HTMLResponse(render("asset.html", shell=shell, filters=filters, **context))


@router.get("/library/{asset_id}/provenance", response_class=HTMLResponse)
async def show_provenance(studio: StudioDep, viewer: ViewerDep, asset_id: str) -> HTMLResponse:
    """What the file says about itself, read from it now."""
    view = await studio.runtime.db.read(lambda session: assets.asset_of(session, viewer.user_id, asset_id))
    return HTMLResponse(render("_asset_provenance.html", asset=view, provenance=await _read(studio, view)))


@router.get("/library/{asset_id}/version", response_class=HTMLResponse)
async def show_version(studio: StudioDep, viewer: ViewerDep, asset_id: str, number: int = 1) -> HTMLResponse:
    """One step of a lineage, for a strip in which it has just been made."""
    view = await studio.runtime.db.read(lambda session: assets.asset_of(session, viewer.user_id, asset_id))
    version = versions_of(view, (), ())[0]._replace(number=number, is_this=False)
    return HTMLResponse(render("_asset_version.html", version=version, filters=LibraryFilters()))


@router.post("/library/{asset_id}/campaign")
async def file_under(
    studio: StudioDep, viewer: ViewerDep, asset_id: str, campaign: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Files it under another campaign, or under none; what it cost stays where it was charged."""
    edit, hub = AssetEdit(campaign=campaign or None), studio.runtime.hub
    await studio.runtime.db.write(lambda session: edit_asset(session, hub, viewer, asset_id, edit))
    studio.deliveries.drop(asset_id)
    return RedirectResponse(f"/library/{asset_id}#campaign", status_code=303)


async def _read(studio: Studio, view: AssetView) -> Provenance:
    return read_provenance(view, await studio.finisher.verify(view))


def _context(
    session: Session, studio: Studio, viewer: Viewer, asset_id: str, filters: LibraryFilters
) -> dict[str, object]:
    asset = assets.asset_of(session, viewer.user_id, asset_id)
    made = _generation_of(session, viewer, asset)
    receipt = credits.receipt_of(session, viewer.user_id, made.id) if made else None
    offered = {
        name: bool(studio.runtime.catalog.orderable(name))
        for name in (
            "upscale",
            "image-to-video",
            "reference-to-video",
            "remove-background",
            "extend-video",
            "video-to-video",
        )
    }
    return {
        "asset": asset,
        "facts": facts_of(asset),
        "place": _place(session, viewer, asset, filters),
        "campaign": _campaign_of(session, viewer, asset.campaign),
        "charged": _campaign_of(session, viewer, made.campaign_id if made else None),
        "work": campaigns.campaigns_of(session, viewer.user_id),
        "recipe": recipe_lines(
            asset, assets.recipe_of(session, viewer.user_id, asset_id), _voice_names(session, asset)
        ),
        "can_use_again": asset.operation in _AGAIN,
        "receipt": receipt_lines(made, receipt),
        "versions": versions_of(
            asset, _parents(session, viewer, asset), assets.children_of(session, viewer.user_id, asset_id)
        ),
        "downloads": downloads_of(asset),
        "actions": actions_for(asset, offered),
        "provenance": noted_provenance(asset),
    }


def _campaign_of(session: Session, viewer: Viewer, campaign_id: str | None) -> CampaignView | None:
    return campaigns.campaign_of(session, viewer.user_id, campaign_id) if campaign_id else None


def _voice_names(session: Session, asset: AssetView) -> dict[str, str]:
    """The names of the voices of the vendor that spoke; none where nobody did."""
    if "voice" not in asset.params:
        return {}
    return {voice.id: voice.name for voice in catalog.voices_of(session, asset.model.partition(":")[0])}


def _place(session: Session, viewer: Viewer, asset: AssetView, filters: LibraryFilters) -> Place:
    filed = campaigns_in(session, viewer.user_id, filters)
    wanted = asset_filter_of(filters, clock.now().date(), trashed=asset.deleted_at is not None, campaigns=filed)
    before, after, number = assets.neighbours(session, viewer.user_id, asset.id, wanted)
    return Place(before, after, number, assets.count_assets(session, viewer.user_id, wanted))


def _parents(session: Session, viewer: Viewer, asset: AssetView) -> list[AssetView]:
    found = []
    for parent in asset.parents:
        try:
            found.append(assets.asset_of(session, viewer.user_id, parent))
        except AssetNotFound:
            continue
    return found


def _generation_of(session: Session, viewer: Viewer, asset: AssetView) -> GenerationView | None:
    if asset.generation_id is None:
        return None
    try:
        return generation.generation_of(session, viewer.user_id, asset.generation_id)
    except GenerationNotFound:
        return None
