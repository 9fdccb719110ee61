"""Files on this machine: hashing, durable writes and an executor for both, so that the event loop never waits for a disk."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_pool = ThreadPoolExecutor(4, thread_name_prefix="files")


async def in_thread(run: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs a short blocking call on a small pool of our own (the engine replaces the loop's default one)."""
    return await asyncio.get_running_loop().run_in_executor(_pool, lambda: run(*args, **kwargs))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_once(path: Path, data: bytes, *, mode: int = 0o644) -> bool:
    """Writes a file that is not there yet, whole or not at all. False: somebody else has just done so, and it stays."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    write_atomically(made, data, mode=mode)
    try:
        os.link(made, path)
    except FileExistsError:
        return False
    finally:
        made.unlink()
    return True


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Writes a file so that it is there whole or not at all, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
