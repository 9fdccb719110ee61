"""Turns a picture into a film by moving a camera over it, at fractions of a pixel, so that nothing shakes."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pydantic import Field

from photoplay.core.child_main import Progress
from photoplay.makers._job import MadeFile, PictureJob, all_or_nothing, answer
from photoplay.makers.encode import film_writer
from photoplay.makers.moves import View, path_of, pick_move
from photoplay.makers.options import Move
from photoplay.makers.pictures import Pixels, open_picture
from photoplay.makers.ready_files import THUMB_PIXELS, placeholder, write_poster, write_webp

TASK = "image-to-video"
FPS = 24
MOST_INPUT_PIXELS = 40_000_000
WIDEST, TALLEST = 2.4, 1 / 2.4
"""Aspects beyond these are cropped."""


class CameraJob(PictureJob):
    """`size` is the shorter edge of the film in lines, such as "720p"."""

    prompt: str = ""
    size: str = Field(default="720p", pattern=r"^\d{3,4}p$")
    duration_seconds: float = Field(default=8, ge=1, le=30)
    seed: int = 0
    move: Move = "auto"
    strength: float = Field(default=1.0, ge=0.1, le=2.0)


def run(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Writes `film.mp4` (24 fps, H.264, as long as asked), `poster.jpg`, `thumb.webp`. Progress counts frames.

    Raises `TaskFailed`: "too_large", "unreadable_picture", "encoder".
    """
    job = CameraJob.model_validate(params)
    picture = open_picture(job.source, most_pixels=MOST_INPUT_PIXELS, purpose="animate")
    move = pick_move(job.move, job.prompt, job.seed)
    size = film_size(picture.size, lines=int(job.size.removesuffix("p")))
    frames = round(job.duration_seconds * FPS)
    progress(0, frames, word="Moving the camera")
    ground = _ground(_opaque(picture.rgb, picture.alpha), size)
    shot = _Shot(ground, size, path_of(move, job.strength, job.seed))
    film, poster, thumb = (job.out_dir / name for name in ("film.mp4", "poster.jpg", "thumb.webp"))
    with all_or_nothing(film, poster, thumb):
        _film(film, shot, frames, progress)
        middle = np.asarray(shot.frame(0.5))
        shown = write_poster(poster, middle), write_webp(thumb, middle, role="thumb", longer_edge=THUMB_PIXELS)
    return answer(
        MadeFile(film, "video/mp4", width=size[0], height=size[1], duration_seconds=frames / FPS, fps=FPS),
        *shown,
        metadata={"move": move, "strength": job.strength, "frames": frames, "thumbhash": placeholder(middle)},
    )


def film_size(picture: tuple[int, int], *, lines: int) -> tuple[int, int]:
    """(width, height) of the film: the picture's aspect, `lines` on the shorter edge, both even."""
    aspect = min(max(picture[0] / picture[1], TALLEST), WIDEST)
    width, height = (lines * aspect, float(lines)) if aspect >= 1 else (float(lines), lines / aspect)
    return 2 * round(width / 2), 2 * round(height / 2)


@dataclass(frozen=True)
class _Shot:
    ground: Image.Image
    size: tuple[int, int]
    view_at: Callable[[float], View]

    def frame(self, moment: float) -> Image.Image:
        """What the camera sees, from 0 to 1. A level view is cut by a box of fractions, a turned one by perspective."""
        view, (width, height) = self.view_at(moment), self.ground.size
        if view.yaw:
            numbers = view.perspective(self.ground.size, self.size)
            return self.ground.transform(self.size, Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC)
        half = 0.5 / view.zoom
        left, right = max(0.0, view.x - half), min(1.0, view.x + half)
        top, bottom = max(0.0, view.y - half), min(1.0, view.y + half)
        box = (left * width, top * height, right * width, bottom * height)
        return self.ground.resize(self.size, Image.Resampling.BICUBIC, box=box)


def _film(path: Path, shot: _Shot, frames: int, progress: Progress) -> None:
    with film_writer(path, shot.size, FPS) as film:
        for number in range(frames):
            film.write(shot.frame(number / max(1, frames - 1)).tobytes())
            progress(number + 1, frames, word="Moving the camera")


def _opaque(rgb: Pixels, alpha: Pixels | None) -> Image.Image:
    """A film has no transparency: what is see-through becomes a soft grey."""
    image = Image.fromarray(rgb)
    if alpha is None:
        return image
    ground = Image.new("RGB", image.size, (236, 236, 234))
    ground.paste(image, (0, 0), Image.fromarray(alpha))
    return ground


def _ground(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture cropped to the film's aspect. Scaled so that no view has to shrink it more than a little."""
    aspect = size[0] / size[1]
    width, height = min(image.width, image.height * aspect), min(image.height, image.width / aspect)
    left, top = (image.width - width) / 2, (image.height - height) / 2
    scale = min(1.5, max(1.0, width / size[0]))
    wanted = (math.ceil(size[0] * scale), math.ceil(size[1] * scale))
    return image.resize(wanted, Image.Resampling.LANCZOS, box=(left, top, left + width, top + height))
