"""Camera moves: which one the words ask for, and where the camera stands at each moment."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from photoplay.makers.options import Move

_SIDEWAYS = r"(pan|mov|slid|sweep|track|truck|travel|drift|glid)\w*( \w+){0,3} "
_UPRIGHT = r"(tilt|look|ris|cran|boom|mov|pan|climb|sink)\w*( \w+){0,2} "
_WORDS: tuple[tuple[str, Move], ...] = (
    (r"\b(zoom|pull|move|dolly|fly|track|back)\w*[ -](out|away|back)\b|widen|reveal", "pull-out"),
    (r"\b(orbit|around|circl|rotat|arc|turn)", "orbit"),
    (r"left to right|rightward", "pan-right"),
    (r"right to left|leftward|" + _SIDEWAYS + r"left\b", "pan-left"),
    (_SIDEWAYS + r"right\b", "pan-right"),
    (_UPRIGHT + r"up\b|upward|\bascend|\bpan left\b", "tilt-up"),
    (_UPRIGHT + r"down\b|downward|\bdescend", "tilt-down"),
    (r"\b(drift|float|handheld|sway|breath|subtl|gentl)", "drift"),
    (r"\b(zoom|push|dolly|closer|forward|approach|into|toward)", "push-in"),
    (r"\b(pan|sweep|slid)", "pan-right"),
)
_PERSPECTIVE_DISTANCE = 1.6
"""How far the camera stands away from the picture, in its widths: nearer turns more strongly."""


@dataclass(frozen=True)
class View:
    """Where the camera looks: centre as shares of width and height, zoom (1: the whole picture), turn in radians."""

    x: float = 0.5
    y: float = 0.5
    zoom: float = 1.0
    yaw: float = 0.0

    def perspective(self, ground: tuple[int, int], size: tuple[int, int]) -> tuple[float, ...]:
        """The eight numbers that take a pixel of the frame to one of the ground, turned about the upright axis."""
        sine, cosine = math.sin(self.yaw), math.cos(self.yaw)
        scale = ground[0] / (size[0] * self.zoom)
        bend = scale * sine / (_PERSPECTIVE_DISTANCE * ground[0])
        x, y = self.x * ground[0], self.y * ground[1]
        # The ray through a pixel, counted from the middle, meets the turned plane at (across, down) / depth.
        across = (scale - x * bend, 0.0, x * cosine)
        down = (-y * bend, scale * cosine, y * cosine)
        depth = (-bend, 0.0, cosine)
        rows = (_from_corner(row, size) for row in (across, down, depth))
        whole = [number for row in rows for number in row]
        return tuple(number / whole[8] for number in whole[:8])


def _from_corner(row: tuple[float, float, float], size: tuple[int, int]) -> tuple[float, float, float]:
    """The same sum for pixels counted from the corner of the frame instead of its middle."""
    return row[0], row[1], row[2] - row[0] * size[0] / 2 - row[1] * size[1] / 2


def pick_move(asked: Move, words: str, seed: int) -> Move:
    """The move asked for; on auto the first that the words name, else a push or a drift by the seed."""
    if asked != "auto":
        return asked
    plain = words.lower()
    for pattern, move in _WORDS:
        if re.search(pattern, plain):
            return move
    return ("push-in", "push-in", "pull-out", "drift")[seed % 4]


def path_of(move: Move, strength: float, seed: int) -> Callable[[float], View]:
    """Gives the view at a moment from 0 (first frame) to 1 (last). The camera starts and stops softly."""
    side = 1 if seed % 2 else -1
    paths: dict[str, Callable[[float], View]] = {
        "push-in": lambda t: View(zoom=_zoom(0.22 * strength * _eased(t))),
        "pull-out": lambda t: View(zoom=_zoom(0.22 * strength * (1 - _eased(t)))),
        "pan-left": lambda t: _pan(-1, 0, strength, t),
        "pan-right": lambda t: _pan(1, 0, strength, t),
        "tilt-up": lambda t: _pan(0, -1, strength, t),
        "tilt-down": lambda t: _pan(0, 1, strength, t),
        "orbit": lambda t: _orbit(side, strength, t),
        "drift": lambda t: _drift(side, strength, t),
    }
    return paths[move]


def _eased(t: float) -> float:
    """0 to 1 at an even pace, with a soft start and end of a fifth each."""
    soft = 0.2
    top = 1 / (1 - soft)
    if t < soft:
        return top * t * t / (2 * soft)
    if t > 1 - soft:
        return 1 - top * (1 - t) ** 2 / (2 * soft)
    return top * (t - soft / 2)


def _zoom(amount: float) -> float:
    """Zoom grows by a constant share each moment, which the eye sees as an even speed."""
    return math.exp(amount)


def _pan(x: int, y: int, strength: float, t: float) -> View:
    """Goes from one side to the other, at a zoom that leaves just the room it needs."""
    zoom = 1 + 0.16 * strength
    room = (1 - 1 / zoom) / 2
    way = 2 * _eased(t) - 1
    return View(x=0.5 + x * room * way, y=0.5 + y * room * way, zoom=zoom)


def _orbit(side: int, strength: float, t: float) -> View:
    """Swings about the upright axis while it comes a little closer."""
    yaw = side * 0.16 * strength * (2 * _eased(t) - 1)
    zoom = 1 + 0.12 * strength + 0.06 * strength * _eased(t)
    return View(zoom=zoom, yaw=yaw)


def _drift(side: int, strength: float, t: float) -> View:
    """Floats in a small loop: ends where it began."""
    zoom = 1 + 0.1 * strength
    room = (1 - 1 / zoom) / 2
    turn = math.tau * _eased(t)
    return View(
        x=0.5 + side * room * 0.6 * math.sin(turn),
        y=0.5 + room * 0.25 * math.sin(2 * turn),
        zoom=zoom + 0.03 * strength * (1 - math.cos(turn)) / 2,
    )
