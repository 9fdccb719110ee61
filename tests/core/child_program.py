"""The program that `test_child.py` runs as a child: small tasks that behave well and badly."""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from photoplay.core.child_main import Progress, TaskFailed, serve


def double(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Tells three steps on the way."""
    sys.stdout.write("this does not disturb the answers")
    for step in range(3):
        progress(step + 1, 3, word="doubling")
    return {"value": params["value"] * 2, "pid": os.getpid()}


def linger(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Goes on until it is called off, then tidies up its file."""
    path = Path(params["path"])
    path.write_text("half a result")
    try:
        while True:
            progress(1, 2)
            time.sleep(0.005)
    finally:
        path.unlink()


def sleep_deaf(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Never looks whether it was called off."""
    progress(0, 1)
    time.sleep(60)
    return {}


def refuse(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Fails in words."""
    raise TaskFailed("too_odd", "This number is too odd.")


def stumble(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Fails by a mistake."""
    raise ZeroDivisionError("nothing to divide by")


def swell(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Takes more and more memory."""
    held = []
    while True:
        held.append(b"x" * 2**22)
        progress(len(held), 1000)


def environment(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """What the child can see of its parent's environment."""
    return {"names": sorted(os.environ)}


if __name__ == "__main__":
    serve({task.__name__: task for task in (double, linger, sleep_deaf, refuse, stumble, swell, environment)})
