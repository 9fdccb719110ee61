"""Try it on: which operations and models can go on with an asset, each with its price and a way to Create."""

from typing import Final, NamedTuple

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from photoplay import assets
from photoplay.accounts import Viewer
from photoplay.assets import AssetView
from photoplay.bootstrap import Studio
from photoplay.catalog import ModelView
from photoplay.operations import MediaKind, Operation, all_operations
from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.pages.model_groups import is_ready, models_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
_MOST_MODELS: Final = 40


class Way(NamedTuple):
    """One operation that begins with such a file, and the models that are ready for it."""

    operation: Operation
    models: tuple[ModelView, ...]


@router.get("/library/{asset_id}/try", response_class=HTMLResponse)
async def show_ways(studio: StudioDep, viewer: ViewerDep, asset_id: str) -> HTMLResponse:
    """What can be made of an asset, operation by operation."""
    asset, ways = await studio.runtime.db.read(lambda session: _ways(session, studio, viewer, asset_id))
    can_compare = bool(asset.prompt) and asset.operation in {operation.name for operation in all_operations()}
    return HTMLResponse(render("_try_on.html", asset=asset, ways=ways, can_compare=can_compare))


def _ways(session: Session, studio: Studio, viewer: Viewer, asset_id: str) -> tuple[AssetView, list[Way]]:
    asset = assets.asset_of(session, viewer.user_id, asset_id)
    ways = [
        Way(operation, tuple(view for view in models_for(session, studio, operation.name) if is_ready(view)))
        for operation in operations_for(asset.kind)
    ]
    return asset, [way._replace(models=way.models[:_MOST_MODELS]) for way in ways if way.models]


def operations_for(media: str) -> list[Operation]:
    """The operations that begin with a file of this kind."""
    return [operation for operation in all_operations() if _begins_with(operation) == media]


def _begins_with(operation: Operation) -> MediaKind | None:
    return next((role.kind for role in operation.roles if role.required), None)
