"""Paints one picture of a scene."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pydantic import Field

from photoplay.core.child_main import Progress
from photoplay.makers._job import MadeFile, all_or_nothing, answer
from photoplay.makers.frame_size import picture_size
from photoplay.makers.painter import SceneJob
from photoplay.makers.pictures import Pixels
from photoplay.makers.ready_files import THUMB_PIXELS, placeholder, write_fast_png, write_webp

TASK = "text-to-image"
_PAINTING = 0.9
"""Share of the work that is painting; the rest is writing files."""


class PictureOfScene(SceneJob):
    """`size` is the longer edge in pixels."""

    size: int = Field(default=1024, ge=16, le=4096)


def run(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Writes `picture.png`, `picture.webp` and `thumb.webp`. Progress counts pixels.

    The metadata holds the settings that give this picture again, the renderer's name and the thumbhash (base64).
    """
    job = PictureOfScene.model_validate(params)
    reading, painter, size = job.reading, job.painter, picture_size(job.aspect, job.size)
    total = size[0] * size[1]

    def between(share: float) -> None:
        progress(round(total * share * _PAINTING), total, word="Painting")

    between(0)
    pixels = painter.paint(reading, size, 0.0, between)
    files = _write(job, pixels)
    return answer(*files, metadata={**reading.params, "renderer": painter.name, "thumbhash": placeholder(pixels)})


def _write(job: PictureOfScene, pixels: Pixels) -> list[MadeFile]:
    """The lossless file on one core, the small ones on another."""
    whole, light, thumb = (job.out_dir / name for name in ("picture.png", "picture.webp", "thumb.webp"))
    with all_or_nothing(whole, light, thumb), ThreadPoolExecutor(2) as pool:
        first = pool.submit(write_fast_png, whole, pixels)
        second = pool.submit(write_webp, light, pixels, role="webp")
        third = write_webp(thumb, pixels, role="thumb", longer_edge=THUMB_PIXELS)
        return [first.result(), second.result(), third]
