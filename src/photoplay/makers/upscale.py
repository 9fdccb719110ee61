"""Makes a picture two, four or eight times larger: a small network adds sharp edges, the source keeps its own texture."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from photoplay.core.child_main import Progress, TaskFailed
from photoplay.makers._job import MadeFile, PictureJob, all_or_nothing, answer, whole_file
from photoplay.makers.options import Look
from photoplay.makers.pictures import Picture, Pixels, open_picture, write_png
from photoplay.makers.ready_files import THUMB_PIXELS, placeholder, write_webp

TASK = "upscale"
TILE_PIXELS = 192
ASK_SECONDS = 0.1
PAD_PIXELS = 10
NETWORK_FACTOR = 4
TEXTURE_KEPT = 0.8
"""How much of what the network smoothed away comes back: 1 keeps the grain whole, and JPEG blocks with it."""
MOST_RESULT_PIXELS = 2**26
"""67 million: about 8192 x 8192."""
WEIGHTS = Path(__file__).parent / "weights"

Floats = npt.NDArray[np.float32]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""
Enlarge = Callable[[Pixels], Floats]
"""A padded tile in (RGB, 8 bits), the same four times larger out (0 to 255)."""


class UpscaleJob(PictureJob):
    """`factor` multiplies both edges."""

    factor: Literal[2, 4, 8] = 2
    look: Look = "natural"


def most_input_pixels(factor: int) -> int:
    """The largest picture that is taken, in pixels."""
    return MOST_RESULT_PIXELS // factor**2


def run(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Writes `upscaled.png` and `thumb.webp`. Progress counts tiles.

    Raises `TaskFailed`: "too_large", "unreadable_picture".
    """
    job = UpscaleJob.model_validate(params)
    picture = open_picture(job.source, most_pixels=most_input_pixels(job.factor), purpose=f"enlarge {job.factor} times")
    progress(0, 1, word="Enlarging")
    rgb = _enlarge_all(_without_hidden_colors(picture), job, progress)
    alpha = None if picture.alpha is None else _resized(picture.alpha, job.factor)
    target, thumb = job.out_dir / "upscaled.png", job.out_dir / "thumb.webp"
    seen = picture.rgb if picture.alpha is None else np.dstack([picture.rgb, picture.alpha])
    with all_or_nothing(target, thumb):
        with whole_file(target) as part:
            write_png(part, rgb, alpha, picture.icc)
        small = write_webp(thumb, seen, role="thumb", longer_edge=THUMB_PIXELS)
    width, height = picture.size
    return answer(
        MadeFile(target, "image/png", width=width * job.factor, height=height * job.factor),
        small,
        metadata={
            "factor": job.factor,
            "look": job.look,
            "network": "realesr-animevideov3-x4",
            "thumbhash": placeholder(seen),
        },
    )


def _enlarge_all(source: Pixels, job: UpscaleJob, progress: Progress) -> Pixels:
    """Goes through the tiles, as many at a time as there are cores.

    Each tile is one thread's work from start to end: several threads within one network would wait for each other
    in busy loops, which on a machine with other work takes ten times as long.
    """
    height, width = source.shape[:2]
    factor, pad, enlarge = job.factor, PAD_PIXELS, _network()
    bordered = np.pad(source, ((pad, pad), (pad, pad), (0, 0)), mode="symmetric")
    result = np.empty((height * factor, width * factor, 3), np.uint8)

    def fill(box: Box) -> None:
        left, top, right, bottom = box
        tile = np.ascontiguousarray(bordered[top : bottom + 2 * pad, left : right + 2 * pad])
        large = _finished(tile, enlarge, job)
        inner = large[pad * factor : -pad * factor, pad * factor : -pad * factor]
        result[top * factor : bottom * factor, left * factor : right * factor] = inner

    _in_threads(fill, list(_tiles(width, height)), progress)
    return result


