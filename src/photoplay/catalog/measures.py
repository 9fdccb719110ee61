"""How much an order asks for: pixels, seconds and characters, read from its params and input files."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from photoplay.providers import Json

MEGAPIXEL: Final = 1024 * 1024
"""Vendors count a picture of 1024 x 1024 as one megapixel."""
_PIXELS: Final = re.compile(r"(\d{2,5})x(\d{2,5})")
_LINES: Final = re.compile(r"(\d{3,4})p")


@dataclass(frozen=True)
class InputSize:
    """What pricing needs to know of an input file. Pixels and seconds are None where the kind has none."""

    role: str
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None


def frame_of(params: Mapping[str, Json]) -> tuple[int, int] | None:
    """Width and height of the result in pixels, as the params say it: `width` and `height`, or `size` with `aspect`."""
    width, height, size = params.get("width"), params.get("height"), params.get("size")
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        return width, height
    across, down = shape_of(params.get("aspect")) or (1, 1)
    if isinstance(size, int) and not isinstance(size, bool):
        return (size, round(size * down / across)) if across >= down else (round(size * across / down), size)
    if not isinstance(size, str):
        return None
    if pixels := _PIXELS.fullmatch(size):
        return int(pixels[1]), int(pixels[2])
    if lines := _LINES.fullmatch(size):
        short = int(lines[1])
        return (round(short * across / down), short) if across >= down else (short, round(short * down / across))
    return None


def shape_of(aspect: Json) -> tuple[int, int] | None:
    """The two numbers of an aspect such as "16:9"; None where it is none."""
    across, colon, down = aspect.partition(":") if isinstance(aspect, str) else ("", "", "")
    if colon and across.isdecimal() and down.isdecimal() and int(across) and int(down):
        return int(across), int(down)
    return None


def megapixels(params: Mapping[str, Json], inputs: Sequence[InputSize]) -> Decimal | None:
    """Megapixels of the result; where the params do not say, as many as the first input picture has."""
    frame = frame_of(params)
    if frame is not None:
        return Decimal(frame[0] * frame[1]) / MEGAPIXEL
    return next((found for one in inputs if (found := megapixels_of(one))), None)


def megapixels_of(one: InputSize) -> Decimal:
    """Megapixels of an input; zero where it has none."""
    return Decimal((one.width or 0) * (one.height or 0)) / MEGAPIXEL


def seconds(params: Mapping[str, Json], inputs: Sequence[InputSize]) -> Decimal | None:
    """Length of the result; where the params do not say, that of the longest input."""
    asked = params.get("duration_seconds")
    if isinstance(asked, int | float) and not isinstance(asked, bool):
        return Decimal(str(asked))
    lengths = [one.duration_seconds for one in inputs if one.duration_seconds]
    return Decimal(str(max(lengths))) if lengths else None


def characters(params: Mapping[str, Json]) -> int:
    """Characters of the prompt."""
    return len(str(params.get("prompt") or ""))
