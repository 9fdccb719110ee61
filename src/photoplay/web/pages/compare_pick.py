"""The pick among results side by side: it gets five stars, and teaches the studio which models its people like."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from photoplay import assets, catalog, events
from photoplay.accounts import Viewer
from photoplay.assets import AssetEdit, AssetView
from photoplay.bootstrap import Studio
from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.pages.compare_panels import MOST

router = APIRouter(include_in_schema=False)
_STARS = 5


class Pick(BaseModel):
    """What stands side by side, and which of it is liked best; None takes the pick back."""

    model_config = ConfigDict(extra="forbid")

    assets: Annotated[list[str], Field(min_length=1, max_length=MOST)]
    picked: str | None = None


class Picked(BaseModel):
    """The assets whose stars have changed."""

    changed: list[str]


@router.post("/compare/pick")
async def pick(studio: StudioDep, viewer: ViewerDep, wanted: Pick) -> Picked:
    """Gives the pick five stars and takes them from the one that had them. Raises `AssetNotFound`."""
    changed = await studio.runtime.db.write(lambda session: _pick(session, studio, viewer, wanted))
    for asset_id in changed:
        studio.deliveries.drop(asset_id)
    return Picked(changed=changed)


def _pick(session: Session, studio: Studio, viewer: Viewer, wanted: Pick) -> list[str]:
    """The title, the stars or the campaign of an asset were changed."""
    compared = [assets.asset_of(session, viewer.user_id, one) for one in dict.fromkeys(wanted.assets)]
    changed = [(one.id, stars) for one in compared if (stars := _stars(one, wanted.picked)) is not None]
    for asset_id, stars in changed:
        assets.edit_asset(session, viewer.user_id, asset_id, AssetEdit(rating=stars))
        session.flush()
        facts = {"asset": assets.asset_of(session, viewer.user_id, asset_id).model_dump(mode="json")}
        events.record(session, studio.runtime.hub, viewer.user_id, "asset.edited", facts)
    operations = {one.operation for one in compared}
    if len(operations) == 1:
        pairs = [(one.id, one.model) for one in compared]
        catalog.note_pick(session, viewer.user_id, operation=operations.pop(), compared=pairs, picked=wanted.picked)
    return [asset_id for asset_id, _stars in changed]


def _stars(one: AssetView, picked: str | None) -> int | None:
    """The stars that it gets; None where they stay."""
    if one.id == picked:
        return None if one.rating == _STARS else _STARS
    return 0 if one.rating == _STARS else None
