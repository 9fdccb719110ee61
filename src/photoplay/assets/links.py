"""Public links to media: signed, good for one to two days, and taken back all at once by their owner's counter."""

import hashlib
import hmac
from datetime import datetime, time, timedelta
from typing import Final

from photoplay.assets.errors import LinkExpired, NoSuchRendition
from photoplay.core import clock

_DAY: Final = timedelta(days=1)


class Links:
    """Signs the paths of media and checks them. `secret` is the studio's."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.new(secret.encode(), b"links", hashlib.sha256).digest()

    def sign(self, path: str, *, epoch: int) -> str:
        """The path with an end and a signature: until the next midnight UTC and a day more, so it is the same all day.

        `epoch` is the owner's: when it is raised, every link made before is dead.
        """
        now = clock.now()
        midnight = datetime.combine(now.date() + _DAY, time(), now.tzinfo)
        until = int((midnight + _DAY).timestamp())
        return f"{path}?until={until}&signature={self._signature(path, until, epoch)}"

    def check(self, path: str, *, until: int, signature: str, epoch: int) -> None:
        """Raises `NoSuchRendition` for a wrong signature and `LinkExpired` for a right one that is too old."""
        if not hmac.compare_digest(self._signature(path, until, epoch).encode(), signature.encode()):
            raise NoSuchRendition("There is no such file.")
        if clock.now().timestamp() >= until:
            raise LinkExpired("This link is no longer good. Ask whoever gave it to you for a new one.")

    def _signature(self, path: str, until: int, epoch: int) -> str:
        return hmac.new(self._key, f"{path}\n{until}\n{epoch}".encode(), hashlib.sha256).hexdigest()[:40]
