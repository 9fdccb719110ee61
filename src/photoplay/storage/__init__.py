"""Bytes under a key: in a folder, in an S3 bucket, or in memory. Knows no asset, no user, no database."""

from dataclasses import dataclass
from pathlib import Path

from photoplay.core.files import in_thread, sha256_of
from photoplay.core.ids import new_id
from photoplay.storage._contract import Storage, Stored
from photoplay.storage._keys import blob_key
from photoplay.storage._place import S3Place
from photoplay.storage.errors import BadKey, KeyTaken, NoSuchFile, StorageAway
from photoplay.storage.local import LocalStorage, room_on_the_disk
from photoplay.storage.memory import MemoryStorage

__all__ = [
    "BadKey",
    "Blob",
    "KeyTaken",
    "LocalStorage",
    "MemoryStorage",
    "NoSuchFile",
    "S3Place",
    "Storage",
    "StorageAway",
    "Stored",
    "blob_in",
    "blob_key",
    "copy_of",
    "file_of",
    "open_s3",
    "put_blob",
    "room_on_the_disk",
]


@dataclass(frozen=True)
class Blob:
    """A file kept under its own hash."""

    sha256: str
    size_bytes: int

    @property
    def key(self) -> str:
        """Where it lies in the storage."""
        return blob_key(self.sha256)


async def put_blob(storage: Storage, path: Path, *, may_link: bool = False, known: Blob | None = None) -> Blob:
    """Hashes a file and keeps it under its hash; the same content twice is kept once. Raises as `Storage.put_file`.

    `may_link`: nobody will ever write into this file again. `known`: it was hashed since it was last written.
    """
    blob = known if known is not None else await in_thread(blob_in, path)
    await storage.put_file(blob.key, path, may_link=may_link)
    return blob


def blob_in(path: Path) -> Blob:
    """The blob that a file would be. Reads all of it, in this thread."""
    return Blob(sha256_of(path), path.stat().st_size)


async def file_of(storage: Storage, sha256: str, target: Path) -> Path:
    """A stored blob as a file of this machine, for reading: where it lies, or else a copy, written to `target`.

    Raises `NoSuchFile`.
    """
    key = blob_key(sha256)
    path = storage.local_path(key)
    if path is not None:
        return path
    return await copy_of(storage, key, target)


async def copy_of(storage: Storage, key: str, target: Path) -> Path:
    """Writes what is stored under a key to `target`, which is there as a whole or not at all. Raises `NoSuchFile`."""
    part = target.with_name(f"{target.name}.{new_id('cpy')}")
    with await in_thread(part.open, "wb") as file:
        async for chunk in storage.open_range(key):
            await in_thread(file.write, chunk)
    await in_thread(part.replace, target)
    return target


def open_s3(place: S3Place) -> Storage:
    """A bucket as storage. The client is loaded only here, so that a folder on disk costs no memory for it."""
    from photoplay.storage.s3 import S3Storage

    return S3Storage(place)
