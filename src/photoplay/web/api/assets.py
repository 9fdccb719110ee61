"""Assets: list, look at, edit, delete, bring back, upload, fetch."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from photoplay import assets, events
from photoplay.accounts import Viewer
from photoplay.assets import AssetEdit, AssetFilter, AssetView, Page, RecipeView, TimelineView
from photoplay.bootstrap import Studio
from photoplay.core.errors import BadInput
from photoplay.web.cursors import AssetCursor
from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.filing import campaigns_named, edit_asset, file_assets

router = APIRouter(prefix="/api/v1", tags=["assets"])
Rendition = Literal["original", "webp", "avif", "thumb", "card", "poster", "preview", "peaks"]


Ids = Annotated[list[str], Field(min_length=1, max_length=1000)]


class MoveMany(BaseModel):
    """Many assets into the trash, or out of it."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["delete", "restore"]
    ids: Ids


class FileMany(BaseModel):
    """Many assets under a campaign, by its id, or with null under none."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["file"]
    ids: Ids
    campaign: str | None = Field(max_length=40)


Bulk = Annotated[MoveMany | FileMany, Field(discriminator="action")]


class BulkDone(BaseModel):
    """The ids that the action changed."""

    ids: list[str]


@dataclass(frozen=True)
class Asked:
    """What the address of a list asks for, before the ids in it are looked up."""

    wanted: AssetFilter
    campaign: str | None
    client: str | None

    def of(self, session: Session, owner_id: str) -> AssetFilter:
        """Which assets of this owner. Raises `CampaignNotFound`, `ClientNotFound`."""
        named = campaigns_named(session, owner_id, campaign=self.campaign, client=self.client)
        return replace(self.wanted, campaigns=named)


def asset_filter(
    *,
    kind: Literal["image", "video", "audio"] | None = None,
    model: str | None = None,
    state: Literal["kept", "trashed"] = "kept",
    made_from: Annotated[datetime | None, Query(alias="from", description="Made at or after this time.")] = None,
    made_before: Annotated[datetime | None, Query(alias="to", description="Made before this time.")] = None,
    q: Annotated[str, Query(max_length=200, description="Words of the prompt or title.")] = "",
    order: Literal["newest", "oldest"] = "newest",
    campaign: Annotated[str | None, Query(description="Those of one campaign, by its id.")] = None,
    client: Annotated[str | None, Query(description="Those of all campaigns of a client, by its id.")] = None,
) -> Asked:
    """Which assets a list shows."""
    if any(moment is not None and moment.tzinfo is None for moment in (made_from, made_before)):
        raise BadInput("Times need a zone: 2026-11-21T00:00:00Z.", fields={"from": "Add a zone, such as Z."})
    return Asked(AssetFilter(kind, model, state, made_from, made_before, q, order), campaign, client)


FilterDep = Annotated[Asked, Depends(asset_filter)]


@router.get("/assets", summary="Your assets")
async def list_assets(
    studio: StudioDep,
    viewer: ViewerDep,
    wanted: FilterDep,
    cursor: AssetCursor = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Page[AssetView]:
    """One page. Any page costs the same, however many assets there are."""
    return await studio.runtime.db.read(
        lambda session: assets.assets_of(
            session, viewer.user_id, wanted.of(session, viewer.user_id), cursor=cursor, limit=limit
        )
    )


@router.get("/assets/timeline", summary="How many assets each month has")
async def timeline(studio: StudioDep, viewer: ViewerDep, wanted: FilterDep) -> TimelineView:
    """Lets a grid know its length and jump to any month."""
    return await studio.runtime.db.read(
        lambda session: assets.timeline_of(session, viewer.user_id, wanted.of(session, viewer.user_id))
    )


@router.post("/assets", status_code=201, summary="Upload a file")
async def upload(studio: StudioDep, viewer: ViewerDep, request: Request) -> AssetView:
    """The body is the file itself; the header `X-Upload-Name` may carry its name, percent-encoded."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise BadInput("Send the file itself as the body, not a form: curl --data-binary @picture.png")
    name = unquote(request.headers.get("x-upload-name", "Upload"))
    view = await studio.uploader.take(viewer.user_id, name, request.stream())
    studio.runtime.finish_soon()
    return view


