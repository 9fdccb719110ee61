"""The largest result that an order may have, as far as its settings, its inputs and the model's limits tell."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from photoplay.catalog.measures import InputSize, frame_of, shape_of
from photoplay.providers import Json, Limits

_THOUSANDS: Final = re.compile(r"(\d{1,2})k", re.IGNORECASE)
_ROOM: Final = 1.1
"""Sizes that are named and not told in pixels ("2K") come out a little larger than their name in some shapes."""
_WIDE: Final = (16, 9)
_UNTOLD: Final = (2048, 2048)
_UNTOLD_SECONDS: Final = 60.0


def largest_frame(params: Mapping[str, Json], inputs: Sequence[InputSize], limits: Limits) -> tuple[int, int]:
    """Width and height in pixels."""
    aspect, size = params.get("aspect"), params.get("size")
    if size is not None or params.get("width"):
        return _frame(params, size, aspect)
    factor = params.get("factor")
    times = factor if isinstance(factor, int) else 1
    given = [(one.width * times, one.height * times) for one in inputs if one.width and one.height]
    offered = [_frame({"aspect": aspect}, one, aspect) for one in limits.sizes]
    return max(given or offered or [_UNTOLD], key=lambda frame: frame[0] * frame[1])


def largest_seconds(params: Mapping[str, Json], inputs: Sequence[InputSize], limits: Limits) -> float:
    """Length of a film or a sound."""
    asked = params.get("duration_seconds")
    if isinstance(asked, int | float) and not isinstance(asked, bool):
        return float(asked)
    lengths = [one.duration_seconds for one in inputs if one.duration_seconds]
    return max(limits.durations_seconds or lengths or [_UNTOLD_SECONDS])


def _frame(params: Mapping[str, Json], size: Json, aspect: Json) -> tuple[int, int]:
    across, down = shape_of(aspect) or _WIDE
    named = _THOUSANDS.fullmatch(size) if isinstance(size, str) else None
    if named:
        long = int(int(named[1]) * 1024 * _ROOM)
        return (long, long) if shape_of(aspect) is None else _within(long, across, down)
    is_lines = isinstance(size, str) and size.endswith("p")
    shaped = {**params, "aspect": f"{across}:{down}"} if is_lines else params
    return frame_of({**shaped, "size": size}) or _UNTOLD


def _within(long: int, across: int, down: int) -> tuple[int, int]:
    short = round(long * min(across, down) / max(across, down))
    return (long, short) if across >= down else (short, long)
