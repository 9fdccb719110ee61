"""The library: everything that was kept. The page is the frame; the grid in it asks the API for what is in sight."""

from typing import Final, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from photoplay import assets, campaigns, catalog
from photoplay.accounts import Viewer
from photoplay.assets import AssetFilter
from photoplay.bootstrap import Studio
from photoplay.campaigns import CampaignView
from photoplay.core import clock
from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.pages.kinds import KINDS
from photoplay.web.pages.library_filters import (
    STATES,
    LibraryFilters,
    asset_filter_of,
    campaigns_in,
    filters_of,
    month_word,
)
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
_PLAIN: Final = 60
_FREE_KINDS: Final = ("image", "video", "music")


class Prompt(NamedTuple):
    """A prompt to begin with, for a library with nothing in it."""

    kind: str
    word: str
    prompt: str


@router.get("/library", response_class=HTMLResponse)
async def show_library(
    request: Request, studio: StudioDep, viewer: ViewerDep, cursor: str | None = None
) -> HTMLResponse:
    """The page with its filters. Without scripts it shows one page of pictures and the way to older ones."""
    filters = filters_of(request.query_params)
    context = await studio.runtime.db.read(lambda session: _context(session, viewer, filters, cursor))
    used = await studio.runtime.db.read(lambda session: assets.models_of(session, viewer.user_id))
    shell = await studio.runtime.db.read(lambda session: shell_for(request, session, viewer))
    return HTMLResponse(
        render(
            "library.html",
            shell=shell,
            filters=filters,
            models=_models(studio, used, filters.model),
            states=STATES,
            prompts=_prompts(),
            **context,
        )
    )


def _context(session: Session, viewer: Viewer, filters: LibraryFilters, cursor: str | None) -> dict[str, object]:
    everything = assets.timeline_of(session, viewer.user_id, AssetFilter())
    wanted = asset_filter_of(filters, clock.now().date(), campaigns=campaigns_in(session, viewer.user_id, filters))
    page = assets.assets_of(session, viewer.user_id, wanted, cursor=cursor, limit=_PLAIN)
    mark = "&" if filters.search else "?"
    return {
        "total": everything.total,
        "work": _work(session, viewer),
        "months": [(item.month, month_word(item.month), None) for item in everything.items],
        "items": page.items,
        "older": f"/library{filters.search}{mark}cursor={page.next_cursor}" if page.next_cursor else None,
    }


def _work(session: Session, viewer: Viewer) -> list[CampaignView]:
    """All campaigns, those of a client together."""
    found = campaigns.campaigns_of(session, viewer.user_id, with_archived=True)
    return sorted(found, key=lambda one: (one.client_name.casefold(), one.client_id))


def _models(studio: Studio, used: list[str], chosen: str) -> list[tuple[str, str, str | None]]:
    """The models of what is kept, by name; and the chosen one, of which there may be nothing."""
    names = {offer.card.id: offer.card.name for offer in studio.runtime.catalog.offers()}
    rows = [(names.get(model, model), model) for model in {*used, chosen} if model]
    return [("", "Any model", None), *((model, name, None) for name, model in sorted(rows))]


def _prompts() -> list[Prompt]:
    """One prompt for a picture, one for a film, one for music; all of them run on this machine."""
    kinds = {kind.operation: kind for kind in KINDS if kind.name in _FREE_KINDS}
    first: dict[str, Prompt] = {}
    for suggestion in catalog.suggestions():
        kind = kinds.get(suggestion.operation)
        if kind is not None:
            first.setdefault(kind.name, Prompt(kind.name, kind.word, suggestion.prompt))
    return list(first.values())
