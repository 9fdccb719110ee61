"""What every storage can do: keep bytes under a key, give them back in ranges, list and forget them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

CHUNK_BYTES = 512 * 1024
"""Most bytes one step of `open_range` yields."""


@dataclass(frozen=True)
class Stored:
    """One stored file, as `list` tells of it."""

    key: str
    size_bytes: int


class Storage(Protocol):
    """Bytes under a key. A key is `part/part/part`; a stored file never changes. Nothing here blocks the event loop.

    Every method raises `BadKey` for a key that is not one, and `StorageAway` when disk or server does not answer.
    """

    async def put_file(self, key: str, path: Path, *, may_link: bool = False) -> bool:
        """Keeps a copy of the file at `path`, durably. True: it is new; False: the key was there and stays as it is.

        `may_link`: nobody will ever write into that file again, so it need not be copied on the same disk.

        Create-only, so that two writers of the same content never harm each other. When it returns, the bytes survive a
        power cut; when it raises, nothing is visible. Raises `KeyTaken` when the stored file has another size.
        """
        ...

    def open_range(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Streams the bytes from `start` up to, not including, `end` (None: the last), in chunks of at most 512 KiB.

        What lies past the end is left out, so a range beyond it is empty. Raises `NoSuchFile` at the first chunk.
        """
        ...

    def local_path(self, key: str) -> Path | None:
        """A file of this machine with these bytes, for reading only; None where there is none. Touches no disk."""
        ...

    async def exists(self, key: str) -> bool:
        """Whether something is kept under the key."""
        ...

    async def size(self, key: str) -> int:
        """Size in bytes. Raises `NoSuchFile`."""
        ...

    async def delete(self, key: str) -> None:
        """Forgets the key; one that is not there is no error."""
        ...

    def list(self, folder: str = "") -> AsyncIterator[Stored]:
        """Everything below a folder of keys (`ab/cd`; empty: everything), in no particular order."""
        ...

    async def sign_url(self, key: str, expires: timedelta) -> str | None:
        """An address from which anybody can read the file that long; None where the storage has no server."""
        ...

    async def close(self) -> None:
        """Lets go of what is open."""
        ...
