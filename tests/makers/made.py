"""Inputs for the makers' tests, made by code, and progress callbacks that watch or stop them."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from photoplay.core.child_main import Cancelled


class Watcher:
    """A progress callback that keeps what it was told and calls the job off at the n-th call, if asked to."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.told: list[tuple[float, float]] = []
        self._stop_at = stop_at

    def __call__(self, done: float, of: float, **details: Any) -> None:
        self.told.append((done, of))
        if self._stop_at is not None and len(self.told) >= self._stop_at:
            raise Cancelled

    @property
    def shares(self) -> list[float]:
        """Done of all, call by call."""
        return [done / of for done, of in self.told]


def textured(path: Path, size: tuple[int, int] = (96, 64)) -> Path:
    """A picture with soft colours, an edge and grain."""
    width, height = size
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    grain = np.random.default_rng(5).normal(0, 6, (height, width))
    bands = [60 + 140 * across, 90 + 80 * down, np.where(across + down > 1, 200, 60)]
    pixels = np.clip(np.stack([band + grain for band in bands], axis=2), 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def subject(path: Path, size: tuple[int, int] = (240, 200)) -> Path:
    """A dark horse-like figure on a plain bright ground: something stands out."""
    picture = Image.new("RGB", size, (226, 232, 236))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((70, 60, 170, 130), fill=(70, 40, 25))
    pen.ellipse((150, 30, 195, 75), fill=(80, 48, 30))
    for left in (80, 100, 135, 155):
        pen.rectangle((left, 115, left + 9, 180), fill=(64, 36, 22))
    picture.save(path)
    return path


def see_through(path: Path, size: tuple[int, int] = (64, 48)) -> Path:
    """A red disc on nothing; the hidden colour around it is bright green."""
    pixels = np.zeros((size[1], size[0], 4), np.uint8)
    pixels[:, :] = (0, 255, 0, 0)
    down, across = np.mgrid[0 : size[1], 0 : size[0]]
    pixels[(across - 32) ** 2 + (down - 24) ** 2 < 18**2] = (200, 30, 30, 255)
    Image.fromarray(pixels).save(path)
    return path


def pixels_of(path: str | Path) -> np.ndarray:
    """A picture file as pixels."""
    with Image.open(path) as picture:
        return np.array(picture)


def files_in(folder: Path) -> list[str]:
    """The names of all files, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())