@router.post("/assets/bulk", summary="Delete, restore or file many")
async def bulk(studio: StudioDep, viewer: ViewerDep, wanted: Bulk) -> BulkDone:
    """Deleting is soft for a month; filing is for sorting only. Ids that are not yours or not in that state are left out."""
    if isinstance(wanted, MoveMany):
        return BulkDone(ids=await _move(studio, viewer, wanted.ids, wanted.action))
    hub, ids, campaign_id = studio.runtime.hub, wanted.ids, wanted.campaign
    return BulkDone(
        ids=await studio.runtime.db.write(lambda session: file_assets(session, hub, viewer, ids, campaign_id))
    )


@router.get("/assets/{asset_id}", summary="One asset")
async def get(studio: StudioDep, viewer: ViewerDep, asset_id: str) -> AssetView:
    """Everything about it, also from the trash."""
    return await studio.runtime.db.read(lambda session: assets.asset_of(session, viewer.user_id, asset_id))


@router.patch("/assets/{asset_id}", summary="Change its title, its stars or its campaign")
async def edit(studio: StudioDep, viewer: ViewerDep, asset_id: str, wanted: AssetEdit) -> AssetView:
    """What is not named stays. A campaign is for sorting only: what was spent stays where it was charged."""
    hub = studio.runtime.hub
    view = await studio.runtime.db.write(lambda session: edit_asset(session, hub, viewer, asset_id, wanted))
    studio.deliveries.drop(asset_id)
    return view


@router.delete("/assets/{asset_id}", status_code=204, summary="Delete it")
async def delete(studio: StudioDep, viewer: ViewerDep, asset_id: str) -> Response:
    """Puts it into the trash, from where it can be brought back for a month."""
    await studio.runtime.db.read(lambda session: assets.asset_of(session, viewer.user_id, asset_id))
    await _move(studio, viewer, [asset_id], "delete")
    return Response(status_code=204)


@router.get("/assets/{asset_id}/file", summary="Its file, or a rendition", response_class=RedirectResponse)
async def file(
    studio: StudioDep, viewer: ViewerDep, asset_id: str, rendition: Rendition = "original", download: bool = False
) -> RedirectResponse:
    """Leads to the bytes. A rendition that does not exist yet is made now."""
    view = await studio.finisher.make(viewer.user_id, asset_id, rendition)
    query = "?download=true" if download else ""
    return RedirectResponse(f"{view.files[rendition]}{query}", status_code=302)


@router.get("/assets/{asset_id}/recipe", summary="How it was made")
async def recipe(studio: StudioDep, viewer: ViewerDep, asset_id: str) -> RecipeView:
    """Everything needed to make it again."""
    return await studio.runtime.db.read(lambda session: assets.recipe_of(session, viewer.user_id, asset_id))


async def _move(studio: Studio, viewer: Viewer, ids: list[str], action: Literal["delete", "restore"]) -> list[str]:
    hub = studio.runtime.hub

    def _delete(session: Session) -> list[str]:
        """Assets were put into the trash."""
        if moved := assets.trash_assets(session, viewer.user_id, ids):
            events.record(session, hub, viewer.user_id, "asset.deleted", {"ids": moved})
        return moved

    def _restore(session: Session) -> list[str]:
        """Assets were taken out of the trash."""
        if moved := assets.restore_assets(session, viewer.user_id, ids):
            events.record(session, hub, viewer.user_id, "asset.restored", {"ids": moved})
        return moved

    return await studio.runtime.db.write(_delete if action == "delete" else _restore)
