"""Pictures in memory, with Pillow: opened within limits, brought upright and to sRGB, made smaller, encoded, judged."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import thumbhash
from PIL import (
    AvifImagePlugin,  # noqa: F401 - as the next: named, else the first `save` loads every format there is
    Image,
    ImageCms,
    ImageOps,
    ImageStat,
    WebPImagePlugin,  # noqa: F401
)

from photoplay.media._contract import Finding, Limits, MediaType
from photoplay.media.errors import DamagedMedia, TooManyPixels, reason_of

PILLOW_PIXELS = 16_000_000
"""Up to here Pillow is as quick as libvips; above it libvips takes a fraction of the memory."""
WEBP_QUALITY, WEBP_METHOD = 80, 2
AVIF_QUALITY = 70
AVIF_OPTIONS = {
    "subsampling": "4:4:4",
    "codec": "aom",
    "autotiling": False,
    "advanced": {"tune": "ssim", "enable-rect-partitions": "0"},
}
"""Against Pillow's own choice (4:2:0, tuned to the eye): a quarter fewer bytes at equal PSNR, and no coloured fringes.
Square partitions alone: a third less time on rich pictures, for 4 % more bytes."""
WEBP_SIDE = 16383
"""Longest side of a WebP."""

PLACEHOLDER_PIXELS = 100
_QUARTER_TURNS = (5, 6, 7, 8)
_ORIENTATION = 0x0112

Image.MAX_IMAGE_PIXELS = None  # every file passes `read_header` first, which has the limit and a sentence for it


@dataclass(frozen=True)
class Header:
    """What the header says, before anything is decoded."""

    width: int
    height: int
    frames: int
    has_alpha: bool

    @property
    def pixels(self) -> int:
        """Of one frame."""
        return self.width * self.height


def read_header(path: Path, found: MediaType, limits: Limits) -> Header:
    """Reads the header alone, in about a millisecond. Raises `TooManyPixels` and `DamagedMedia`."""
    with opened(path, found) as image:
        width, height = image.size
        refuse_large(width, height, limits.pixels)
        frames = int(getattr(image, "n_frames", 1))
        if frames > limits.frames:
            raise TooManyPixels(f"The animation has {frames} pictures; at most {limits.frames} are taken. Shorten it.")
        if _stands_on_its_side(image):
            width, height = height, width
        return Header(width, height, frames, image.has_transparency_data)


def _stands_on_its_side(image: Image.Image) -> bool:
    """Not asked of a PNG without EXIF in its header: Pillow would decode all of it to look for some at its end."""
    if image.format == "PNG" and "exif" not in image.info:
        return False
    return image.getexif().get(_ORIENTATION) in _QUARTER_TURNS


def refuse_large(width: int, height: int, limit: int) -> None:
    """Raises `TooManyPixels` above the limit."""
    if width * height > limit:
        size = f"{width} x {height} pixels ({width * height / 1e6:.0f} million)"
        raise TooManyPixels(f"The picture has {size}; at most {limit / 1e6:.0f} million are taken. Make it smaller.")


@contextmanager
def opened(path: Path, found: MediaType) -> Iterator[Image.Image]:
    """The file as Pillow opens it, header only. Whatever goes wrong while it is read becomes `DamagedMedia`."""
    name = "JPEG" if found.extension == "jpg" else found.extension.upper()
    try:
        with Image.open(path, formats=(name,)) as image:
            yield image
    except FileNotFoundError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, Image.DecompressionBombError) as trouble:
        raise DamagedMedia(
            f"The {name} cannot be decoded to its end: {reason_of(trouble)}. Save it again or send another."
        ) from trouble


def decode(path: Path, found: MediaType, *, at_least: int | None = None) -> Image.Image:
    """The whole picture, upright, in sRGB, RGB or RGBA of 8 bits. `at_least` lets a JPEG be decoded smaller."""
    with opened(path, found) as image:
        if at_least is not None and found.extension == "jpg" and image.mode in ("RGB", "L"):
            image.draft(image.mode, (at_least, at_least))
        image.load()
        return _normal(image)


def fitted(image: Image.Image, longest: int) -> Image.Image:
    """The picture with its longest side at most so long; the same picture if it already is."""
    scale = longest / max(image.size)
    if scale >= 1:
        return image
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def save_webp(image: Image.Image, path: Path, packet: bytes | None) -> None:
    """WebP of quality 80 with a packet of XMP."""
    image = fitted(image, WEBP_SIDE)
    image.save(path, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHOD, **_with(packet))


def save_avif(image: Image.Image, path: Path, packet: bytes | None) -> None:
    """AVIF with a packet of XMP. Above 4 million pixels it is encoded quicker and a little larger."""
    speed = 8 if image.width * image.height > 4_000_000 else 6
    image.save(path, "AVIF", quality=AVIF_QUALITY, speed=speed, max_threads=2, **AVIF_OPTIONS, **_with(packet))


def save_jpeg(image: Image.Image, path: Path, packet: bytes | None, *, least: int, most: int) -> None:
    """JPEG whose size lies between `least` and `most` bytes where the picture allows it."""
    flat, data = image.convert("RGB"), b""
    for quality in (82, 92, 70, 58, 45):
        if quality == 92 and len(data) >= least:
            continue
        buffer = BytesIO()
        flat.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True, **_with(packet))
        data = buffer.getvalue()
        if least <= len(data) <= most:
            break
        if len(data) < least and quality != 82:
            break
    path.write_bytes(data)


def placeholder(image: Image.Image) -> str:
    """A thumbhash: about 25 bytes in base64 that the page shows as a blur until the picture is there."""
    small = fitted(image, PLACEHOLDER_PIXELS).convert("RGBA")
    return base64.b64encode(bytes(thumbhash.rgba_to_thumb_hash(small.width, small.height, small.tobytes()))).decode()


def judge(image: Image.Image) -> tuple[Finding, ...]:
    """What is plainly wrong with a picture, by its light alone."""
    small = fitted(image, PLACEHOLDER_PIXELS)
    if small.mode == "RGBA" and small.getchannel("A").getextrema() == (0, 0):
        return (Finding("transparent", "The picture is wholly transparent."),)
    stat = ImageStat.Stat(small.convert("RGB"))
    if max(high for _, high in stat.extrema) < 12:
        return (Finding("black", "The picture is black."),)
    if max(stat.stddev) < 1.5 and max(high - low for low, high in stat.extrema) <= 8:
        return (Finding("blank", "The picture is one even colour."),)
    return ()


def _with(packet: bytes | None) -> dict[str, bytes]:
    return {} if packet is None else {"xmp": packet}


def _normal(image: Image.Image) -> Image.Image:
    image = ImageOps.exif_transpose(image)
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # 16 bits of grey: the high byte
        image = image.point(lambda value: value / 256).convert("L")
    target = "RGBA" if image.has_transparency_data else "RGB"
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        image = _to_srgb(image, profile, target)
    image = image if image.mode == target else image.convert(target)
    image.info.clear()  # else encoders copy the profile and the note of the source
    return image


def _to_srgb(image: Image.Image, profile: bytes, target: str) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return image
        turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=target)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return image if turned is None else turned
