"""Palettes of three colours (shadows, body, highlights): named ones (`palettes.toml`), and made from colour words."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict

Colors = tuple[str, str, str]
"""Shadows, body and highlights as "#rrggbb", sRGB."""

NATURAL = "natural"
"""The name that leaves a scene its own colours."""
TINT = 0.85
"""How strongly any palette but the natural one colours a scene, 0 to 1."""

_HEX = re.compile(r"#[0-9a-f]{6}")
_DARK, _LIGHT = 0.022, 0.62


class Palette(BaseModel):
    """A named palette."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    colors: Colors


@cache
def palettes() -> dict[str, Palette]:
    """The named palettes, by name, in the order of the file."""
    text = (resources.files("photoplay.makers") / "palettes.toml").read_text("utf-8")
    return {name: Palette.model_validate(entry) for name, entry in tomllib.loads(text).items()}


def palette_colors(palette: str) -> Colors | None:
    """The colours of a palette: a name, or three of your own as "#rrggbb,#rrggbb,#rrggbb" (shadows, body, highlights).

    None for "natural". Raises `ValueError` with a sentence when it is neither.
    """
    if palette == NATURAL:
        return None
    if palette in palettes():
        return palettes()[palette].colors
    own = [part.strip().lower() for part in palette.split(",")]
    if len(own) == 3 and all(_HEX.fullmatch(part) for part in own):
        return own[0], own[1], own[2]
    names = ", ".join([NATURAL, *palettes()])
    raise ValueError(f'Choose one of {names}, or three colours such as "#102030,#4080c0,#f0e0d0".')


def palette_of(colors: Sequence[str]) -> str:
    """Makes a palette from one to three colours that the words named, as "#rrggbb,#rrggbb,#rrggbb"."""
    found = sorted(dict.fromkeys(colors), key=luminance)[:3]
    dark, light = found[0], found[-1]
    if len(found) == 3:
        body = found[1]
    else:
        body = dark if luminance(dark) > 0.02 else light
    shadows = dark if luminance(dark) < _DARK else _at(dark, _DARK)
    highlights = light if luminance(light) > _LIGHT else _at(light, _LIGHT)
    return f"{shadows},{body},{highlights}"


def toned(color: str, tone: float) -> str:
    """A lighter (tone above 0) or darker colour; 1 is white, -1 black."""
    toward = 255 if tone > 0 else 0
    return _hex([channel + (toward - channel) * abs(tone) for channel in _channels(color)])


def linear(color: str) -> tuple[float, float, float]:
    """The colour in linear light, 0 to 1, as shaders want it."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return red, green, blue


def luminance(color: str) -> float:
    """How bright a colour is, 0 to 1, linear."""
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _at(color: str, wanted: float) -> str:
    """The same hue at another luminance, by mixing towards black or white until it fits."""
    low, high = (-1.0, 0.0) if luminance(color) > wanted else (0.0, 1.0)
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if luminance(toned(color, middle)) < wanted else (low, middle)
    return toned(color, high)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _hex(channels: Sequence[float]) -> str:
    return "#" + "".join(f"{round(min(max(channel, 0), 255)):02x}" for channel in channels)


def _linear(channel: float) -> float:
    return round(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4, 6)
