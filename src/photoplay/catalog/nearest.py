"""The nearest that a model can do to a size, a resolution or a length that it cannot be given as such."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from photoplay.catalog.measures import shape_of
from photoplay.providers import Json, Limits

_LONG_EDGES: Final = {"1k": 1024, "2k": 2048, "4k": 4096, "8k": 8192}
_LINES_OF: Final = {"sd": 480, "hd": 720, "fhd": 1080, "1k": 1080, "2k": 1440, "4k": 2160, "uhd": 2160}
_PIXELS: Final = re.compile(r"(\d{2,5})\s*[x×*]\s*(\d{2,5})")
_LINES: Final = re.compile(r"(\d{3,4})p?")


@dataclass(frozen=True)
class Form:
    """What of size and length a model can be given for an operation: the fields it has, and its limits."""

    fields: frozenset[str]
    limits: Limits
    sizes_are_text: bool = False
    """Whether sizes are written as text: lines of a film, such as "720p", where the limits say nothing else."""

    @property
    def counts_lines(self) -> bool:
        """Whether sizes are lines of a film, such as "720p"."""
        sizes = self.limits.sizes
        return any(isinstance(size, str) and size.endswith("p") for size in sizes) or (
            self.sizes_are_text and not sizes
        )


def frame_fields(form: Form, *, width: int | None, height: int | None) -> dict[str, Json]:
    """Aspect and size nearest to these pixels; with one of them alone it is the longer edge. Empty where it has neither."""
    found: dict[str, Json] = {}
    if "aspect" in form.fields and width and height:
        found["aspect"] = _nearest_aspect(width, height, form.limits.aspects)
    if "size" in form.fields:
        found["size"] = _nearest_size(form, width or height or 0, height or width or 0)
    return found


def resolution_fields(form: Form, resolution: str, aspect: Json) -> dict[str, Json] | None:
    """Size, and aspect where the words say it, nearest to "1920x1080", "1080p" or "2K". None where it says no resolution."""
    word = resolution.strip().lower()
    if "size" in form.fields and resolution in form.limits.sizes:
        return {"size": resolution}
    if pixels := _PIXELS.fullmatch(word):
        return frame_fields(form, width=int(pixels[1]), height=int(pixels[2]))
    across, down = shape_of(aspect) or (16, 9)
    if word in _LONG_EDGES and not form.counts_lines:
        long = _LONG_EDGES[word]
        short = round(long * min(across, down) / max(across, down))
        return _size_alone(form, long, short)
    lines = _LINES.fullmatch(word)
    short = int(lines[1]) if lines else _LINES_OF.get(word, 0)
    return _size_alone(form, round(short * max(across, down) / min(across, down)), short) if short else None


def duration_fields(form: Form, seconds: float) -> dict[str, Json]:
    """The nearest length that it can make. Empty where lengths mean nothing to it."""
    if "duration_seconds" not in form.fields:
        return {}
    allowed, step = form.limits.durations_seconds, form.limits.duration_step_seconds
    if not allowed:
        return {"duration_seconds": seconds}
    if step:
        steps = round((seconds - allowed[0]) / step)
        return {"duration_seconds": min(max(allowed[0] + steps * step, allowed[0]), allowed[-1])}
    return {"duration_seconds": min(allowed, key=lambda length: abs(length - seconds))}


def is_exact(found: Mapping[str, Json], *, width: int | None, height: int | None) -> bool:
    """Whether aspect and size say just these pixels."""
    shape = shape_of(found.get("aspect"))
    if not (width and height and shape):
        return False
    return shape[0] * height == shape[1] * width and found.get("size") in (max(width, height), f"{width}x{height}")


def _size_alone(form: Form, long: int, short: int) -> dict[str, Json]:
    return {"size": _nearest_size(form, long, short)} if "size" in form.fields else {}


def _nearest_aspect(width: int, height: int, aspects: Sequence[str]) -> str:
    ratio = Fraction(width, height).limit_denominator(100)
    exact = f"{ratio.numerator}:{ratio.denominator}"
    shapes = {aspect: shape for aspect in aspects if (shape := shape_of(aspect))}
    if not shapes or exact in shapes:
        return exact
    return min(shapes, key=lambda aspect: abs(math.log(shapes[aspect][0] / shapes[aspect][1] * height / width)))


def _nearest_size(form: Form, width: int, height: int) -> str | int:
    sizes, long, short = form.limits.sizes, max(width, height, 1), max(min(width, height), 1)
    if not sizes:
        return f"{short}p" if form.counts_lines else long
    return min(sizes, key=lambda size: _distance(size, (width or 1, height or 1), (long, short)))


def _distance(size: str | int, frame: tuple[int, int], edges: tuple[int, int]) -> float:
    """How far a size is off, as a ratio of edges; what is no size is farthest."""
    if isinstance(size, int):
        return abs(math.log(size / edges[0]))
    if pixels := _PIXELS.fullmatch(size):
        return abs(math.log(int(pixels[1]) / frame[0])) + abs(math.log(int(pixels[2]) / frame[1]))
    if size.lower() in _LONG_EDGES:
        return abs(math.log(_LONG_EDGES[size.lower()] / edges[0]))
    lines = _LINES.fullmatch(size)
    return abs(math.log(int(lines[1]) / edges[1])) if lines else math.inf
