"""XMP in a FLAC: the comment XMP of the Vorbis comment block, which is made where there is none."""

from dataclasses import dataclass
from typing import BinaryIO

from photoplay.media.containers._edit import Edit, NoPlace, read_at

_COMMENTS = 4
_NAME = b"XMP="
_LARGEST = 2**24 - 1


@dataclass(frozen=True)
class _Block:
    kind: int
    at: int
    length: int
    is_last: bool


def find(file: BinaryIO) -> bytes | None:
    """The packet, if there is one."""
    for block in _blocks(file):
        if block.kind == _COMMENTS:
            _, comments = _read_comments(read_at(file, block.at + 4, block.length))
            return next((one[len(_NAME) :] for one in comments if one.upper().startswith(_NAME)), None)
    return None


def plan(file: BinaryIO, packet: bytes) -> tuple[Edit, ...]:
    """How to put the packet among the comments, in place of an older one."""
    blocks = _blocks(file)
    block = next((one for one in blocks if one.kind == _COMMENTS), None)
    vendor, comments = (b"Photoplay", list[bytes]())
    if block is not None:
        vendor, comments = _read_comments(read_at(file, block.at + 4, block.length))
    kept = [one for one in comments if not one.upper().startswith(_NAME)]
    body = _comments(vendor, [*kept, _NAME + packet])
    if len(body) > _LARGEST:
        raise NoPlace("the comments would grow beyond 16 MiB")
    if block is not None:
        return (Edit(block.at, 4 + block.length, _head(block.is_last) + len(body).to_bytes(3, "big") + body),)
    first = blocks[0]
    head = read_at(file, first.at, 1)[0] & 0x7F
    after = first.at + 4 + first.length
    return (
        Edit(first.at, 1, bytes((head,))),
        Edit(after, 0, _head(first.is_last) + len(body).to_bytes(3, "big") + body),
    )


def _head(is_last: bool) -> bytes:
    return bytes((_COMMENTS | (0x80 if is_last else 0),))


def _blocks(file: BinaryIO) -> list[_Block]:
    start = 0
    if read_at(file, 0, 3) == b"ID3":  # C2PA puts its manifest there
        seven = read_at(file, 6, 4)
        start = 10 + (seven[0] << 21 | seven[1] << 14 | seven[2] << 7 | seven[3])
    if read_at(file, start, 4) != b"fLaC":
        raise NoPlace("the FLAC does not begin with its name")
    at, found = start + 4, list[_Block]()
    while not found or not found[-1].is_last:
        head = read_at(file, at, 4)
        found.append(_Block(head[0] & 0x7F, at, int.from_bytes(head[1:], "big"), bool(head[0] & 0x80)))
        at += 4 + found[-1].length
    return found


def _read_comments(data: bytes) -> tuple[bytes, list[bytes]]:
    vendor, at = _text(data, 0)
    count = int.from_bytes(data[at : at + 4], "little")
    at, comments = at + 4, list[bytes]()
    while len(comments) < count:
        comment, at = _text(data, at)
        comments.append(comment)
    return vendor, comments


def _text(data: bytes, at: int) -> tuple[bytes, int]:
    length = int.from_bytes(data[at : at + 4], "little")
    if at + 4 + length > len(data):
        raise NoPlace("a comment says it is longer than its block")
    return data[at + 4 : at + 4 + length], at + 4 + length


def _comments(vendor: bytes, comments: list[bytes]) -> bytes:
    parts = [vendor, *comments]
    texts = [len(one).to_bytes(4, "little") + one for one in parts]
    return texts[0] + len(comments).to_bytes(4, "little") + b"".join(texts[1:])
