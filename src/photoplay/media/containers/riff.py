"""XMP in RIFF files: the chunk `XMP ` of a WebP (with the flag in VP8X) and the chunk `_PMX` of a WAV."""

from dataclasses import dataclass
from typing import BinaryIO

from photoplay.media.containers._edit import LARGEST_PACKET_BYTES, Edit, NoPlace, read_at, size_of

_XMP_FLAG, _ALPHA_FLAG = 0x04, 0x10
_LARGEST = 2**32 - 2
_OPEN_END = 0x7FFFF000


@dataclass(frozen=True)
class _Chunk:
    name: bytes
    at: int
    length: int

    @property
    def end(self) -> int:
        return self.at + 8 + self.length + (self.length & 1)


def find_webp(file: BinaryIO) -> bytes | None:
    """The packet of a WebP, if there is one."""
    return _packet(file, b"XMP ")


def find_wav(file: BinaryIO) -> bytes | None:
    """The packet of a WAV, if there is one."""
    return _packet(file, b"_PMX")


def missing_wav_bytes(file: BinaryIO) -> int:
    """Bytes of sound that the header of a WAV promises and the file lacks; 0 for a header that makes no promise.

    A WAV that was streamed names no length (all ones, or nothing).
    """
    at, size = 12, size_of(file)
    while at + 8 <= size:
        head = read_at(file, at, 8)
        length = int.from_bytes(head[4:], "little")
        if head[:4] == b"data":
            return 0 if length >= _OPEN_END else max(0, at + 8 + length - size)
        at += 8 + length + (length & 1)
    return 0


def plan_wav(file: BinaryIO, packet: bytes) -> tuple[Edit, ...]:
    """How to put the packet at the end of a WAV, in place of an older one."""
    return _at_the_end(file, b"_PMX", packet, added=0)


def plan_webp(file: BinaryIO, packet: bytes) -> tuple[Edit, ...]:
    """How to put the packet at the end of a WebP, in place of an older one; a plain file becomes an extended one."""
    first = _chunks(file)[0]
    if first.name == b"VP8X":
        flags = read_at(file, first.at + 8, 1)[0] | _XMP_FLAG
        return (Edit(first.at + 8, 1, bytes((flags,))), *_at_the_end(file, b"XMP ", packet, added=0))
    head = _extended_header(file, first)
    return (Edit(first.at, 0, head), *_at_the_end(file, b"XMP ", packet, added=len(head)))


def _extended_header(file: BinaryIO, first: _Chunk) -> bytes:
    data = read_at(file, first.at + 8, 10)
    if first.name == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (6, 8))
        flags = _XMP_FLAG
    elif first.name == b"VP8L" and data[0] == 0x2F:
        bits = int.from_bytes(data[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        flags = _XMP_FLAG | (_ALPHA_FLAG if bits >> 28 & 1 else 0)
    else:
        raise NoPlace("the WebP begins with a chunk we do not know")
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"VP8X" + (10).to_bytes(4, "little") + bytes((flags, 0, 0, 0)) + size


def _at_the_end(file: BinaryIO, name: bytes, packet: bytes, *, added: int) -> tuple[Edit, ...]:
    chunks = _chunks(file)
    end = chunks[-1].end
    chunk = name + len(packet).to_bytes(4, "little") + packet + b"\0" * (len(packet) & 1)
    old = [Edit(one.at, one.end - one.at) for one in chunks if one.name == name]
    size = end - 8 + added + len(chunk) - sum(edit.remove for edit in old)
    if size > _LARGEST:
        raise NoPlace("the file would grow beyond 4 GiB")
    return (Edit(4, 4, size.to_bytes(4, "little")), *old, Edit(end, 0, chunk))


def _packet(file: BinaryIO, name: bytes) -> bytes | None:
    for chunk in _chunks(file):
        if chunk.name == name and chunk.length < LARGEST_PACKET_BYTES:
            return read_at(file, chunk.at + 8, chunk.length)
    return None


def _chunks(file: BinaryIO) -> list[_Chunk]:
    if read_at(file, 0, 4) != b"RIFF":
        raise NoPlace("the file is no RIFF of the ordinary kind")
    at, size, found = 12, size_of(file), list[_Chunk]()
    end = min(int.from_bytes(read_at(file, 4, 4), "little") + 8, size)
    while at + 8 <= end:
        head = read_at(file, at, 8)
        found.append(_Chunk(head[:4], at, int.from_bytes(head[4:], "little")))
        at = found[-1].end
    if not found or at > size:
        raise NoPlace("a chunk says it is longer than the file")
    return found
