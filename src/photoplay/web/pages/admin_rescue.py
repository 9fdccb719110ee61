"""Results that vendors owe as a page for the owner, with the time until which each is kept."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from photoplay import generation
from photoplay.core import clock
from photoplay.core.errors import PhotoplayError
from photoplay.web.deps import OwnerDep, StudioDep
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
_HERE = "/admin/rescue"


@router.get(_HERE, response_class=HTMLResponse)
async def show_rescue(request: Request, studio: StudioDep, owner: OwnerDep, trouble: str = "") -> HTMLResponse:
    """The page; its middle is read anew every few seconds."""
    return HTMLResponse(await _render(request, studio, owner, "rescue.html", trouble=trouble[:300]))


@router.get(f"{_HERE}/board", response_class=HTMLResponse)
async def show_board(request: Request, studio: StudioDep, owner: OwnerDep) -> HTMLResponse:
    """The middle of the page alone."""
    return HTMLResponse(await _render(request, studio, owner, "_rescue_board.html"))


@router.post(f"{_HERE}/{{generation_id}}")
async def fetch_now(studio: StudioDep, owner: OwnerDep, generation_id: str) -> RedirectResponse:
    """Asks the vendor at once."""
    try:
        await studio.runtime.db.write(lambda session: generation.fetch_soon(session, studio.runtime, generation_id))
    except PhotoplayError as error:
        return RedirectResponse(f"{_HERE}?trouble={quote(error.message)}", status_code=303)
    return RedirectResponse(_HERE, status_code=303)


async def _render(request: Request, studio: StudioDep, owner: OwnerDep, template: str, *, trouble: str = "") -> str:
    shell, owed = await studio.runtime.db.read(
        lambda session: (shell_for(request, session, owner), generation.owed_results(session, studio.runtime))
    )
    return render(template, shell=shell, owed=owed, now=clock.now(), trouble=trouble)
