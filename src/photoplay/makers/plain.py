"""Paints without OpenGL, in plain arithmetic: half the detail and simpler shapes, where a machine has no libEGL."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image

from photoplay.makers.palettes import linear
from photoplay.makers.pictures import Pixels
from photoplay.makers.reading import MOODS, Reading, scene_seed

Floats = npt.NDArray[np.float32]
Size = tuple[int, int]

RENDERER = "plain"
SHRINK = 2
WATER = {"ocean", "aurora", "lake"}
RIDGES = {"mountains", "forest", "desert", "city"}
_OCTAVES = 4


class PlainPainter:
    """The fallback. It has no state; the same reading is the same picture on any machine."""

    name = RENDERER

    def paint(self, reading: Reading, size: Size, phase: float, between: Callable[[float], None]) -> Pixels:
        """One frame at a phase of the loop, painted at half the size and enlarged."""
        small = max(size[0] // SHRINK, 16), max(size[1] // SHRINK, 16)
        field = _Field(reading, small, phase)
        between(0.2)
        light = field.sky() if reading.scene in WATER | RIDGES | {"clouds"} else field.cloth()
        between(0.6)
        if reading.scene in RIDGES:
            light = field.with_ridges(light)
        elif reading.scene in WATER:
            light = field.with_water(light)
        between(0.9)
        shown = Image.fromarray(_developed(light, reading)).resize(size, Image.Resampling.LANCZOS)
        return np.asarray(shown)


class _Field:
    """A small picture in the making: coordinates, the reading's colours and its chance."""

    def __init__(self, reading: Reading, size: Size, phase: float) -> None:
        width, height = size
        scale = float(np.sqrt(width * height))
        self.reading = reading
        self.across = ((np.arange(width, dtype=np.float32) * 2 - width) / scale)[None, :]
        self.up = ((height - 1 - np.arange(height, dtype=np.float32)) / height)[:, None]
        self.turn = np.float32(2 * np.pi * phase)
        self.chance = np.random.default_rng(scene_seed(reading.seed))
        from_noon = abs((reading.hour - 12.75 + 12) % 24 - 12)
        elevation = 62 * float(np.cos(np.pi / 2 * from_noon / 6.9))
        gloom = 1 - 0.55 * max(reading.cloud - 0.5, 0)
        self.day = np.float32((0.05 + 0.95 * np.clip((elevation + 8) / 45, 0, 1) ** 0.7) * gloom)
        self.low_sun = np.float32(max(0.0, 1 - abs(elevation - 3) / 14) * gloom)
        self.overcast = max(0.0, reading.cloud - 0.5) * 2
        self.dark, self.body, self.high = (np.array(linear(color), np.float32) for color in reading.colors)

    def sky(self) -> Floats:
        """A gradient, the sun or moon with its glow, clouds and haze."""
        reading = self.reading
        zenith = self._colored(np.array([0.05, 0.16, 0.5], np.float32) * self.day, self.body * self.day)
        warm = np.array([1.1, 0.5, 0.2], np.float32) * self.low_sun
        horizon = self._colored(np.array([0.45, 0.6, 0.8], np.float32) * self.day + warm, self.high * self.day)
        share = np.clip((self.up - 0.42) / 0.58, 0, 1)[:, :, None] ** 0.7
        light = horizon + (zenith - horizon) * share + np.zeros((1, self.across.shape[1], 1), np.float32)
        away = np.hypot(self.across - 1.1 * reading.sun, (self.up - 0.47 - 0.35 * self.day) * 1.4)[:, :, None]
        veil = 1 - 0.9 * reading.cloud
        glow = warm + np.array([0.5, 0.5, 0.45], np.float32) * (0.2 + self.day)
        light = light + glow * (veil * (1 - self.overcast)) * (
            0.5 * np.exp(-6 * away) + 3 * np.clip(1.2 - away / 0.05, 0, 1)
        )
        cover = self._noise(2.2, 0.25 + 0.3 * reading.wind) + 0.9 * reading.cloud - 0.75
        clouds = np.clip(cover * 2.2, 0, 1)[:, :, None] * share
        light = light * (1 - clouds) + clouds * (horizon * 0.75 + 0.15 * self.day)
        fog = reading.haze * np.exp(-6 * np.abs(self.up - 0.45))[:, :, None]
        return np.asarray(light * (1 - fog) + horizon * 0.9 * fog, np.float32)

    def cloth(self) -> Floats:
        """Folded colour for everything that is no landscape: warped noise, lit as a relief."""
        first = self._noise(1.4, 0.3)
        fold = self._noise(2.0, 0.35, warp=first * 1.6)
        relief = np.gradient(fold, axis=1) * fold.shape[1] / 8 + np.gradient(fold, axis=0) * fold.shape[0] / 8
        tone = np.clip(0.5 + 1.1 * (fold - 0.5) + 0.25 * (first - 0.5), 0, 1)[:, :, None]
        low, high = np.clip(tone * 2, 0, 1), np.clip(tone * 2 - 1, 0, 1)
        light = self.dark + (self.body - self.dark) * low + (self.high - self.body) * high
        shade = 0.85 + np.tanh(relief)[:, :, None] * 0.35
        return np.asarray(light * shade + 0.25 * np.clip(relief, 0, 1)[:, :, None] ** 3, np.float32)

    def with_ridges(self, sky: Floats) -> Floats:
        """Five ridges, paler with distance."""
        air = sky[int(sky.shape[0] * 0.55)].mean(axis=0)
        near = self._colored(np.array([0.03, 0.04, 0.05], np.float32) * (0.3 + self.day), self.dark)
        light = sky
        for layer in range(5):
            depth = layer / 4
            line = 0.5 - 0.1 * layer + 0.16 * self._ridge(1.3 + 0.9 * layer)
            edge = np.clip((line - self.up) * sky.shape[0] * 0.5, 0, 1)[:, :, None]
            color = air * (0.75 - 0.75 * depth) + near * (0.25 + 0.75 * depth)
            light = light * (1 - edge) + color * edge * (1 + 0.25 * (self.up[:, :, None] - 0.3))
        return light

    def with_water(self, sky: Floats) -> Floats:
        """The sky once more below the horizon, broken by waves."""
        horizon = 0.46
        below = np.clip((horizon - self.up[:, 0]) / horizon, 0, 1)
        ripple = self._noise(9.0, 0.5) - 0.5
        rows = np.clip(
            horizon + below[:, None] * 0.5 + ripple * (0.05 + 0.25 * below[:, None]) * (0.4 + self.reading.wind), 0, 1
        )
        columns = np.broadcast_to(np.arange(sky.shape[1]), rows.shape)
        mirrored = sky[np.clip(((1 - rows) * (sky.shape[0] - 1)).astype(np.intp), 0, sky.shape[0] - 1), columns]
        deep = self._colored(np.array([0.01, 0.05, 0.08], np.float32) * self.day, self.dark * self.day)
        water = deep + mirrored * (0.75 - 0.35 * below[:, None, None])
        return np.where((self.up < horizon)[:, :, None], water, sky)

    def _colored(self, natural: Floats, palette: Floats) -> Floats:
        return np.asarray(natural + (palette - natural) * np.float32(self.reading.tint), np.float32)

    def _noise(self, cells: float, drift: float, warp: Floats | None = None) -> Floats:
        """Smooth noise, 0 to 1, that comes back to itself after one loop."""
        sway = drift * np.array([np.cos(self.turn), np.sin(self.turn)], np.float32)
        x = self.across * cells + sway[0] * 0.4 + (0 if warp is None else warp)
        y = self.up * 2 * cells + sway[1] * 0.4 + (0 if warp is None else warp * 0.7)
        total, weight = np.zeros(np.broadcast_shapes(x.shape, y.shape), np.float32), 0.5
        for _ in range(_OCTAVES):
            total += np.float32(weight) * _lattice(x, y, self.chance.random((32, 32), np.float32))
            x, y, weight = x * 2.03 + 1.7, y * 2.03 + 9.2, weight / 2
        return total / np.float32(1 - weight * 2)

    def _ridge(self, cells: float) -> Floats:
        flat, height = np.zeros((1, 1), np.float32), np.zeros((1, self.across.shape[1]), np.float32)
        for octave in range(4):
            values = self.chance.random((32, 32), np.float32)
            height += np.abs(_lattice(self.across * (cells * 2**octave) + 7, flat, values) - 0.5) / np.float32(
                2.1**octave
            )
        return 1 - 1.3 * height


