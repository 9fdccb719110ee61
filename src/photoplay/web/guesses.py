"""How often somebody may try to sign in with what is not known here."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from photoplay.core import clock
from photoplay.core.errors import TooMany

MOST: Final = 10
WITHIN: Final = timedelta(minutes=1)
_ADDRESSES: Final = 10_000


class TooManyGuesses(TooMany):
    """Too many keys, links or passwords that are wrong came from this address, or for this name."""

    code = "too_many_guesses"


class Guesses:
    """Wrong tries by address or name, in memory. Right ones do not count."""

    def __init__(self) -> None:
        self._tries: dict[str, deque[datetime]] = defaultdict(deque)

    def check(self, address: str) -> None:
        """Raises `TooManyGuesses` when this address has to wait."""
        tries, now = self._tries[address], clock.now()
        while tries and tries[0] <= now - WITHIN:
            tries.popleft()
        if len(tries) >= MOST:
            seconds = ceil((tries[0] + WITHIN - now).total_seconds())
            raise TooManyGuesses(
                f"Too many tries that were wrong. Try again in {seconds} s.", retry_after_seconds=seconds
            )

    def note(self, address: str) -> None:
        """Counts a wrong try."""
        if len(self._tries) > _ADDRESSES:
            self._tries.clear()
        self._tries[address].append(clock.now())
