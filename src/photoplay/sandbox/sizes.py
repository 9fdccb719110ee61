"""How large a picture and how long a film is that a simulated vendor was given, and how many megapixels its vendor counts."""

import struct
from decimal import ROUND_CEILING, Decimal
from typing import Final

_MEGAPIXEL: Final = 1024 * 1024


def whole_megapixels(size: tuple[int, int]) -> Decimal:
    """As Black Forest Labs counts them and those that resell it: of 1024 x 1024, a part of one as a whole."""
    return (Decimal(size[0] * size[1]) / _MEGAPIXEL).to_integral_value(ROUND_CEILING)


def film_seconds(data: bytes) -> float | None:
    """The length of an MP4 by its movie header; None where there is none."""
    at = data.find(b"mvhd")
    if at < 0 or len(data) < at + 32:
        return None
    is_long = data[at + 4] == 1
    scale, length = struct.unpack(
        ">IQ" if is_long else ">II", data[at + 24 : at + 36] if is_long else data[at + 16 : at + 24]
    )
    return float(length) / scale if scale else None


def size_of(head: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG or WebP by its first bytes; None for anything else."""
    if head.startswith(b"\x89PNG"):
        width, height = struct.unpack(">II", head[16:24])
        return int(width), int(height)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return 1024, 1024
    return _size_of_jpeg(head) if head.startswith(b"\xff\xd8") else None


def _size_of_jpeg(head: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        marker, length = head[at + 1], int.from_bytes(head[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + length
    return None
