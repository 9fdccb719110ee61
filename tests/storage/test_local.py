"""What only a folder must keep: nothing half-written, nothing outside, leftovers swept, the loop never blocked."""

import asyncio
import os
import resource
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from photoplay import storage


def _source(folder: Path, data: bytes = b"bytes") -> Path:
    path = folder / "source"
    path.write_bytes(data)
    return path


async def test_nothing_but_the_file_remains_after_a_put(tmp_path: Path) -> None:
    root = tmp_path / "blobs"
    await storage.LocalStorage(root).put_file("ab/one", _source(tmp_path))
    assert [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()] == ["ab/one"]


async def test_a_put_that_fails_leaves_nothing(tmp_path: Path) -> None:
    root = tmp_path / "blobs"
    root.mkdir()
    (root / "ab").write_bytes(b"a file where a folder is needed")
    with pytest.raises(storage.StorageAway):
        await storage.LocalStorage(root).put_file("ab/one", _source(tmp_path))
    assert list((root / ".tmp").iterdir()) == []


async def test_leftovers_of_a_killed_process_are_swept_after_a_day(tmp_path: Path) -> None:
    spool = tmp_path / "blobs" / ".tmp"
    spool.mkdir(parents=True)
    (spool / "old").write_bytes(b"x")
    os.utime(spool / "old", (1, 1))
    (spool / "young").write_bytes(b"x")
    await storage.LocalStorage(tmp_path / "blobs").put_file("one", _source(tmp_path))
    assert [path.name for path in spool.iterdir()] == ["young"]


async def test_half_written_files_are_not_listed(tmp_path: Path) -> None:
    spool = tmp_path / "blobs" / ".tmp"
    spool.mkdir(parents=True)
    (spool / "half").write_bytes(b"x")
    assert [one async for one in storage.LocalStorage(tmp_path / "blobs").list()] == []


@contextmanager
def _files_end_at(size_bytes: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_disk_that_takes_no_more_is_said_in_words_and_leaves_nothing(tmp_path: Path) -> None:
    root, source = tmp_path / "blobs", _source(tmp_path, bytes(100_000))
    with _files_end_at(50_000), pytest.raises(storage.StorageAway, match="larger than the system allows"):
        await storage.LocalStorage(root).put_file("one", source)
    assert [path for path in root.rglob("*") if path.is_file()] == []


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_a_reader_that_leaves_early_closes_its_file(tmp_path: Path) -> None:
    place = storage.LocalStorage(tmp_path / "blobs")
    await place.put_file("one", _source(tmp_path, bytes(2_000_000)))
    before = _open_files()
    stream = place.open_range("one")
    await anext(stream)
    assert isinstance(stream, AsyncGenerator)
    await stream.aclose()
    assert _open_files() <= before


async def test_many_readers_share_a_file(tmp_path: Path) -> None:
    place = storage.LocalStorage(tmp_path / "blobs")
    await place.put_file("one", _source(tmp_path, bytes(900_000)))

    async def total() -> int:
        return sum([len(chunk) async for chunk in place.open_range("one")])

    assert await asyncio.gather(*(total() for _ in range(20))) == [900_000] * 20


async def test_a_file_that_somebody_else_may_write_into_is_copied(tmp_path: Path) -> None:
    place, source = storage.LocalStorage(tmp_path / "blobs"), _source(tmp_path, b"as it came")
    other = tmp_path / "other"
    os.link(source, other)
    await place.put_file("ab/one", source, may_link=True)
    other.write_bytes(b"written in place")
    kept = place.local_path("ab/one")
    assert kept is not None
    assert kept.read_bytes() == b"as it came"
