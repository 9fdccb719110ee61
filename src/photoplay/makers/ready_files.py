"""Writes what is shown of a result at once, from raw pixels: PNG, WebP, thumbnail, poster, and the placeholder hash."""

import base64
from pathlib import Path

import numpy as np
import pyvips
import thumbhash
from PIL import Image

from photoplay.makers._job import MadeFile, whole_file
from photoplay.makers.pictures import Pixels

THUMB_PIXELS = 256
POSTER_PIXELS = 640
PLACEHOLDER_PIXELS = 100
WEBP_QUALITY = 80
WEBP_EFFORT = 2


def write_fast_png(path: Path, pixels: Pixels) -> MadeFile:
    """The picture without loss, written for speed, not for size."""
    height, width = pixels.shape[:2]
    image = pyvips.Image.new_from_memory(pixels.data, width, height, 3, "uchar")
    with whole_file(path) as part:
        image.pngsave(str(part), compression=1, filter="sub")
    return MadeFile(path, "image/png", width=width, height=height)


def write_webp(path: Path, pixels: Pixels, *, role: str, longer_edge: int | None = None) -> MadeFile:
    """The picture as WebP, quality 80; smaller where `longer_edge` says so."""
    image = Image.fromarray(pixels if longer_edge is None else shrunk(pixels, longer_edge))
    with whole_file(path) as part:
        image.save(part, "WEBP", quality=WEBP_QUALITY, method=WEBP_EFFORT)
    return MadeFile(path, "image/webp", role=role, width=image.width, height=image.height)


def write_poster(path: Path, pixels: Pixels) -> MadeFile:
    """A JPEG of at most 640 pixels."""
    image = Image.fromarray(shrunk(pixels, POSTER_PIXELS))
    with whole_file(path) as part:
        image.save(part, "JPEG", quality=80, optimize=True)
    return MadeFile(path, "image/jpeg", role="poster", width=image.width, height=image.height)


def shrunk(pixels: Pixels, longer_edge: int) -> Pixels:
    """The same picture, no edge longer than this."""
    image = Image.fromarray(pixels)
    image.thumbnail((longer_edge, longer_edge), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return np.asarray(image)


def placeholder(pixels: Pixels) -> str:
    """The thumbhash of the picture, base64."""
    small = Image.fromarray(shrunk(pixels, PLACEHOLDER_PIXELS)).convert("RGBA")
    return base64.b64encode(bytes(thumbhash.rgba_to_thumb_hash(small.width, small.height, small.tobytes()))).decode()
