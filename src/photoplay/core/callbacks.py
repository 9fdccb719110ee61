"""What is to happen once a transaction is on disk: told on the event loop, whether or not somebody still awaits the write."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Final, cast

from sqlalchemy.orm import Session

_AFTER: Final = "after_commit"


def after_commit(session: Session, callback: Callable[[], None]) -> None:
    """Runs `callback` on the event loop once the transaction is on disk; never if it fails."""
    session.info.setdefault(_AFTER, []).append(callback)


def callbacks_of(session: Session) -> list[Callable[[], None]]:
    """What this session wants to be told, in order."""
    return cast("list[Callable[[], None]]", session.info.get(_AFTER, []))


def announce(loop: asyncio.AbstractEventLoop, callbacks: Sequence[Callable[[], None]]) -> None:
    """Hands the callbacks to the loop, from a thread. A loop that has ended has nobody left to tell."""
    with contextlib.suppress(RuntimeError):
        for callback in callbacks:
            loop.call_soon_threadsafe(callback)
