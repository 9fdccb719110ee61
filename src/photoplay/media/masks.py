"""Masks: whatever a person sends becomes one picture of 8 bits without transparency, in which white is painted anew."""

from pathlib import Path

import numpy as np
from PIL import Image

from photoplay.media import pictures
from photoplay.media._contract import Limits, MaskFile, MediaType
from photoplay.media.errors import TooManyPixels

MASK_PIXELS = pictures.PILLOW_PIXELS
"""Largest mask: it is worked on whole."""
_DARK, _BRIGHT = 64, 191
_OPAQUE, _SEEN = 255, 8
_MOSTLY = 0.98


def write_mask(path: Path, found: MediaType, out: Path, limits: Limits) -> MaskFile:
    """Writes the mask as a grey PNG of the same size.

    Without transparency its brightness counts. With transparency: white strokes (beside black or nothing) are what is
    painted anew; else the file is a picture with holes, and the holes are painted anew.
    """
    header = pictures.read_header(path, found, limits)
    if header.pixels > MASK_PIXELS:
        raise TooManyPixels(f"The mask has {header.pixels / 1e6:.0f} million pixels; at most 16 million are taken.")
    mask = _grey(pictures.decode(path, found))
    mask.save(out, "PNG", optimize=False)
    bright = float((np.asarray(mask) > 127).mean())
    return MaskFile(out, "image/png", out.stat().st_size, mask.width, mask.height, bright)


def clear_where_white(path: Path, found: MediaType, out: Path, limits: Limits) -> None:
    """Writes a mask as vendors want it that repaint what is transparent: a PNG of 8-bit RGBA, black, of the same size."""
    pictures.read_header(path, found, limits)
    mask = pictures.decode(path, found).convert("L")
    clear = Image.new("RGBA", mask.size)
    clear.putalpha(mask.point(lambda value: 255 - value))
    clear.save(out, "PNG", compress_level=1)


def _grey(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("L")
    alpha = image.getchannel("A")
    if alpha.getextrema()[0] == _OPAQUE:
        return image.convert("RGB").convert("L")
    if _is_drawn(np.asarray(image)):
        return Image.composite(image.convert("RGB").convert("L"), Image.new("L", image.size, 0), alpha)
    return alpha.point(lambda value: 255 - value)


def _is_drawn(pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> bool:
    """Whether what is not transparent is white, or white and black, and not a picture or black alone."""
    seen = pixels[pixels[..., 3] > _SEEN][:, :3]
    if not len(seen):
        return False
    white, black = (seen > _BRIGHT).all(axis=1), (seen < _DARK).all(axis=1)
    return bool(white.any() and (white | black).mean() >= _MOSTLY)
