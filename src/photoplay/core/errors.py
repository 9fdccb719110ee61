"""The one tree of errors that people may see. Rooms define theirs in their own `errors.py`; `web/errors.py` renders.

PhotoplayError
|- BadInput          400  what was sent cannot be used; `fields` says where
|- Unauthenticated   401
|- Forbidden         403
|- NotFound          404  also for what belongs to somebody else
|- Conflict          409
|- TooLarge          413
|- Unprocessable     422
|- TooMany           429  `retry_after_seconds` says when
`- Unavailable       503
"""

from collections.abc import Mapping
from typing import ClassVar


class PhotoplayError(Exception):
    """An error with a stable code, an HTTP status and a sentence that says what happened and what to do."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})
        self.details = details


class BadInput(PhotoplayError):
    """What was sent cannot be used."""

    code = "bad_input"
    status = 400


class Unauthenticated(PhotoplayError):
    """Nobody is signed in, or the key is not known."""

    code = "unauthenticated"
    status = 401


class Forbidden(PhotoplayError):
    """Signed in, but this is not allowed."""

    code = "forbidden"
    status = 403


class NotFound(PhotoplayError):
    """There is no such thing, or it is somebody else's."""

    code = "not_found"
    status = 404


class Conflict(PhotoplayError):
    """It clashes with what is there."""

    code = "conflict"
    status = 409


class TooLarge(PhotoplayError):
    """More bytes, pixels or seconds than are taken."""

    code = "too_large"
    status = 413


class Unprocessable(PhotoplayError):
    """Understood, but it cannot be done."""

    code = "unprocessable"
    status = 422


class TooMany(PhotoplayError):
    """Too many requests; try again after the time in `Retry-After`."""

    code = "too_many"
    status = 429
    retryable = True

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(PhotoplayError):
    """Cannot be done right now."""

    code = "unavailable"
    status = 503
    retryable = True
