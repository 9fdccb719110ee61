"""What a file is, by its first bytes: pure Python, so the web process may ask. No name from outside is trusted."""

from pathlib import Path
from typing import BinaryIO

from photoplay.media._contract import MediaType
from photoplay.media.errors import NotMedia, UnsupportedMedia

HEAD_BYTES = 4096
"""So many first bytes are enough."""

PNG = MediaType("image", "image/png", "png")
JPEG = MediaType("image", "image/jpeg", "jpg")
WEBP = MediaType("image", "image/webp", "webp")
AVIF = MediaType("image", "image/avif", "avif")
GIF = MediaType("image", "image/gif", "gif")
MP4 = MediaType("video", "video/mp4", "mp4")
MOV = MediaType("video", "video/quicktime", "mov")
WEBM = MediaType("video", "video/webm", "webm")
WAV = MediaType("audio", "audio/wav", "wav")
MP3 = MediaType("audio", "audio/mpeg", "mp3")
FLAC = MediaType("audio", "audio/flac", "flac")
M4A = MediaType("audio", "audio/mp4", "m4a")
OGG = MediaType("audio", "audio/ogg", "ogg")

ALL = (PNG, JPEG, WEBP, AVIF, GIF, MP4, MOV, WEBM, WAV, MP3, FLAC, M4A, OGG)

_STARTS: tuple[tuple[bytes, MediaType], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"fLaC", FLAC),
    (b"ID3", MP3),
)
_BRANDS: dict[bytes, MediaType] = {b"avif": AVIF, b"avis": AVIF, b"M4A ": M4A, b"M4B ": M4A, b"qt  ": MOV}
_FILM_BRANDS = (b"iso", b"mp4", b"avc1", b"M4V ", b"dash", b"MSNV", b"3gp", b"cmf")
_OGG_SOUND = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC")
_NOT_TAKEN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"8BPS", "a Photoshop document"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"FORM", "an AIFF sound"),
    (b"OggS", "an Ogg film"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an SVG drawing or other XML"),
    (b"\x1aE\xdf\xa3", "a Matroska film"),
    (b"\x30\x26\xb2\x75", "a Windows Media file"),
)


def sniff(head: bytes) -> MediaType | None:
    """The type of a file by its first bytes (4096 are enough), or None if it is nothing we take.

    A film container may turn out to hold sound alone; only `MediaWorker.probe` can tell.
    """
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"WAVE": WAV}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[:4] == b"\x1aE\xdf\xa3":
        return WEBM if b"webm" in head[:64] else None
    if head[:4] == b"OggS":
        return OGG if any(name in head[:128] for name in _OGG_SOUND) else None
    return MP3 if _is_mp3_frame(head) else None


def sniff_file(path: Path) -> MediaType:
    """The type of a file. Raises `UnsupportedMedia` for what we know but do not take, `NotMedia` for the rest."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if head.startswith(b"ID3"):
            head = _after_tag(file, head)
    found = sniff(head)
    if found is not None:
        return found
    takes = "Send a PNG, JPEG, WebP, AVIF or GIF, an MP4, MOV or WebM, or a WAV, MP3, FLAC, M4A or Ogg."
    if not head:
        raise NotMedia(f"The file is empty. {takes}")
    what = _name_of(head)
    if what is not None:
        raise UnsupportedMedia(f"This is {what}, which is not taken. {takes}")
    raise NotMedia(f"This is no picture, film or sound. {takes}")


def _after_tag(file: BinaryIO, head: bytes) -> bytes:
    """C2PA puts an ID3 tag before a FLAC too, so what follows the tag decides; an MP3 may have anything there."""
    file.seek(10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]) if len(head) >= 10 else 0)
    after = file.read(4)
    return after if after == b"fLaC" else head


def _by_brand(head: bytes) -> MediaType | None:
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size, 4))]
    for brand in brands:
        if brand in _BRANDS:
            return _BRANDS[brand]
    return MP4 if any(brand.startswith(_FILM_BRANDS) for brand in brands) else None


def _is_mp3_frame(head: bytes) -> bool:
    """A frame of MPEG layer III begins here: sync, and no reserved version, bit rate or sample rate."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    return head[1] & 0x18 != 0x08 and head[2] & 0xF0 not in (0x00, 0xF0) and head[2] & 0x0C != 0x0C


def _name_of(head: bytes) -> str | None:
    if head[4:8] == b"ftyp":
        return "a HEIC picture" if head[8:11] in (b"hei", b"hev", b"mif") else "a film of an unknown brand"
    if head[:4] == b"RIFF":
        return "an AVI film" if head[8:12] == b"AVI " else "a RIFF file of another kind"
    return next((name for start, name in _NOT_TAKEN if head.lstrip().startswith(start)), None)
