"""How you sign in: your password, set, changed or taken away, and the browsers in which you are signed in."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from photoplay import accounts
from photoplay.accounts import PasswordWeak, PasswordWrong, Viewer
from photoplay.bootstrap import Studio
from photoplay.web.deps import SESSION_COOKIE, GuessesDep, StudioDep, UnlimitedDep, ViewerDep
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
_HERE: Final = "/settings/signing-in"
_Password = Annotated[str, Form(max_length=1000)]
_SAID: Final = {
    "set": "Your password counts from now on. Other browsers were signed out.",
    "removed": "The password is gone. Links and keys still let you in.",
}


@router.get(_HERE, response_class=HTMLResponse)
async def show_signing_in(request: Request, studio: StudioDep, viewer: ViewerDep, done: str = "") -> HTMLResponse:
    """The page; `done` says what was just done."""
    return HTMLResponse(await _page(request, studio, viewer, said=_SAID.get(done, "")))


@router.post(_HERE, response_class=HTMLResponse)
async def change_password(
    request: Request,
    studio: StudioDep,
    viewer: UnlimitedDep,
    guesses: GuessesDep,
    new: _Password = "",
    current: _Password = "",
    remove: Annotated[bool, Form()] = False,
) -> Response:
    """Sets a password, or takes it away, as the button says. The one of now has to be given."""
    db, keep, who = studio.runtime.db, request.cookies.get(SESSION_COOKIE, ""), f"user {viewer.user_id}"
    guesses.check(who)
    try:
        if remove:
            await accounts.remove_password(db, viewer.user_id, current=current, keep=keep)
        else:
            await accounts.set_password(db, viewer.user_id, new, current=current, keep=keep)
    except PasswordWrong as error:
        guesses.note(who)
        return HTMLResponse(await _page(request, studio, viewer, wrong={"current": error.message}), status_code=422)
    except PasswordWeak as error:
        return HTMLResponse(await _page(request, studio, viewer, wrong={"new": error.message}), status_code=422)
    studio.doorkeeper.recheck(viewer.user_id)
    return RedirectResponse(f"{_HERE}?done={'removed' if remove else 'set'}", status_code=303)


@router.post(f"{_HERE}/elsewhere", response_class=HTMLResponse)
async def sign_out_elsewhere(request: Request, studio: StudioDep, viewer: ViewerDep) -> HTMLResponse:
    """Ends every session but that of this browser."""
    keep = request.cookies.get(SESSION_COOKIE, "")
    ended = await studio.runtime.db.write(
        lambda session: accounts.sign_out_elsewhere(session, viewer.user_id, keep=keep)
    )
    studio.doorkeeper.recheck(viewer.user_id)
    told = {0: "You were signed in nowhere else.", 1: "One other browser was signed out."}
    return HTMLResponse(
        await _page(request, studio, viewer, said=told.get(ended, f"{ended} other browsers were signed out."))
    )


async def _page(
    request: Request, studio: Studio, viewer: Viewer, *, said: str = "", wrong: dict[str, str] | None = None
) -> str:
    shell, has_password = await studio.runtime.db.read(
        lambda session: (shell_for(request, session, viewer), accounts.has_password(session, viewer.user_id))
    )
    return render("signing_in.html", shell=shell, has_password=has_password, said=said, wrong=wrong or {})
