"""The data folder: one process holds it at a time, and its secrets are readable by its owner alone."""

import asyncio
import contextlib
import fcntl
import os
import tempfile
from pathlib import Path
from typing import Final

from photoplay.core.errors import BadInput, Conflict
from photoplay.core.files import in_thread, write_once
from photoplay.core.ids import new_secret

_LOOKED_AT_SECONDS: Final = 1.0
MOST_PLACES: Final = 200
"""Processes that share one folder."""


class FolderInUse(Conflict):
    """Another process serves this folder."""

    code = "folder_in_use"


class FolderUnusable(BadInput):
    """The data folder cannot be made or written."""

    code = "folder_unusable"


class FolderMoved(Conflict):
    """The data folder was moved or deleted under a studio that was at work in it."""

    code = "folder_moved"


def check_writable(folder: Path, what_to_do: str) -> None:
    """Makes a folder and a file in it, which goes again. Raises `FolderUnusable`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise FolderUnusable(f'The folder "{folder}" cannot be used: {error.strerror}. {what_to_do}') from error


class FolderLock:
    """Holds a data folder from `__init__` to `release`. Raises `FolderInUse` with the pid of who holds it, `FolderUnusable`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
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

    async def until_moved(self) -> FolderMoved:
        """Waits until the folder is not where it was, which is looked at every second, and tells of it.

        What is open goes on in the folder that was moved, and new files would go into a new one at the old place.
        """
        while (moved := await in_thread(self.moved)) is None:  # noqa: ASYNC110 - a folder tells nobody that it was moved
            await asyncio.sleep(_LOOKED_AT_SECONDS)
        return moved

    def moved(self) -> FolderMoved | None:
        """What to say where the folder is not where it was any more."""
        if self._is_in_place():
            return None
        return FolderMoved(
            f'The folder "{self._path.parent}" was moved or deleted while the studio ran, which has stopped. Name its '
            "new place with --data; files of the last second may lie at the old one."
        )

    def _is_in_place(self) -> bool:
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return False
        except OSError:
            return True  # a disk that does not answer says nothing about the place
        return there.st_ino == os.fstat(self._handle).st_ino

    def release(self) -> None:
        """Lets the next process have the folder."""
        os.close(self._handle)


def holder_of(folder: Path) -> str | None:
    """The process that holds this folder; None for one that nobody holds."""
    try:
        handle = os.open(folder / "lock", os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(handle, 20, 0).decode(errors="replace").strip() or "unknown"
    else:
        return None
    finally:
        os.close(handle)


def is_held(folder: Path) -> bool:
    """Whether a process holds this folder."""
    return holder_of(folder) is not None


def take_place(root: Path) -> tuple[Path, FolderLock]:
    """A folder below `root` that is this process's alone until the lock is released: the first that nobody holds."""
    for number in range(1, MOST_PLACES):
        folder = root / str(number)
        with contextlib.suppress(FolderInUse):
            return folder, FolderLock(folder)
    raise FolderInUse(f'More than {MOST_PLACES} processes work in "{root}". Stop some.')


def secret_of(path: Path) -> str:
    """The secret in this file, made at the first call. The file is readable by its owner alone."""
    return secret_file(path).read_text().strip()


def secret_file(path: Path) -> Path:
    """The same as the file, which is there from now on."""
    if not path.exists():
        write_once(path, new_secret("sec").encode(), mode=0o600)
    return path
