"""Reads the input pictures of makers into pixels, within limits, and writes result pictures as PNG."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyvips
from PIL import Image, ImageOps, UnidentifiedImageError

from photoplay.core.child_main import TaskFailed

Pixels = npt.NDArray[np.uint8]
"""Rows from the top, RGB or grey, 8 bits."""


@dataclass(frozen=True)
class Picture:
    """A picture as pixels, turned upright. `alpha` is None where every pixel is opaque."""

    rgb: Pixels
    alpha: Pixels | None
    icc: bytes | None

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)"""
        return self.rgb.shape[1], self.rgb.shape[0]


def open_picture(path: Path, *, most_pixels: int, purpose: str) -> Picture:
    """Decodes a picture of any usual kind. `purpose` ends the sentence "too large to ...".

    Raises `TaskFailed`: "too_large" (seen in the header, before decoding) or "unreadable_picture".
    """
    try:
        with Image.open(path) as opened:
            _check_size(opened.size, most_pixels, purpose)
            icc = opened.info.get("icc_profile")
            upright = ImageOps.exif_transpose(opened)
            converted = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as trouble:
        raise TaskFailed(
            "unreadable_picture", "The picture cannot be read; it may be damaged. Try another file."
        ) from trouble
    pixels = np.asarray(converted)
    keep_icc = icc if opened.mode in {"RGB", "RGBA", "P"} else None
    if pixels.shape[2] == 3:
        return Picture(pixels, None, keep_icc)
    alpha = np.ascontiguousarray(pixels[:, :, 3])
    return Picture(np.ascontiguousarray(pixels[:, :, :3]), None if alpha.min() == 255 else alpha, keep_icc)


def _check_size(size: tuple[int, int], most_pixels: int, purpose: str) -> None:
    width, height = size
    if width * height > most_pixels:
        raise TaskFailed(
            "too_large",
            f"The picture has {width} x {height} pixels ({width * height / 1e6:.1f} million), too large to {purpose}: "
            f"at most {most_pixels / 1e6:.1f} million. Use a smaller one.",
        )


def write_png(path: Path, rgb: Pixels, alpha: Pixels | None = None, icc: bytes | None = None) -> None:
    """Writes a PNG without copying the pixels; `alpha` has the same width and height as `rgb`."""
    image = _as_vips(rgb)
    if alpha is not None:
        image = image.bandjoin(_as_vips(alpha))
    if icc is not None:
        image = image.copy()
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", icc)
    image.pngsave(str(path), compression=3, filter="all" if rgb.size < 24_000_000 else "sub")


def _as_vips(pixels: Pixels) -> Any:
    bands = pixels.shape[2] if pixels.ndim == 3 else 1
    whole = np.ascontiguousarray(pixels)
    return pyvips.Image.new_from_memory(whole.data, whole.shape[1], whole.shape[0], bands, "uchar")
