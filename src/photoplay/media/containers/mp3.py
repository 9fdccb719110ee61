"""XMP in an MP3: a PRIV frame named XMP in the ID3 tag, which is made where there is none."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from photoplay.media.containers._edit import LARGEST_PACKET_BYTES, Edit, NoPlace, read_at

_NAME = b"XMP\0"
_UNSYNCHRONISED, _EXTENDED, _FOOTER = 0x80, 0x40, 0x10


@dataclass(frozen=True)
class _Tag:
    version: int
    end: int
    """Offset after the last frame and its padding."""
    frames_end: int


def find(file: BinaryIO) -> bytes | None:
    """The packet, if there is one."""
    tag = _tag(file)
    if tag is None:
        return None
    for at, kind, length in _frames(file, tag.version, tag.end):
        if _is_packet(file, at, kind, length):
            return read_at(file, at + 10 + len(_NAME), length - len(_NAME))
    return None


def plan(file: BinaryIO, packet: bytes) -> tuple[Edit, ...]:
    """How to put the packet in, in place of an older one. Padding of the tag is kept."""
    tag = _tag(file)
    if tag is None:
        frame = _frame(packet, version=4)
        return (Edit(0, 0, b"ID3\x04\0\0" + _synchsafe(len(frame)) + frame),)
    frame = _frame(packet, tag.version)
    frames = _frames(file, tag.version, tag.end)
    old = [Edit(at, length + 10) for at, kind, length in frames if _is_packet(file, at, kind, length)]
    size = tag.end - 10 + len(frame) - sum(edit.remove for edit in old)
    return (Edit(6, 4, _synchsafe(size)), *old, Edit(tag.frames_end, 0, frame))


def _tag(file: BinaryIO) -> _Tag | None:
    head = read_at(file, 0, 10)
    if head[:3] != b"ID3":
        return None
    version, flags = head[3], head[5]
    if version not in (3, 4) or flags & (_UNSYNCHRONISED | _EXTENDED | _FOOTER):
        raise NoPlace("the ID3 tag is of a rare kind")
    end = 10 + _from_synchsafe(head[6:])
    last = 10
    for at, _, length in _frames(file, version, end):
        last = at + 10 + length
    return _Tag(version, end, last)


def _frames(file: BinaryIO, version: int, end: int) -> Iterator[tuple[int, bytes, int]]:
    at = 10
    while at + 10 <= end:
        head = read_at(file, at, 10)
        if head[0] == 0:  # padding
            return
        length = _from_synchsafe(head[4:8]) if version == 4 else int.from_bytes(head[4:8], "big")
        if at + 10 + length > end:
            raise NoPlace("a frame says it is longer than its tag")
        yield at, head[:4], length
        at += 10 + length


def _is_packet(file: BinaryIO, at: int, kind: bytes, length: int) -> bool:
    if kind != b"PRIV" or not len(_NAME) < length < LARGEST_PACKET_BYTES:
        return False
    return read_at(file, at + 10, len(_NAME)) == _NAME


def _frame(packet: bytes, version: int) -> bytes:
    body = _NAME + packet
    length = _synchsafe(len(body)) if version == 4 else len(body).to_bytes(4, "big")
    return b"PRIV" + length + b"\0\0" + body


def _synchsafe(number: int) -> bytes:
    if number >= 2**28:
        raise NoPlace("the ID3 tag would grow beyond 256 MiB")
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _from_synchsafe(data: bytes) -> int:
    number = 0
    for byte in data:
        number = number << 7 | byte & 0x7F
    return number
