"""Where a packet of XMP goes in each kind of file: found, and put in by copying, without encoding anything again."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from photoplay.media import formats
from photoplay.media._contract import MediaType
from photoplay.media.containers import bmff, flac, jpeg, mp3, png, riff
from photoplay.media.containers._edit import Edit, NoPlace, splice

__all__ = ["NoPlace", "embed", "find"]

_Find = Callable[[BinaryIO], bytes | None]
_Plan = Callable[[BinaryIO, bytes], Sequence[Edit]]

_PLACES: dict[MediaType, tuple[_Find, _Plan]] = {
    formats.PNG: (png.find, png.plan),
    formats.JPEG: (jpeg.find, jpeg.plan),
    formats.WEBP: (riff.find_webp, riff.plan_webp),
    formats.WAV: (riff.find_wav, riff.plan_wav),
    formats.MP3: (mp3.find, mp3.plan),
    formats.FLAC: (flac.find, flac.plan),
    **dict.fromkeys((formats.MP4, formats.MOV, formats.M4A, formats.AVIF), (bmff.find, bmff.plan)),
}


def find(path: Path, found: MediaType) -> bytes | None:
    """The XMP packet of a file, or None; also None where the kind of file has no place for one."""
    if found not in _PLACES:
        return None
    try:
        with path.open("rb") as file:
            return _PLACES[found][0](file)
    except NoPlace:
        return None


def embed(source: Path, target: Path, found: MediaType, packet: bytes) -> None:
    """Writes the source with the packet inside to the target. Raises `NoPlace` when there is no safe place for it."""
    if found not in _PLACES:
        raise NoPlace("this kind of file has no place for a packet")
    with source.open("rb") as file:
        edits = _PLACES[found][1](file, packet)
    splice(source, target, edits)