def _lattice(x: Floats, y: Floats, values: Floats) -> Floats:
    """Values on a repeating grid of 32 by 32, blended smoothly between its points."""
    column, row = np.floor(x), np.floor(y)
    across, up = x - column, y - row
    across, up = across * across * (3 - 2 * across), up * up * (3 - 2 * up)
    left, below = column.astype(np.intp) % 32, row.astype(np.intp) % 32
    right, above = (left + 1) % 32, (below + 1) % 32
    low = values[below, left] + (values[below, right] - values[below, left]) * across
    high = values[above, left] + (values[above, right] - values[above, left]) * across
    return np.asarray(low + (high - low) * up, np.float32)


def _developed(light: Floats, reading: Reading) -> Pixels:
    """From light to pixels: a film curve, the mood, sRGB, and a grain against banding."""
    mood = MOODS[reading.mood]
    shown = 1 - np.exp(-1.5 * np.clip(light, 0, None))
    encoded = np.power(shown, 1 / 2.2)
    steep = encoded * encoded * (3 - 2 * encoded)
    encoded = encoded + (steep - encoded) * 0.5 * max(mood, 0) + (0.12 - 0.14 * encoded) * max(-mood, 0)
    grain = np.random.default_rng(1).random(encoded.shape, np.float32) - 0.5
    return np.asarray(np.clip(encoded * 255 + grain + 0.5, 0, 255), np.uint8)
