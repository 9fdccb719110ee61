"""Paints a seamless film of a scene: a first frame and a light loop at once, then the whole film."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pydantic import Field

from photoplay.core.child_main import Progress
from photoplay.makers._job import MadeFile, all_or_nothing, answer
from photoplay.makers.encode import film_writer
from photoplay.makers.frame_size import film_size, within
from photoplay.makers.painter import Painter, SceneJob
from photoplay.makers.pictures import Pixels
from photoplay.makers.reading import Reading
from photoplay.makers.ready_files import THUMB_PIXELS, placeholder, write_poster, write_webp
from photoplay.makers.scene_list import find_scene

TASK = "text-to-video"
FPS = 24
FIRST_PIXELS = 640
LOOP_PIXELS = 320
LOOP_SECONDS = 2.5
"""How long painting the light loop may take."""
LOOP_RATES = (8, 6, 4, 3)
LEAST_LINES = 540
"""Frames that are painted smaller and enlarged have at least this shorter edge."""


class FilmOfScene(SceneJob):
    """`size` is the shorter edge in lines, such as "720p"."""

    aspect: str = "16:9"
    size: str = Field(default="720p", pattern=r"^\d{2,4}p$")
    duration_seconds: float = Field(default=8, gt=0, le=30)

    @property
    def pixels(self) -> tuple[int, int]:
        """(width, height), both even."""
        return film_size(self.aspect, int(self.size.removesuffix("p")))

    @property
    def frames(self) -> int:
        """How many frames the loop has."""
        return round(self.duration_seconds * FPS)


def run(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Writes `film.mp4` (24 fps, loops without a seam), `poster.jpg` and `thumb.webp`; progress counts frames.

    On the way `first.webp` and `loop.mp4` are told as `previews` in the progress lines; they stay until the end.
    Raises `TaskFailed("encoder", ...)`.
    """
    job = FilmOfScene.model_validate(params)
    names = ("first.webp", "loop.mp4", "film.mp4", "poster.jpg", "thumb.webp")
    first, loop, film, poster, thumb = (job.out_dir / name for name in names)
    shot = _Shot(job, progress)
    with all_or_nothing(first, loop, film, poster, thumb):
        shot.show_first(first)
        shot.show_loop(loop)
        middle = shot.write(film)
        files = write_poster(poster, middle), write_webp(thumb, middle, role="thumb", longer_edge=THUMB_PIXELS)
    width, height = job.pixels
    whole = MadeFile(film, "video/mp4", width=width, height=height, duration_seconds=job.frames / FPS, fps=FPS)
    metadata = {**shot.reading.params, "renderer": shot.painter.name, "thumbhash": placeholder(middle)}
    return answer(whole, *files, metadata=metadata | {"frames": job.frames, "painted_frames": shot.painted_frames})


class _Shot:
    """One film in the making."""

    def __init__(self, job: FilmOfScene, progress: Progress) -> None:
        scene = find_scene(job.reading.scene)
        self.reading: Reading = job.reading
        self.painter: Painter = job.painter
        self._job = job
        self._progress = progress
        self._size = _painted_size(job.pixels, scene.film_scale)
        self._every = scene.film_every if job.frames % 2 == 0 else 1
        self.painted_frames = job.frames // self._every
        self._done = 0.0

    def show_first(self, path: Path) -> None:
        """The first frame, small."""
        self._tell()
        pixels = self._paint(within(self._job.pixels, FIRST_PIXELS), 0.0)
        self._tell(previews=[_shown(write_webp(path, pixels, role="preview"))])

    def show_loop(self, path: Path) -> None:
        """The whole loop, tiny and with as many frames as there is time for."""
        size = within(self._job.pixels, LOOP_PIXELS)
        begun = time.perf_counter()
        self._paint(size, 0.0)
        each = time.perf_counter() - begun
        seconds = self._job.duration_seconds
        rate = next((rate for rate in LOOP_RATES if each * rate * seconds <= LOOP_SECONDS), LOOP_RATES[-1])
        count = max(round(seconds * rate), 1)
        with film_writer(path, size, rate, crf=24) as writer:
            for frame in range(count):
                writer.write(self._paint(size, frame / count).data.cast("B"))
        made = MadeFile(path, "video/mp4", role="preview", width=size[0], height=size[1], fps=rate)
        self._tell(previews=[_shown(made)])

    def write(self, path: Path) -> Pixels:
        """The film itself. Gives its middle frame."""
        middle: Pixels | None = None
        with film_writer(path, self._job.pixels, FPS, loop_frames=self._job.frames) as writer:
            for number, pixels in enumerate(self._frames()):
                middle = pixels if number == self._job.frames // 2 else middle
                writer.write(pixels.data.cast("B"))
                self._done = number + 1
                self._tell()
        assert middle is not None
        return middle

    def _frames(self) -> Iterator[Pixels]:
        """Every frame at the film's size, in order. The last one blends into the first."""
        first = before = self._enlarged(self._paint(self._size, 0.0))
        yield first
        for number in range(self._every, self._job.frames + self._every, self._every):
            is_over = number >= self._job.frames
            frame = first if is_over else self._enlarged(self._paint(self._size, number / self._job.frames))
            if self._every == 2:
                yield _between(before, frame)
            if not is_over:
                yield frame
            before = frame

    def _enlarged(self, pixels: Pixels) -> Pixels:
        if self._size == self._job.pixels:
            return pixels
        return np.asarray(Image.fromarray(pixels).resize(self._job.pixels, Image.Resampling.BICUBIC))

    def _paint(self, size: tuple[int, int], phase: float) -> Pixels:
        return self.painter.paint(self.reading, size, phase, lambda share: self._tell())

    def _tell(self, **details: Any) -> None:
        self._progress(self._done, self._job.frames, word="Painting", **details)


def _painted_size(size: tuple[int, int], scale: float) -> tuple[int, int]:
    lines = min(size)
    share = min(max(scale, LEAST_LINES / lines), 1)
    return round(size[0] * share / 2) * 2, round(size[1] * share / 2) * 2


def _between(before: Pixels, after: Pixels) -> Pixels:
    """The mean of two frames, without more than 8 bits on the way."""
    return np.asarray((before >> 1) + (after >> 1) + (before & after & 1))


def _shown(file: MadeFile) -> dict[str, Any]:
    return {**asdict(file), "path": str(file.path.absolute())}
