"""Settings: the look, API keys, and the way out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

import photoplay
from photoplay import accounts
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.web.deps import SESSION_COOKIE, StudioDep, UnlimitedDep, ViewerDep
from photoplay.web.pages.shell import shell_for
from photoplay.web.pages.way_back import removed, settled
from photoplay.web.templating import Theme, Undo, render

router = APIRouter(include_in_schema=False)
_YEAR_SECONDS = 365 * 24 * 3600
_KEYS = "/settings#keys-panel"


@router.get("/settings", response_class=HTMLResponse)
async def show_settings(request: Request, studio: StudioDep, viewer: ViewerDep) -> HTMLResponse:
    """Everything that can be set."""
    return HTMLResponse(await _page(request, studio, viewer))


@router.post("/settings/theme")
async def set_theme(viewer: ViewerDep, theme: Annotated[Theme, Form()]) -> RedirectResponse:
    """The theme of this browser, kept in a cookie."""
    answer = RedirectResponse("/settings", status_code=303)
    answer.set_cookie("theme", theme, max_age=_YEAR_SECONDS, samesite="lax")
    return answer


@router.post("/settings/keys", response_class=HTMLResponse)
async def make_key(
    request: Request, studio: StudioDep, viewer: UnlimitedDep, name: Annotated[str, Form(min_length=1, max_length=80)]
) -> HTMLResponse:
    """A new API key, shown on the page that answers and never again."""
    _key, secret = await studio.runtime.db.write(lambda session: accounts.create_key(session, viewer.user_id, name))
    return HTMLResponse(await _page(request, studio, viewer, made=secret))


@router.post("/settings/keys/{key_id}/revoke")
async def revoke_key(request: Request, studio: StudioDep, viewer: ViewerDep, key_id: str) -> RedirectResponse:
    """The key stops working at once; for a few minutes the pages of the settings can undo it."""

    def _revoke(session: Session) -> str:
        name = accounts.key_of(session, viewer.user_id, key_id).name
        accounts.revoke_key(session, viewer.user_id, key_id)
        return name

    name = await studio.runtime.db.write(_revoke)
    studio.doorkeeper.recheck(viewer.user_id)
    words = f'The key "{name}" is revoked. What used it is refused from now on.'
    return removed(request, _KEYS, Undo(words, f"/settings/keys/{key_id}/back", {}))


@router.post("/settings/keys/{key_id}/back")
async def bring_key_back(studio: StudioDep, viewer: UnlimitedDep, key_id: str) -> RedirectResponse:
    """Undoes that: the key works again."""
    await studio.runtime.db.write(lambda session: accounts.restore_key(session, viewer.user_id, key_id))
    studio.doorkeeper.recheck(viewer.user_id)
    return settled(RedirectResponse(_KEYS, status_code=303))


@router.post("/sign-out")
async def sign_out(request: Request, studio: StudioDep, viewer: ViewerDep) -> RedirectResponse:
    """Ends the session of this browser."""
    secret = request.cookies.get(SESSION_COOKIE, "")
    await studio.runtime.db.write(lambda session: accounts.sign_out(session, secret))
    studio.doorkeeper.recheck(viewer.user_id)
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


async def _page(request: Request, studio: Studio, viewer: Viewer, *, made: str | None = None) -> str:
    shell, keys = await studio.runtime.db.read(
        lambda session: (shell_for(request, session, viewer), accounts.keys_of(session, viewer.user_id))
    )
    return render(
        "settings.html", shell=shell, keys=keys, made=made, version=photoplay.__version__, is_owner=viewer.is_owner
    )
