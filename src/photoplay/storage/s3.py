"""Bytes in a bucket of any S3-compatible object store."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import S3Store

from photoplay.core.files import in_thread
from photoplay.storage._contract import CHUNK_BYTES, Stored
from photoplay.storage._keys import checked
from photoplay.storage._place import S3Place
from photoplay.storage.errors import KeyTaken, NoSuchFile, StorageAway

SINGLE_PUT_BYTES = 32 * 2**20
"""Up to here a file is sent in one create-only request, from memory; above it in parts after a look."""


class S3Storage:
    """A bucket. Plain http is spoken only where the endpoint says so."""

    def __init__(self, place: S3Place) -> None:
        self._store = S3Store(
            place.bucket,
            prefix=checked(place.prefix),
            endpoint=place.endpoint,
            region=place.region,
            access_key_id=place.access_key_id,
            secret_access_key=place.secret_access_key,
            virtual_hosted_style_request=place.endpoint is None,
            client_options={"allow_http": (place.endpoint or "").startswith("http://"), "timeout": "120s"},
        )

    async def put_file(self, key: str, path: Path, *, may_link: bool = False) -> bool:
        """See `Storage.put_file`. Large files go in parts, where S3 refuses no taken key (equal bytes)."""
        size_bytes = (await in_thread(path.stat)).st_size
        if await self._put(checked(key), path, size_bytes):
            return True
        there = await self.size(key)
        if there != size_bytes:
            raise KeyTaken(f"Another file of {there} bytes is kept under {key}. Nothing was changed.")
        return False

    async def open_range(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """See `Storage.open_range`."""
        size_bytes = await self.size(key)
        stop = size_bytes if end is None else min(end, size_bytes)
        if start >= stop:
            return
        with _plain_words(key):
            answer = await obstore.get_async(self._store, key, options={"range": (start, stop)})
            async for chunk in answer.stream(min_chunk_size=CHUNK_BYTES // 2):
                for at in range(0, len(chunk), CHUNK_BYTES):
                    yield bytes(memoryview(chunk)[at : at + CHUNK_BYTES])

    def local_path(self, key: str) -> Path | None:
        """There is never one."""
        checked(key)
        return None

    async def exists(self, key: str) -> bool:
        """See `Storage.exists`."""
        try:
            await self.size(key)
        except NoSuchFile:
            return False
        return True

    async def size(self, key: str) -> int:
        """See `Storage.size`."""
        with _plain_words(checked(key)):
            return (await obstore.head_async(self._store, key))["size"]

    async def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        with _plain_words(checked(key)):
            try:
                await obstore.delete_async(self._store, key)
            except NotFoundError:
                return

    async def list(self, folder: str = "") -> AsyncIterator[Stored]:
        """See `Storage.list`. Fetched a thousand at a time."""
        with _plain_words(folder):
            async for page in obstore.list(self._store, checked(folder) if folder else None, chunk_size=1000):
                for found in page:
                    yield Stored(found["path"], found["size"])

    async def sign_url(self, key: str, expires: timedelta) -> str | None:
        """See `Storage.sign_url`."""
        with _plain_words(checked(key)):
            return await obstore.sign_async(self._store, "GET", key, expires)

    async def close(self) -> None:
        """Connections end by themselves."""

    async def _put(self, key: str, path: Path, size_bytes: int) -> bool:
        with _plain_words(key):
            try:
                if size_bytes <= SINGLE_PUT_BYTES:
                    await obstore.put_async(self._store, key, path, mode="create")
                elif await self.exists(key):
                    return False
                else:
                    await obstore.put_async(self._store, key, path, use_multipart=True, max_concurrency=4)
            except AlreadyExistsError:
                return False
        return True


@contextmanager
def _plain_words(key: str) -> Iterator[None]:
    try:
        yield
    except (NotFoundError, FileNotFoundError) as gone:
        raise NoSuchFile(f"Nothing is kept under {key}.") from gone
    except BaseError as trouble:
        first = str(trouble).strip().splitlines()[0][:200]
        raise StorageAway(f"The object store did not do it: {first}. Check its address and key.") from trouble
