"""Uncertain orders as a page for the owner: each is resolved by a form that first says what that does to money."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from photoplay import generation
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.core.errors import PhotoplayError
from photoplay.generation import ListedView, Resolution, ResolutionView
from photoplay.web.deps import OwnerDep, StudioDep
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
_HERE = "/admin/uncertain"
_Outcome = Annotated[Literal["made", "not-made", "written-off"], Form()]
_Number = Annotated[str, Form(max_length=200)]


@router.get(_HERE, response_class=HTMLResponse)
async def show_uncertain(
    request: Request, studio: StudioDep, owner: OwnerDep, trouble: str = "", listed: str = ""
) -> HTMLResponse:
    """All of them. `listed`: the order of which the vendor's list is shown. `trouble`: what could not be done just now."""
    found: list[ListedView] | None = None
    if listed:
        try:
            found = await generation.listed_at_vendor(studio.runtime, listed)
        except PhotoplayError as error:
            trouble = error.message
    return HTMLResponse(await _page(request, studio, owner, trouble=trouble[:300], listed=listed, found=found))


@router.post(f"{_HERE}/{{generation_id}}/preview", response_class=HTMLResponse)
async def preview(
    request: Request, studio: StudioDep, owner: OwnerDep, generation_id: str, outcome: _Outcome, number: _Number = ""
) -> HTMLResponse:
    """The page with the effect of one resolution, and the button that does it."""
    wanted = Resolution(outcome=outcome, number=number.strip() or None)
    try:
        seen = await generation.resolve(studio.runtime, generation_id, wanted, is_preview=True)
    except PhotoplayError as error:
        return HTMLResponse(await _page(request, studio, owner, trouble=error.message), status_code=error.status)
    return HTMLResponse(await _page(request, studio, owner, seen=seen, number=number.strip()))


@router.post(f"{_HERE}/{{generation_id}}/resolve")
async def resolve(
    studio: StudioDep, owner: OwnerDep, generation_id: str, outcome: _Outcome, number: _Number = ""
) -> RedirectResponse:
    """Does it, and back to the page."""
    wanted = Resolution(outcome=outcome, number=number.strip() or None)
    try:
        await generation.resolve(studio.runtime, generation_id, wanted)
    except PhotoplayError as error:
        return RedirectResponse(f"{_HERE}?trouble={quote(error.message)}", status_code=303)
    return RedirectResponse(_HERE, status_code=303)


async def _page(
    request: Request,
    studio: Studio,
    owner: Viewer,
    *,
    trouble: str = "",
    listed: str = "",
    found: list[ListedView] | None = None,
    seen: ResolutionView | None = None,
    number: str = "",
) -> str:
    shell, orders = await studio.runtime.db.read(
        lambda session: (shell_for(request, session, owner), generation.uncertain_orders(session, studio.runtime))
    )
    facts = {"orders": orders, "trouble": trouble, "listed": listed, "found": found, "seen": seen, "number": number}
    return render("uncertain.html", shell=shell, **facts)
