"""What stands beside the form of Create: what is being edited, what is being made, or what was made last."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from photoplay import assets, generation
from photoplay.accounts import Viewer
from photoplay.assets import AssetNotFound, AssetView
from photoplay.generation import GenerationView
from photoplay.web.pages.kinds import Kind

_LOOKED_THROUGH: Final = 12


@dataclass(frozen=True)
class StageView:
    """One thing to look at, or nothing yet. `making`: what is under way; `asset`: what is kept; `word`: what it is."""

    word: str = ""
    asset: AssetView | None = None
    making: GenerationView | None = None
    source: str = ""


def stage_of(session: Session, viewer: Viewer, kind: Kind, source: str) -> StageView:
    """What to show for a kind: the newest of it; with an input, the input itself until something was made of it."""
    page = generation.generations_of(session, viewer.user_id, kind=kind.media, limit=_LOOKED_THROUGH)
    if not source:
        return _newest(page.items) or StageView()
    made = [view for view in page.items if any(given.get("asset_id") == source for given in view.inputs)]
    found = _newest(made)
    if found is not None:
        return StageView(found.word, found.asset, found.making, source)
    try:
        return StageView("Your input", assets.asset_of(session, viewer.user_id, source), source=source)
    except AssetNotFound:
        return StageView()


def _newest(views: Iterable[GenerationView]) -> StageView | None:
    """The newest that can be looked at."""
    for view in views:
        if view.status in ("queued", "running") and view.preview is not None:
            return StageView(view.word or "Working", making=view)
        if view.assets:
            return StageView("Last result", view.assets[0])
    return None
