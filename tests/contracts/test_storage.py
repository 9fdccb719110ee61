"""What every storage keeps: run over the folder, the memory and a real object store."""

import asyncio
import hashlib
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from photoplay import storage
from photoplay.core.ids import new_id
from photoplay.storage import Storage
from tests.servers import bucket

RANGES = ((0, 1), (5, 1000), (700_000, 700_001), (599_000, None), (600_000, 9_999_999))
NO_KEYS = ("", "/etc/passwd", "..", "a/../b", "a//b", "a/", ".tmp/x", "a\\b", "a\0b", "ä", "a/" * 40 + "a")


@pytest.fixture(params=["folder", "memory", "s3"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Storage]:
    """Makes an empty storage. Called inside the test, so that nothing belongs to another event loop."""
    if request.param == "folder":
        return lambda: storage.LocalStorage(tmp_path / "blobs")
    if request.param == "memory":
        return storage.MemoryStorage
    address: str = request.getfixturevalue("object_store")
    return lambda: bucket(address, new_id("bucket"))


def _file(folder: Path, data: bytes, name: str = "source") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


async def _read(place: Storage, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in place.open_range(key, start, end)])


async def test_what_is_put_comes_back_whole(make: Callable[[], Storage], tmp_path: Path) -> None:
    place, data = make(), os.urandom(1_300_000)
    assert await place.put_file("ab/cd/one", _file(tmp_path, data))
    assert await _read(place, "ab/cd/one") == data
    assert await place.size("ab/cd/one") == len(data)
    assert await place.exists("ab/cd/one")


async def test_the_source_file_stays(make: Callable[[], Storage], tmp_path: Path) -> None:
    source = _file(tmp_path, b"kept")
    await make().put_file("one", source)
    assert source.read_bytes() == b"kept"


async def test_putting_the_same_twice_keeps_the_first(make: Callable[[], Storage], tmp_path: Path) -> None:
    place, source = make(), _file(tmp_path, b"same")
    assert [await place.put_file("one", source) for _ in range(2)] == [True, False]
    assert await _read(place, "one") == b"same"


async def test_a_taken_key_is_never_overwritten(make: Callable[[], Storage], tmp_path: Path) -> None:
    place = make()
    await place.put_file("one", _file(tmp_path, b"first"))
    with pytest.raises(storage.KeyTaken):
        await place.put_file("one", _file(tmp_path, b"second", "other"))
    assert await _read(place, "one") == b"first"


async def test_of_many_writers_at_once_exactly_one_is_new(make: Callable[[], Storage], tmp_path: Path) -> None:
    place, source = make(), _file(tmp_path, os.urandom(200_000))
    answers = await asyncio.gather(*(place.put_file("one", source) for _ in range(12)))
    assert sum(answers) == 1
    assert await place.size("one") == 200_000


@pytest.mark.parametrize(("start", "end"), RANGES)
async def test_a_range_is_what_was_asked_for(
    make: Callable[[], Storage], tmp_path: Path, start: int, end: int | None
) -> None:
    place, data = make(), os.urandom(700_001)
    await place.put_file("one", _file(tmp_path, data))
    assert await _read(place, "one", start, end) == data[start:end]


async def test_a_range_past_the_end_is_empty(make: Callable[[], Storage], tmp_path: Path) -> None:
    place = make()
    await place.put_file("one", _file(tmp_path, b"short"))
    assert await _read(place, "one", 5) == b""
    assert await _read(place, "one", 3, 3) == b""
    assert await _read(place, "one", 90, 100) == b""


async def test_bytes_arrive_in_bounded_chunks(make: Callable[[], Storage], tmp_path: Path) -> None:
    place = make()
    await place.put_file("one", _file(tmp_path, bytes(2_500_000)))
    sizes = [len(chunk) async for chunk in place.open_range("one")]
    assert max(sizes) <= 512 * 1024
    assert sum(sizes) == 2_500_000


async def test_an_empty_file_can_be_kept(make: Callable[[], Storage], tmp_path: Path) -> None:
    place = make()
    await place.put_file("one", _file(tmp_path, b""))
    assert await _read(place, "one") == b""
    assert await place.size("one") == 0


async def test_what_is_missing_is_said(make: Callable[[], Storage]) -> None:
    place = make()
    assert not await place.exists("ab/none")
    with pytest.raises(storage.NoSuchFile):
        await place.size("ab/none")
    with pytest.raises(storage.NoSuchFile):
        await _read(place, "ab/none")