def _in_threads(fill: Callable[[Box], None], tiles: list[Box], progress: Progress) -> None:
    """Asks several times a second whether to stop. A tile that is then under way ends by itself and is forgotten."""
    pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="tiles")
    try:
        waiting = {pool.submit(fill, tile) for tile in tiles}
        while waiting:
            finished, waiting = wait(waiting, timeout=ASK_SECONDS, return_when=FIRST_COMPLETED)
            for tile in finished:
                tile.result()
            progress(len(tiles) - len(waiting), len(tiles), word="Enlarging")
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _tiles(width: int, height: int) -> Iterator[Box]:
    """Boxes (left, top, right, bottom) of about equal size, none larger than `TILE_PIXELS`."""
    columns, rows = -(-width // TILE_PIXELS), -(-height // TILE_PIXELS)
    for row in range(rows):
        for column in range(columns):
            left, right = width * column // columns, width * (column + 1) // columns
            top, bottom = height * row // rows, height * (row + 1) // rows
            yield left, top, right, bottom


def _finished(tile: Pixels, enlarge: Enlarge, job: UpscaleJob) -> Pixels:
    """The tile at the wanted size. What the network painted over is put back where the look is natural.

    The step from four to eight is a smooth one: the network a second time would take sixteen times as long.
    """
    large = enlarge(tile)
    if job.factor < NETWORK_FACTOR:
        large = _averaged(large, NETWORK_FACTOR // job.factor)
    elif job.factor > NETWORK_FACTOR:
        large = _resized_float(large, job.factor // NETWORK_FACTOR)
    if job.look == "natural":
        lost = tile.astype(np.float32) - _averaged(large, job.factor)
        large += _resized_float(lost * np.float32(TEXTURE_KEPT), job.factor)
    np.clip(large, 0, 255, out=large)
    return np.rint(large, out=large).astype(np.uint8)


def _averaged(pixels: Floats, times: int) -> Floats:
    """Smaller by the mean of blocks."""
    rows = sum(pixels[row::times] for row in range(1, times)) + pixels[::times]
    smaller: Floats = sum(rows[:, column::times] for column in range(1, times)) + rows[:, ::times]
    smaller *= np.float32(1 / times**2)
    return smaller


def _resized_float(pixels: Floats, factor: int) -> Floats:
    from PIL import Image

    size = (pixels.shape[1] * factor, pixels.shape[0] * factor)
    bands = [Image.fromarray(pixels[:, :, band]).resize(size, Image.Resampling.BICUBIC) for band in range(3)]
    return np.stack([np.asarray(band) for band in bands], axis=2)


def _resized(alpha: Pixels, factor: int) -> Pixels:
    from PIL import Image

    size = (alpha.shape[1] * factor, alpha.shape[0] * factor)
    return np.asarray(Image.fromarray(alpha).resize(size, Image.Resampling.LANCZOS))


def _without_hidden_colors(picture: Picture) -> Pixels:
    """Fills what is fully transparent from its surroundings, so that no hidden colour bleeds into the edges."""
    if picture.alpha is None:
        return picture.rgb
    from PIL import Image, ImageFilter

    seen = picture.alpha.astype(np.float32) / 255
    shown = (picture.rgb * seen[:, :, None]).astype(np.uint8)
    soft = ImageFilter.BoxBlur(8)
    around = np.asarray(Image.fromarray(shown).filter(soft), np.float32)
    weight = np.asarray(Image.fromarray(picture.alpha).filter(soft), np.float32)[:, :, None] / 255
    filled = np.clip(around / np.maximum(weight, 1e-3), 0, 255).astype(np.uint8)
    return np.where(picture.alpha[:, :, None] == 0, filled, picture.rgb)


@cache
def _network() -> Enlarge:
    """Loads the network once for the life of the process; it stays warm."""
    import ncnn

    net = ncnn.Net()
    net.opt.use_vulkan_compute = False
    net.opt.use_bf16_storage = True
    net.opt.num_threads = 1
    name = WEIGHTS / "realesr-animevideov3-x4"
    if net.load_param(f"{name}.param") or net.load_model(f"{name}.bin"):
        raise TaskFailed("weights_missing", "The weights for enlarging are missing. Install Photoplay again.")

    def enlarge(tile: Pixels) -> Floats:
        # from_pixels copies; ncnn.Mat(array) would keep a pointer to memory that numpy has freed.
        given = ncnn.Mat.from_pixels(tile, ncnn.Mat.PixelType.PIXEL_RGB, tile.shape[1], tile.shape[0])
        given.substract_mean_normalize([], [1 / 255.0] * 3)
        extractor = net.create_extractor()
        extractor.input("data", given)
        _, made = extractor.extract("output")
        large = np.empty((made.h, made.w, 3), np.float32)
        np.multiply(np.array(made, copy=False).transpose(1, 2, 0), np.float32(255), out=large)
        return large

    return enlarge
