"""Ctrl-C in a command that orders: what becomes of what it asked for, in a sentence."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from photoplay.core.errors import PhotoplayError

NOTHING = "Nothing was ordered."
KEPT = "What was made is in the library: `photoplay assets` lists it."


@contextmanager
def told_if_stopped(words: str) -> Iterator[None]:
    """Says `words` when Ctrl-C ends what is done in the block."""
    try:
        yield
    except asyncio.CancelledError:
        tell(words)
        raise


def tell(words: str) -> None:
    """A line for people, beside what is printed for programs."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()


async def ordered(
    order: Awaitable[Mapping[str, Any]], take_back: Callable[[dict[str, Any]], Awaitable[None]]
) -> dict[str, Any]:
    """The answer to an order that is sent once. Ctrl-C meanwhile waits for that answer, then takes back what was taken."""
    sent = asyncio.ensure_future(order)
    try:
        return dict(await asyncio.shield(sent))
    except asyncio.CancelledError:
        try:
            made = dict(await sent)
        except PhotoplayError:
            tell(NOTHING)
        else:
            await take_back(made)
        raise


async def answer_to(question: str) -> str:
    """The line that somebody types; nobody there to ask is an empty one. Ctrl-C ends the waiting, which a plain read would not."""
    sys.stderr.write(question)
    sys.stderr.flush()
    if sys.stdin is None:
        return ""
    loop, there = asyncio.get_running_loop(), asyncio.Event()
    number = sys.stdin.fileno()
    try:
        loop.add_reader(number, there.set)
    except OSError:  # a file is never waited for
        return sys.stdin.readline()
    try:
        await there.wait()
    except asyncio.CancelledError:
        sys.stderr.write("\n")
        raise
    finally:
        loop.remove_reader(number)
    return os.read(number, 4096).decode(errors="replace").partition("\n")[0]
