"""Signing in: by the link that the start printed, by name and password, or by an API key."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from photoplay import accounts
from photoplay.accounts import LinkSpent, NotSignedIn, PasswordWrong
from photoplay.bootstrap import Studio
from photoplay.core.errors import Forbidden
from photoplay.web.deps import SESSION_COOKIE, GuessesDep, StudioDep, came_by_https
from photoplay.web.guesses import Guesses
from photoplay.web.templating import render, theme_of

router = APIRouter(include_in_schema=False)
_SESSION_SECONDS = 90 * 24 * 3600


class ForeignForm(Forbidden):
    """A form of another site was sent here."""

    code = "foreign_form"


@router.get("/sign-in", response_class=HTMLResponse)
async def show_sign_in(request: Request, studio: StudioDep, guesses: GuessesDep, token: str | None = None) -> Response:
    """The page that asks for a key; with the token of a link, straight into the studio."""
    if token is None:
        return _asks(request)
    guesses.check(_address_of(request))
    try:
        secret = await studio.runtime.db.write(lambda session: accounts.sign_in(session, token))
    except LinkSpent as error:
        guesses.note(_address_of(request))
        return _asks(request, problem=error.message)
    return _enters(request, secret)


@router.post("/sign-in", response_class=HTMLResponse)
async def sign_in(
    request: Request,
    studio: StudioDep,
    guesses: GuessesDep,
    key: Annotated[str, Form(max_length=300)],
    name: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    """A session for whoever has this password and name, or this API key."""
    if not _is_our_form(request):
        raise ForeignForm("This form came from another site. Open the studio itself and sign in there.")
    guesses.check(_address_of(request))
    if name.strip() and not key.startswith(accounts.KEY_BEGINS):
        return await _by_password(request, studio, guesses, name=name, password=key)

    def _exchange(session: Session) -> str:
        viewer = accounts.use_key(session, key.strip())
        return accounts.sign_in(session, accounts.make_link(session, viewer.user_id))

    try:
        secret = await studio.runtime.db.write(_exchange)
    except NotSignedIn:
        guesses.note(_address_of(request))
        return _asks(
            request, problem="This key is not known here. Keys begin with pp_ and are shown once, when they are made."
        )
    return _enters(request, secret)


async def _by_password(request: Request, studio: Studio, guesses: Guesses, *, name: str, password: str) -> Response:
    who = f"name {name.strip().lower()}"
    guesses.check(who)
    try:
        secret = await accounts.enter_by_password(studio.runtime.db, name, password)
    except PasswordWrong as error:
        for place in (who, _address_of(request)):
            guesses.note(place)
        told = f"{error.message} Forgotten? The owner of the studio can send you a new link."
        return _asks(request, problem=told, name=name)
    return _enters(request, secret)


def _is_our_form(request: Request) -> bool:
    origin = request.headers.get("origin", "null")
    is_ours = origin == "null" or origin.partition("://")[2] == request.headers.get("host")
    return is_ours and request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def _address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def _asks(request: Request, problem: str | None = None, name: str = "") -> HTMLResponse:
    page = render("sign_in.html", theme=theme_of(request.cookies), problem=problem, name=name)
    return HTMLResponse(page, status_code=401 if problem else 200)


def _enters(request: Request, secret: str) -> RedirectResponse:
    answer = RedirectResponse("/create", status_code=303)
    is_safe = came_by_https(request)
    answer.set_cookie(SESSION_COOKIE, secret, max_age=_SESSION_SECONDS, httponly=True, samesite="lax", secure=is_safe)
    return answer
