"""Changes to a file as a list of cuts and insertions, so that pixels and samples are copied, never encoded again."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

COPY_BYTES = 1024 * 1024
LARGEST_PACKET_BYTES = 4 * 2**20
"""A larger packet is not read: nothing we want to know is that long."""


class NoPlace(Exception):
    """The file is laid out in a way that leaves no safe place for a packet."""


@dataclass(frozen=True)
class Edit:
    """At this offset of the source, leave out `remove` bytes and put `insert` there."""

    at: int
    remove: int = 0
    insert: bytes = b""


def size_of(file: BinaryIO) -> int:
    """Size in bytes; the position moves to the end."""
    return file.seek(0, 2)


def read_at(file: BinaryIO, at: int, count: int) -> bytes:
    """Exactly `count` bytes from `at`. Raises `NoPlace` if the file ends before."""
    file.seek(at)
    data = file.read(count)
    if len(data) != count:
        raise NoPlace("the file ends in the middle of a part")
    return data


def splice(source: Path, target: Path, edits: Sequence[Edit]) -> None:
    """Writes the source with the edits to the target."""
    with source.open("rb") as before, target.open("wb") as after:
        for edit in sorted(edits, key=lambda one: one.at):
            _copy(before, after, edit.at - before.tell())
            after.write(edit.insert)
            before.seek(edit.remove, 1)
        shutil.copyfileobj(before, after, COPY_BYTES)


def _copy(before: BinaryIO, after: BinaryIO, count: int) -> None:
    while count > 0:
        chunk = before.read(min(count, COPY_BYTES))
        if not chunk:
            raise NoPlace("the file is shorter than its parts say")
        after.write(chunk)
        count -= len(chunk)
