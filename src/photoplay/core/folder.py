"""The data folder: one process holds it at a time, and its secrets are readable by its owner alone."""

import fcntl
import os
from pathlib import Path

from photoplay.core.errors import BadInput, Conflict
from photoplay.core.files import write_atomically
from photoplay.core.ids import new_secret


class FolderInUse(Conflict):
    """Another process serves this folder."""

    code = "folder_in_use"


class FolderUnusable(BadInput):
    """The data folder cannot be made or written."""

    code = "folder_unusable"


class FolderLock:
    """Holds a data folder from `__init__` to `release`. Raises `FolderInUse` with the pid of who holds it, `FolderUnusable`."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise FolderUnusable(
                f'The folder "{folder}" cannot be used: {error.strerror}. Name another with --data.'
            ) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._handle, 20, 0).decode(errors="replace").strip() or "unknown"
            os.close(self._handle)
            raise FolderInUse(
                f'The folder "{folder}" is served by process {holder} already. Stop it first, or name another '
                "folder with --data. Several workers on one set of data need DATABASE_URL."
            ) from None
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Lets the next process have the folder."""
        os.close(self._handle)


def secret_of(path: Path) -> str:
    """The secret in this file, made at the first call. The file is readable by its owner alone."""
    if not path.exists():
        write_atomically(path, new_secret("sec").encode(), mode=0o600)
    return path.read_text().strip()
