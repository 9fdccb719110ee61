"""XMP in a PNG: an iTXt chunk of its own, before the picture data."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from photoplay.media.containers._edit import LARGEST_PACKET_BYTES, Edit, NoPlace, read_at, size_of

_HEADER_END = 8 + 25
"""Signature and IHDR."""
_KEYWORD = b"XML:com.adobe.xmp\0"
_FLAGS = b"\0\0\0\0"
"""Not compressed, no language, no translated keyword."""


def find(file: BinaryIO) -> bytes | None:
    """The packet, if there is one."""
    for at, kind, length in _chunks(file):
        if _is_packet(file, at, kind, length):
            data = read_at(file, at + 8, length)
            return data[len(_KEYWORD) + len(_FLAGS) :] if data.startswith(_KEYWORD + _FLAGS) else None
    return None


def plan(file: BinaryIO, packet: bytes) -> tuple[Edit, ...]:
    """How to put the packet in, in place of an older one."""
    if read_at(file, 12, 4) != b"IHDR":
        raise NoPlace("the PNG does not begin with its header")
    old = [Edit(at, length + 12) for at, kind, length in _chunks(file) if _is_packet(file, at, kind, length)]
    body = b"iTXt" + _KEYWORD + _FLAGS + packet
    chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    return (Edit(_HEADER_END, 0, chunk), *old)


def _chunks(file: BinaryIO) -> Iterator[tuple[int, bytes, int]]:
    at, end = 8, size_of(file)
    while at + 12 <= end:
        head = read_at(file, at, 8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        yield at, kind, length
        if kind == b"IEND":
            return
        at += length + 12


def _is_packet(file: BinaryIO, at: int, kind: bytes, length: int) -> bool:
    if kind != b"iTXt" or not len(_KEYWORD) < length < LARGEST_PACKET_BYTES:
        return False
    return read_at(file, at + 8, len(_KEYWORD)) == _KEYWORD
