"""Looks for stored files that are missing or damaged, and says what of which asset they are. Changes nothing."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from photoplay.assets.queries import stored_files
from photoplay.core.db import Database
from photoplay.core.files import in_thread, sha256_of
from photoplay.storage import Storage, blob_key

_AT_ONCE = 4


@dataclass(frozen=True)
class StoredFile:
    """A file that something refers to. `used_as`: "original of ast_...", one of them where there are several."""

    sha256: str
    size_bytes: int
    used_as: str


@dataclass(frozen=True)
class Looked:
    """How many files there are, and a sentence for each that is not as it was kept."""

    count: int
    wrong: list[str]


async def look_for_damage(db: Database, storage: Storage) -> Looked:
    """Compares all files with their rows: sizes everywhere; on this machine contents too, as fast as the disk reads.

    Raises `StorageAway`, `DatabaseAway`.
    """
    files = await db.read(lambda session: [StoredFile(*row) for row in stored_files(session)])
    there = {stored.key: stored.size_bytes async for stored in storage.list()}
    wrong: list[str] = []
    waiting = iter(files)
    await asyncio.gather(*(_look(waiting, there, storage, wrong) for _ in range(_AT_ONCE)))
    return Looked(len(files), sorted(wrong))


async def _look(files: Iterator[StoredFile], there: dict[str, int], storage: Storage, wrong: list[str]) -> None:
    for file in files:
        key = blob_key(file.sha256)
        found = there.get(key)
        if found is None:
            wrong.append(f"{file.used_as} is missing: {key}.")
        elif found != file.size_bytes:
            wrong.append(f"{file.used_as} is damaged: {key} has {found:,} bytes instead of {file.size_bytes:,}.")
        elif (path := storage.local_path(key)) is not None and await in_thread(sha256_of, path) != file.sha256:
            wrong.append(f"{file.used_as} is damaged: the content of {key} is not what was kept.")
