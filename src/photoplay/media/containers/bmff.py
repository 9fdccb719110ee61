"""XMP in an MP4, MOV, M4A or AVIF: a `uuid` box at the end, where it moves no other byte."""

from dataclasses import dataclass
from typing import BinaryIO

from photoplay.media.containers._edit import LARGEST_PACKET_BYTES, Edit, NoPlace, read_at, size_of

_XMP_ID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


@dataclass(frozen=True)
class _Box:
    kind: bytes
    at: int
    head: int
    """Bytes of the box before its content."""
    size: int
    open_ended: bool


def find(file: BinaryIO) -> bytes | None:
    """The packet, if there is one."""
    for box in _boxes(file):
        if _is_packet(file, box):
            return read_at(file, box.at + box.head + 16, box.size - box.head - 16)
    return None


def plan(file: BinaryIO, packet: bytes) -> tuple[Edit, ...]:
    """How to put the packet at the end. An older one is emptied in its place: boxes point at offsets in the file."""
    boxes = _boxes(file)
    edits = [Edit(box.at, box.size, _free(box.size)) for box in boxes if _is_packet(file, box)]
    last = boxes[-1]
    if last.open_ended:
        if last.size >= 2**32:
            raise NoPlace("the last box is too large to be given a length")
        edits.append(Edit(last.at, 4, last.size.to_bytes(4, "big")))
    body = b"uuid" + _XMP_ID + packet
    return (*edits, Edit(last.at + last.size, 0, (len(body) + 4).to_bytes(4, "big") + body))


def _free(size: int) -> bytes:
    return size.to_bytes(4, "big") + b"free" + bytes(size - 8)


def _boxes(file: BinaryIO) -> list[_Box]:
    at, end, found = 0, size_of(file), list[_Box]()
    while at + 8 <= end:
        head = read_at(file, at, 8)
        size, kind, before = int.from_bytes(head[:4], "big"), head[4:], 8
        if size == 1:
            size, before = int.from_bytes(read_at(file, at + 8, 8), "big"), 16
        found.append(_Box(kind, at, before, size or end - at, size == 0))
        if found[-1].size < before:
            raise NoPlace("a box is smaller than its own head")
        at += found[-1].size
    if not found or at != end:
        raise NoPlace("the boxes do not fill the file")
    return found


def _is_packet(file: BinaryIO, box: _Box) -> bool:
    if box.kind != b"uuid" or not box.head + 16 <= box.size < LARGEST_PACKET_BYTES:
        return False
    return read_at(file, box.at + box.head, 16) == _XMP_ID