async def test_a_missing_source_is_said(make: Callable[[], Storage], tmp_path: Path) -> None:
    place = make()
    with pytest.raises((storage.NoSuchFile, FileNotFoundError)):
        await place.put_file("one", tmp_path / "none")
    assert not await place.exists("one")


async def test_deleting_forgets_and_deleting_again_is_no_error(make: Callable[[], Storage], tmp_path: Path) -> None:
    place = make()
    await place.put_file("ab/one", _file(tmp_path, b"x"))
    await place.delete("ab/one")
    await place.delete("ab/one")
    assert not await place.exists("ab/one")
    assert await place.put_file("ab/one", _file(tmp_path, b"y"))


async def test_a_list_has_all_keys_of_a_folder_with_sizes(make: Callable[[], Storage], tmp_path: Path) -> None:
    place = make()
    assert [one async for one in place.list()] == []
    for number, key in enumerate(("ab/cd/one", "ab/ce/two", "abc/three", "four")):
        await place.put_file(key, _file(tmp_path, bytes(number)))
    everything = {one.key: one.size_bytes async for one in place.list()}
    assert everything == {"ab/cd/one": 0, "ab/ce/two": 1, "abc/three": 2, "four": 3}
    assert {one.key async for one in place.list("ab")} == {"ab/cd/one", "ab/ce/two"}
    assert [one async for one in place.list("zz")] == []


@pytest.mark.parametrize("key", NO_KEYS)
async def test_a_key_that_could_escape_is_refused(make: Callable[[], Storage], tmp_path: Path, key: str) -> None:
    place = make()
    with pytest.raises(storage.BadKey):
        await place.put_file(key, _file(tmp_path, b"x"))
    with pytest.raises(storage.BadKey):
        await _read(place, key)
    with pytest.raises(storage.BadKey):
        place.local_path(key)
    with pytest.raises(storage.BadKey):
        await place.delete(key)


async def test_a_local_path_holds_the_bytes_where_there_is_one(make: Callable[[], Storage], tmp_path: Path) -> None:
    place = make()
    await place.put_file("ab/one", _file(tmp_path, b"here"))
    path = place.local_path("ab/one")
    assert path is None or path.read_bytes() == b"here"


async def test_a_signed_address_gives_the_bytes_and_a_bare_one_not(make: Callable[[], Storage], tmp_path: Path) -> None:
    place = make()
    await place.put_file("ab/one", _file(tmp_path, b"signed"))
    address = await place.sign_url("ab/one", timedelta(minutes=5))
    if address is None:
        return
    async with aiohttp.ClientSession() as web:
        async with web.get(address) as answer:
            assert await answer.read() == b"signed"
        async with web.get(address.split("?")[0]) as refused:
            assert refused.status == 403


async def test_a_blob_lies_under_its_hash_once(make: Callable[[], Storage], tmp_path: Path) -> None:
    place, source = make(), _file(tmp_path, b"content")
    blob = await storage.put_blob(place, source)
    assert await storage.put_blob(place, source) == blob
    assert blob.sha256 == hashlib.sha256(b"content").hexdigest()
    assert blob.size_bytes == 7
    assert blob.key == f"{blob.sha256[:2]}/{blob.sha256}"
    assert [one.key async for one in place.list()] == [blob.key]


async def test_a_file_beyond_one_request_is_kept_in_parts(make: Callable[[], Storage], tmp_path: Path) -> None:
    place, source = make(), tmp_path / "large"
    with source.open("wb") as file:
        file.truncate(33 * 2**20)
        file.write(b"head")
    assert [await place.put_file("large", source) for _ in range(2)] == [True, False]
    assert await _read(place, "large", 0, 6) == b"head\0\0"
    assert await place.size("large") == 33 * 2**20


async def test_a_file_that_may_be_linked_stays_as_it_was_when_another_takes_its_place(
    make: Callable[[], Storage], tmp_path: Path
) -> None:
    place = make()
    await place.put_file("ab/first", _file(tmp_path, b"makes the folder", "first"))
    source = _file(tmp_path, b"kept")
    assert await place.put_file("ab/one", source, may_link=True)
    assert not await place.put_file("ab/one", source, may_link=True)
    source.unlink()
    _file(tmp_path, b"another")
    assert await _read(place, "ab/one") == b"kept"
