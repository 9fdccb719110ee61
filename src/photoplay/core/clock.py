"""The time, always aware and in UTC. Tests set it; nothing else reads the system's clock for a timestamp."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

_SINCE_BOOT: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def _system() -> datetime:
    return datetime.now(UTC)


_sources: list[Callable[[], datetime]] = [_system]


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _sources[-1]()


@contextmanager
def set_clock(source: Callable[[], datetime]) -> Iterator[None]:
    """While this is open, `now` answers what `source` says. For tests."""
    _sources.append(source)
    try:
        yield
    finally:
        _sources.pop()


def lived_seconds() -> float:
    """Seconds that have passed on this machine, also while it or this process slept. Nobody can set it back."""
    return time.clock_gettime(_SINCE_BOOT)
