"""What can be wrong with a media file. Each code is also what the child process answers with.

NotMedia          400  not a picture, film or sound at all
UnsupportedMedia  422  a kind or codec that is not taken
DamagedMedia      422  cannot be decoded to the end
TooManyPixels     413
TooLong           413
TooHeavy          413  more memory or time than a file may cost
MediaAway         503  the worker cannot run
"""

import re
from typing import Final

from photoplay.core.errors import BadInput, PhotoplayError, TooLarge, Unavailable, Unprocessable

_PLACE: Final = re.compile(r"(?:^|:?\s)[\"']?(?:file:)?/[^\s\"']+[\"']?")
_NUMBER: Final = re.compile(r"^\[Errno -?\d+\]\s*")


def reason_of(trouble: Exception) -> str:
    """What a library says went wrong, in one line, without the place of the file, which is nobody's business."""
    last = (str(trouble).strip().splitlines() or [""])[-1]
    return _PLACE.sub("", _NUMBER.sub("", last)).strip() or "no reason given"


class NotMedia(BadInput):
    """The bytes are no picture, film or sound."""

    code = "not_media"


class UnsupportedMedia(Unprocessable):
    """A kind of media, or a codec in it, that is not taken."""

    code = "unsupported_media"


class DamagedMedia(Unprocessable):
    """It begins like media but cannot be decoded."""

    code = "damaged_media"


class TooManyPixels(TooLarge):
    """More pixels than the limit."""

    code = "too_many_pixels"


class TooLong(TooLarge):
    """Longer than the limit."""

    code = "too_long"


class TooHeavy(TooLarge):
    """Working on it took more memory or time than a file may cost."""

    code = "too_heavy"


class MediaAway(Unavailable):
    """The media worker cannot run right now, or failed by itself."""

    code = "media_away"


BY_CODE: dict[str, type[PhotoplayError]] = {
    error.code: error
    for error in (NotMedia, UnsupportedMedia, DamagedMedia, TooManyPixels, TooLong, TooHeavy, MediaAway)
}
