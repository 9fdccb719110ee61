"""What handlers ask for: the studio, the viewer, and the check that a browser's request comes from our own page."""

import hashlib
import hmac
import secrets
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from photoplay import credits
from photoplay.accounts import NotSignedIn, Viewer
from photoplay.bootstrap import Studio
from photoplay.core.errors import Forbidden, NotFound
from photoplay.web.guesses import Guesses

SESSION_COOKIE: Final = "photoplay_session"
_SAFE: Final = ("GET", "HEAD", "OPTIONS")


class CsrfWrong(Forbidden):
    """The request came with a session but not from a page of this studio."""

    code = "csrf"


class OwnerOnly(Forbidden):
    """Only the owner of the studio may do this."""

    code = "owner_only"


class LimitedKey(Forbidden):
    """A key with a budget or a pace of its own may not make keys, sign-in links or passwords, nor change budgets."""

    code = "limited_key"


def studio_of(connection: HTTPConnection) -> Studio:
    """The studio this app serves."""
    studio: Studio = connection.app.state.studio
    return studio


def base_address(request: Request) -> str:
    """Where this studio is reached: its public address, else the one it was called by."""
    return studio_of(request).settings.public_url or str(request.base_url).rstrip("/")


def came_by_https(request: Request) -> bool:
    """Whether the browser speaks TLS, with the studio or with the proxy that the public address leads to."""
    settings = studio_of(request).settings
    is_public = (settings.public_url or "").startswith("https://") and request.url.hostname == settings.public_host
    return is_public or request.url.scheme == "https"


def guesses_of(connection: HTTPConnection) -> Guesses:
    """The wrong tries to sign in, of this process."""
    guesses: Guesses = connection.app.state.guesses
    return guesses


def csrf_token(session_secret: str) -> str:
    """The token that a page of this session carries."""
    return hashlib.sha256(f"csrf:{session_secret}".encode()).hexdigest()[:40]


async def viewer_of(connection: HTTPConnection) -> Viewer:
    """Who asks, by API key or by session. Raises `NotSignedIn`."""
    studio = studio_of(connection)
    header = connection.headers.get("authorization", "")
    if header.lower().startswith("bearer "):
        return await studio.doorkeeper.by_key(header[7:].strip())
    secret = connection.cookies.get(SESSION_COOKIE)
    if not secret:
        raise NotSignedIn("You are not signed in. Open the link that `photoplay serve` printed, or send an API key.")
    return await studio.doorkeeper.by_session(secret)


async def checked_viewer(request: Request) -> Viewer:
    """Who asks; an unsafe request by session must carry the token of its page. Raises `NotSignedIn`, `CsrfWrong`."""
    viewer = await viewer_of(request)
    by_key = request.headers.get("authorization", "").lower().startswith("bearer ")
    if by_key or request.method in _SAFE:
        return viewer
    sent = request.headers.get("x-csrf-token") or await _form_token(request)
    expected = csrf_token(request.cookies.get(SESSION_COOKIE, ""))
    if not sent or not hmac.compare_digest(sent, expected):
        raise CsrfWrong("This page is out of date. Reload it and try again.")
    return viewer


async def checked_owner(request: Request) -> Viewer:
    """The owner of the studio. Raises as `checked_viewer`, and `OwnerOnly` for everybody else."""
    viewer = await checked_viewer(request)
    if not viewer.is_owner:
        raise OwnerOnly("Only the owner of this studio may do this.")
    return viewer


async def unlimited_viewer(request: Request) -> Viewer:
    """Who asks, for what would let a limited key past its limits. Raises as `checked_viewer`, and `LimitedKey`."""
    viewer = await checked_viewer(request)
    await _refuse_limited(request, viewer)
    return viewer


async def unlimited_owner(request: Request) -> Viewer:
    """The owner, for what would let a limited key past its limits. Raises as `checked_owner`, and `LimitedKey`."""
    viewer = await checked_owner(request)
    await _refuse_limited(request, viewer)
    return viewer


async def _refuse_limited(request: Request, viewer: Viewer) -> None:
    key_id = viewer.key_id
    if key_id is None:
        return
    budgets = await studio_of(request).runtime.db.read(
        lambda session: credits.budgets_of(session, viewer.user_id, subject_id=key_id)
    )
    if budgets or viewer.key_per_minute is not None:
        raise LimitedKey(
            "This key has a limit of its own, so it may not do what would lift it. "
            "Do it in the studio, or with a key without limits."
        )


async def owner_of_page(request: Request) -> Viewer:
    """The owner of the studio, for pages that for everybody else are not there. Raises as `checked_viewer`, and `NotFound`."""
    viewer = await checked_viewer(request)
    if not viewer.is_owner:
        raise NotFound("There is nothing at this address.")
    return viewer


async def _form_token(request: Request) -> str:
    """The token inside a form of a page. The API takes no forms."""
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    if not is_form or request.url.path.startswith("/api/"):
        return ""
    form = await request.form()
    token = form.get("csrf_token")
    return token if isinstance(token, str) else ""


def new_idempotency_key() -> str:
    """A key for a request that a person sent without one, by a form without scripts."""
    return secrets.token_urlsafe(16)


GuessesDep = Annotated[Guesses, Depends(guesses_of)]
UnlimitedDep = Annotated[Viewer, Depends(unlimited_viewer)]
UnlimitedOwnerDep = Annotated[Viewer, Depends(unlimited_owner)]
OwnerDep = Annotated[Viewer, Depends(checked_owner)]
PageOwnerDep = Annotated[Viewer, Depends(owner_of_page)]
StudioDep = Annotated[Studio, Depends(studio_of)]
ViewerDep = Annotated[Viewer, Depends(checked_viewer)]
