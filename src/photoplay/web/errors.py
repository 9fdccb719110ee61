"""Renders every error: JSON for programs, a page for people. Never a trace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from photoplay.accounts import NotSignedIn
from photoplay.core.errors import PhotoplayError, TooMany, Unprocessable
from photoplay.core.log import Log
from photoplay.web.headers import HEADERS
from photoplay.web.templating import render, theme_of

_log = Log("web")
_PLAIN_WORDS = {
    "Extra inputs are not permitted": "There is no such field",
    "Field required": "This is missing",
    "JSON decode error": "This is not JSON",
}


class InvalidRequest(Unprocessable):
    """Fields of the request are missing, unknown or of the wrong kind; `fields` says which and why."""

    code = "invalid_request"


class MethodNotAllowed(PhotoplayError):
    """There is something at this address, but it does not take this kind of request."""

    code = "method_not_allowed"
    status = 405


_NO_PLACES = ("body", "a request", "a batch")
"""The body as a whole, and the shapes that the body of a quote may have."""
_HTTP_CODES = {400: "bad_input", 404: "not_found", 405: MethodNotAllowed.code, 413: "too_large"}
_HTTP_MESSAGES = {
    400: "The body of the request could not be read.",
    404: "There is nothing at this address.",
    405: "This address does not take this kind of request.",
    413: "The body of the request is larger than is taken here.",
}


@dataclass(frozen=True)
class _Problem:
    """What went wrong, before it is rendered."""

    status: int
    code: str
    message: str
    retryable: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """As programs get it."""
        body: dict[str, Any] = {"code": self.code, "message": _whole(self.message), "retryable": self.retryable}
        if self.fields:
            body["fields"] = {_whole(name): _whole(text) for name, text in self.fields.items()}
        return body | dict(self.details) | {"docs": f"/docs/errors#{self.code}"}


def add_error_handlers(app: FastAPI) -> None:
    """Every way a request can go wrong gets one shape."""
    app.add_exception_handler(PhotoplayError, _ours)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(UnicodeEncodeError, _half_a_character)
    app.add_exception_handler(Exception, _unexpected)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, PhotoplayError)
    return answer_to(request, error)


def answer_to(request: Request, error: PhotoplayError) -> Response:
    """The answer that tells this error to whoever asked."""
    if isinstance(error, NotSignedIn) and _wants_page(request) and request.method == "GET":
        return RedirectResponse("/sign-in", status_code=303)
    headers = {"Retry-After": str(error.retry_after_seconds)} if isinstance(error, TooMany) else {}
    fields = {name: _sentence(text) for name, text in error.fields.items()}
    problem = _Problem(error.status, error.code, error.message, error.retryable, fields, error.details)
    return _answer(request, problem, headers)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = {_place(one["loc"]): _sentence(one["msg"]) for one in error.errors()}
    problem = _Problem(422, InvalidRequest.code, "Some fields of the request are wrong.", fields=fields)
    return _answer(request, problem)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _HTTP_CODES.get(error.status_code, "bad_input")
    message = _HTTP_MESSAGES.get(error.status_code, _sentence(str(error.detail)))
    return _answer(request, _Problem(error.status_code, code, message))


async def _half_a_character(request: Request, error: Exception) -> Response:
    """JSON may escape one half of a character, which nothing can store and no answer can repeat."""
    _log.info("request.half_a_character", path=request.url.path)
    message = "The request has half a character in it, such as \\ud800, which is no text. Nothing was changed."
    return _answer(request, _Problem(422, InvalidRequest.code, message))


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.failure("request.broke", error, path=request.url.path)
    message = "Something went wrong here. Nothing was spent by this request; the log of the server says more."
    return _answer(request, _Problem(500, "internal", message, retryable=True), HEADERS)


def _answer(request: Request, problem: _Problem, headers: Mapping[str, str] | None = None) -> Response:
    if _wants_page(request):
        facts = {"status": problem.status, "code": problem.code, "message": _whole(problem.message)}
        page = render("problem.html", **facts, theme=theme_of(request.cookies))
        return HTMLResponse(page, status_code=problem.status, headers=headers)
    return JSONResponse({"error": problem.body()}, status_code=problem.status, headers=headers)


def _wants_page(request: Request) -> bool:
    path = request.url.path
    if path.startswith(("/api/", "/media/", "/static/", "/hooks/")):
        return False
    return "text/html" in request.headers.get("accept", "")


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc if part not in _NO_PLACES) or "body"


def _whole(text: str) -> str:
    """The text, a question mark for each half of a character that a request had in it."""
    return text.encode("utf-8", "replace").decode()


def _sentence(message: str) -> str:
    plain = message.removeprefix("Value error, ").rstrip(".")
    return f"{_PLAIN_WORDS.get(plain, plain)}."
