"""Bytes in a folder of this machine: written to a temporary file, synced, then linked to their name."""

import errno
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from photoplay.core import clock
from photoplay.core.files import in_thread
from photoplay.core.ids import new_id
from photoplay.storage._contract import CHUNK_BYTES, Stored
from photoplay.storage._keys import checked
from photoplay.storage.errors import KeyTaken, NoSuchFile, StorageAway

SPOOL = ".tmp"
"""Holds half-written files. No key begins with a dot, so none can name it."""

STALE_SECONDS = 24 * 3600
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS)
_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EFBIG: "the file is larger than the system allows",
}


class LocalStorage:
    """A folder. It is made at the first write; leftovers of a killed process are swept then."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._swept = False

    async def put_file(self, key: str, path: Path, *, may_link: bool = False) -> bool:
        """See `Storage.put_file`."""
        return await in_thread(self._put, self._path(key), path, may_link=may_link)

    async def open_range(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """See `Storage.open_range`."""
        file = await in_thread(_opened, self._path(key), start)
        try:
            left = None if end is None else end - start
            while left is None or left > 0:
                chunk = await in_thread(_read, file, CHUNK_BYTES if left is None else min(left, CHUNK_BYTES))
                if not chunk:
                    return
                left = None if left is None else left - len(chunk)
                yield chunk
        finally:
            file.close()

    def local_path(self, key: str) -> Path | None:
        """The file itself."""
        return self._path(key)

    async def exists(self, key: str) -> bool:
        """See `Storage.exists`."""
        return await in_thread(self._path(key).is_file)

    async def size(self, key: str) -> int:
        """See `Storage.size`."""
        return await in_thread(_size, self._path(key))

    async def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        await in_thread(_delete, self._path(key))

    async def list(self, folder: str = "") -> AsyncIterator[Stored]:
        """See `Storage.list`. Walks folder by folder, so that a million files take no memory."""
        waiting = [self._root / checked(folder) if folder else self._root]
        while waiting:
            folders, files = await in_thread(_look_into, waiting.pop())
            waiting += folders
            for path, size_bytes in files:
                yield Stored(path.relative_to(self._root).as_posix(), size_bytes)

    async def sign_url(self, key: str, expires: timedelta) -> str | None:
        """A folder has no server, so there is never one."""
        checked(key)
        return None

    async def close(self) -> None:
        """Nothing is open."""

    def _path(self, key: str) -> Path:
        return self._root / checked(key)

    def _put(self, target: Path, source: Path, *, may_link: bool) -> bool:
        with _plain_words():
            if not target.exists():
                top = self._made(target.parent)
                named = _link(source, target) if may_link else None
                if self._copy(target, source) if named is None else named:
                    _sync_names(target.parent, top)
                    return True
            there, fresh = target.stat().st_size, source.stat().st_size
        if there != fresh:
            raise KeyTaken(f"Another file of {there} bytes is kept under {target.name}. Nothing was changed.")
        return False

    def _made(self, folder: Path) -> Path:
        """Makes a folder where it is missing. Returns the topmost that may have got a new name in it."""
        if folder.exists():
            return folder
        folder.mkdir(parents=True, exist_ok=True)
        return self._root

    def _copy(self, target: Path, source: Path) -> bool:
        spooled = self._spool(source)
        try:
            return _name_it(spooled, target)
        finally:
            spooled.unlink(missing_ok=True)

    def _spool(self, source: Path) -> Path:
        folder = self._root / SPOOL
        folder.mkdir(parents=True, exist_ok=True)
        if not self._swept:
            self._swept = True
            _sweep(folder)
        spooled = folder / new_id("put")
        try:
            shutil.copyfile(source, spooled)
            _sync(spooled)
        except BaseException:
            spooled.unlink(missing_ok=True)
            raise
        return spooled


def _link(source: Path, target: Path) -> bool | None:
    """Gives a file that is at rest a second name. False: the name is taken; None: it cannot be linked to there.

    One that has two names already is not linked: who knows the other may write into it.
    """
    if source.stat().st_nlink > 1:
        return None
    _sync(source)
    try:
        os.link(source, target)
    except FileExistsError:
        return False
    except OSError as trouble:
        if trouble.errno not in (*_NO_LINKS, errno.EXDEV):
            raise
        return None
    return True


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _name_it(spooled: Path, target: Path) -> bool:
    """Gives the finished file its name unless the name is taken; a link is refused by the system itself, atomically."""
    try:
        os.link(spooled, target)
    except FileExistsError:
        return False
    except OSError as trouble:
        if trouble.errno not in _NO_LINKS:
            raise
        if target.exists():
            return False
        spooled.replace(target)
    return True


def _sync_names(folder: Path, top: Path) -> None:
    """Makes new names themselves survive a power cut, from `folder` up to `top`."""
    for one in (folder, *folder.parents):
        _sync(one)
        if one == top:
            return


def _sweep(folder: Path) -> None:
    oldest = clock.now().timestamp() - STALE_SECONDS
    for leftover in folder.iterdir():
        with suppress(OSError):
            if leftover.stat().st_mtime < oldest:
                leftover.unlink()


def _opened(path: Path, start: int) -> BinaryIO:
    with _plain_words():
        file = path.open("rb", buffering=0)
        file.seek(start)
        return file


def _read(file: BinaryIO, size_bytes: int) -> bytes:
    with _plain_words():
        return file.read(size_bytes)


def _size(path: Path) -> int:
    with _plain_words():
        return path.stat().st_size


def _delete(path: Path) -> None:
    with _plain_words():
        path.unlink(missing_ok=True)


def _look_into(folder: Path) -> tuple[list[Path], list[tuple[Path, int]]]:
    folders: list[Path] = []
    files: list[tuple[Path, int]] = []
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
            else:
                with suppress(FileNotFoundError):
                    files.append((Path(entry.path), entry.stat().st_size))
    return folders, files


@contextmanager
def room_on_the_disk() -> Iterator[None]:
    """Turns a disk that takes no more, or nothing, into `StorageAway`; what else goes wrong stays as it is."""
    try:
        yield
    except OSError as trouble:
        words = _WORDS.get(trouble.errno or 0)
        if words is None:
            raise
        raise StorageAway(
            f"The file cannot be taken: {words}. Nothing was kept. Mend that, then try again."
        ) from trouble


@contextmanager
def _plain_words() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as gone:
        raise NoSuchFile(f"There is no file {Path(str(gone.filename)).name}.") from gone
    except OSError as trouble:
        words = _WORDS.get(trouble.errno or 0, str(trouble.strerror or trouble))
        raise StorageAway(
            f"The media folder cannot be used: {words}. Nothing was kept. Mend that, then try again."
        ) from trouble
