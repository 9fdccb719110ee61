"""Pictures above 16 million pixels, with libvips: streamed, so that their memory stays small."""

import os
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from photoplay.media import pictures
from photoplay.media.errors import DamagedMedia, reason_of

os.environ.setdefault("VIPS_MAX_COORD", "65536")  # read once, when the library is loaded

import pyvips

pyvips.block_untrusted_set(True)
pyvips.cache_set_max(0)
pyvips.concurrency_set(2)

AVIF_PIXELS = 40_000_000
"""Above it an AVIF would take more than a gigabyte."""


@dataclass(frozen=True)
class Large:
    """A file that is decoded anew for each use."""

    path: Path

    def small(self, longest: int) -> Image.Image:
        """Upright, in sRGB, longest side at most so long."""
        try:
            image = pyvips.Image.thumbnail(
                str(self.path), longest, height=longest, size="down", output_profile="srgb", fail_on="truncated"
            )
            bands = image.colourspace("srgb").cast("uchar")
            data = bytes(bands.write_to_memory())
        except pyvips.Error as trouble:
            raise _damaged(trouble) from trouble
        mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[bands.bands]
        picture = Image.frombytes(mode, (bands.width, bands.height), data)
        return picture.convert("RGBA" if bands.bands in (2, 4) else "RGB")

    def save_webp(self, path: Path, packet: bytes | None) -> tuple[int, int]:
        """The whole picture as WebP; gives its size."""
        image = self._whole(packet)
        side = max(image.width, image.height)
        image = image.resize(pictures.WEBP_SIDE / side) if side > pictures.WEBP_SIDE else image
        self._run(image, "webpsave", path, Q=pictures.WEBP_QUALITY, effort=pictures.WEBP_METHOD)
        return image.width, image.height

    def save_avif(self, path: Path, packet: bytes | None) -> tuple[int, int]:
        """The whole picture as AVIF; gives its size."""
        image = self._whole(packet)
        self._run(image, "heifsave", path, Q=60, effort=1, compression="av1")
        return image.width, image.height

    def _whole(self, packet: bytes | None) -> pyvips.Image:
        try:
            image = self._upright()
            if image.get_typeof("icc-profile-data") and image.interpretation != "b-w":
                image = image.icc_transform("srgb", embedded=True)
            image = image.colourspace("srgb").cast("uchar").copy()
        except pyvips.Error as trouble:
            raise _damaged(trouble) from trouble
        for field in image.get_fields():
            if field.endswith("-data"):
                image.remove(field)
        if packet is not None:
            image.set_type(pyvips.GValue.blob_type, "xmp-data", packet)
        return image

    def _upright(self) -> pyvips.Image:
        """Streamed if it stands upright already; a turn needs every line at once, so libvips unpacks it first."""
        image = pyvips.Image.new_from_file(str(self.path), access="sequential", fail_on="truncated")
        if image.get_typeof("orientation") and image.get("orientation") != 1:
            image = pyvips.Image.new_from_file(str(self.path), access="random", fail_on="truncated").autorot()
        return image

    def _run(self, image: pyvips.Image, saver: str, path: Path, **options: object) -> None:
        try:
            getattr(image, saver)(str(path), keep="xmp", **options)
        except pyvips.Error as trouble:
            raise _damaged(trouble) from trouble


def _damaged(trouble: Exception) -> DamagedMedia:
    reason = reason_of(trouble)
    return DamagedMedia(f"The picture cannot be decoded to its end: {reason}. Save it again or send another.")
