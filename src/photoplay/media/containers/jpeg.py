"""XMP in a JPEG: an APP1 segment of its own, after JFIF and EXIF."""

from collections.abc import Iterator
from typing import BinaryIO

from photoplay.media.containers._edit import Edit, NoPlace, read_at

_NAME = b"http://ns.adobe.com/xap/1.0/\0"
_APP0, _APP1, _START_OF_SCAN = 0xE0, 0xE1, 0xDA
_BARE = (0x01, *range(0xD0, 0xD9))
"""Markers without a length."""


def find(file: BinaryIO) -> bytes | None:
    """The packet, if there is one."""
    for at, marker, length in _segments(file):
        if _is_packet(file, at, marker, length):
            return read_at(file, at + 4 + len(_NAME), length - 2 - len(_NAME))
    return None


def plan(file: BinaryIO, packet: bytes) -> tuple[Edit, ...]:
    """How to put the packet in, in place of an older one."""
    if len(packet) > 65533 - len(_NAME):
        raise NoPlace("the packet is larger than a segment of a JPEG")
    place, old = 2, []
    for at, marker, length in _segments(file):
        if _is_packet(file, at, marker, length):
            old.append(Edit(at, length + 2))
        elif marker in (_APP0, _APP1) and at == place:
            place = at + 2 + length
    segment = bytes((0xFF, _APP1)) + (len(_NAME) + len(packet) + 2).to_bytes(2, "big") + _NAME + packet
    return (Edit(place, 0, segment), *old)


def _segments(file: BinaryIO) -> Iterator[tuple[int, int, int]]:
    at = 2
    while True:
        sync, marker = read_at(file, at, 2)
        if sync != 0xFF:
            raise NoPlace("the JPEG has a broken segment")
        if marker == _START_OF_SCAN:
            return
        if marker == 0xFF:  # padding before a marker
            at += 1
        elif marker in _BARE:
            at += 2
        else:
            length = int.from_bytes(read_at(file, at + 2, 2), "big")
            yield at, marker, length
            at += 2 + length


def _is_packet(file: BinaryIO, at: int, marker: int, length: int) -> bool:
    return marker == _APP1 and length > len(_NAME) + 2 and read_at(file, at + 4, len(_NAME)) == _NAME
