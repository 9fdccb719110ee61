"""Bytes in the memory of this process: for tests and for trying things out."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from photoplay.core.files import in_thread
from photoplay.storage._contract import CHUNK_BYTES, Stored
from photoplay.storage._keys import checked
from photoplay.storage.errors import KeyTaken, NoSuchFile


class MemoryStorage:
    """Keeps everything until the process ends."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    async def put_file(self, key: str, path: Path, *, may_link: bool = False) -> bool:
        """See `Storage.put_file`."""
        data = await in_thread(path.read_bytes)
        there = self._files.setdefault(checked(key), data)
        if len(there) != len(data):
            raise KeyTaken(f"Another file of {len(there)} bytes is kept under {key}. Nothing was changed.")
        return there is data

    async def open_range(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """See `Storage.open_range`."""
        data = self._bytes(key)
        stop = len(data) if end is None else min(end, len(data))
        for at in range(start, stop, CHUNK_BYTES):
            yield data[at : min(at + CHUNK_BYTES, stop)]

    def local_path(self, key: str) -> Path | None:
        """There is never one."""
        checked(key)
        return None

    async def exists(self, key: str) -> bool:
        """See `Storage.exists`."""
        return checked(key) in self._files

    async def size(self, key: str) -> int:
        """See `Storage.size`."""
        return len(self._bytes(key))

    async def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        self._files.pop(checked(key), None)

    async def list(self, folder: str = "") -> AsyncIterator[Stored]:
        """See `Storage.list`."""
        below = f"{checked(folder)}/" if folder else ""
        for key, data in tuple(self._files.items()):
            if key.startswith(below):
                yield Stored(key, len(data))

    async def sign_url(self, key: str, expires: timedelta) -> str | None:
        """There is never one."""
        checked(key)
        return None

    async def close(self) -> None:
        """Nothing is open."""

    def _bytes(self, key: str) -> bytes:
        if checked(key) not in self._files:
            raise NoSuchFile(f"Nothing is kept under {key}.")
        return self._files[key]
