"""The way back after a removal: what was just done stays undoable for five minutes, on every page of the settings."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter, ValidationError

from photoplay.web.deps import SESSION_COOKIE, ViewerDep, came_by_https
from photoplay.web.templating import Undo

router = APIRouter(include_in_schema=False)
KEPT_SECONDS: Final = 300
_COOKIE: Final = "way_back"
_LONGEST: Final = 3500
"""Browsers drop a cookie above 4,096 bytes."""
_UNDO: Final = TypeAdapter(Undo)


def removed(request: Request, page: str, undo: Undo) -> RedirectResponse:
    """To this page, which says what was done and how to undo it, and so does every page of the settings for a while.

    What is kept lies in a cookie that only this session can have written: reloading a page repeats nothing.
    """
    answer = RedirectResponse(page, status_code=303)
    kept = base64.urlsafe_b64encode(_UNDO.dump_json(undo)).decode().rstrip("=")
    if len(kept) <= _LONGEST:
        value = f"{kept}.{_mark(request.cookies, kept)}"
        answer.set_cookie(
            _COOKIE, value, max_age=KEPT_SECONDS, httponly=True, samesite="lax", secure=came_by_https(request)
        )
    return answer


def undo_in(cookies: Mapping[str, str]) -> Undo | None:
    """What this session did last and can take back."""
    kept, _dot, mark = cookies.get(_COOKIE, "").partition(".")
    if not kept or not hmac.compare_digest(mark.encode(), _mark(cookies, kept).encode()):
        return None
    try:
        return _UNDO.validate_json(base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4)))
    except (ValidationError, binascii.Error):
        return None


def settled(answer: RedirectResponse) -> RedirectResponse:
    """The same answer, after which there is nothing to undo any more."""
    answer.delete_cookie(_COOKIE)
    return answer


@router.post("/settings/way-back/close")
async def close(request: Request, viewer: ViewerDep) -> RedirectResponse:
    """Puts the line away and stays on the page; what was done stays done."""
    page = urlsplit(request.headers.get("referer", "")).path
    is_ours = re.fullmatch(r"/(settings|admin|campaigns)(/[a-z0-9_-]+)?", page) is not None
    return settled(RedirectResponse(page if is_ours else "/settings", status_code=303))


def _mark(cookies: Mapping[str, str], kept: str) -> str:
    secret = cookies.get(SESSION_COOKIE, "")
    return hmac.new(f"way back:{secret}".encode(), kept.encode(), hashlib.sha256).hexdigest()[:40]
