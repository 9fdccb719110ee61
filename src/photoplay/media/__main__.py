"""The child process in which media is decoded: `python -m photoplay.media`, started and spoken to by `MediaWorker`."""

import ctypes
from typing import Any

from PIL import Image

from photoplay.core.child_main import serve
from photoplay.media.tasks import TASKS

M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3
BLOCK_BYTES, BLOCKS_KEPT = 4 * 2**20, 4
"""A picture of a million pixels is one block. Those kept warm spare each job a tenth of its time in fresh pages."""


def _bound_idle_memory() -> None:
    """Pictures are few large blocks: one arena, a few blocks kept for the next picture, the rest given back at once."""
    allocator: Any = Image.__dict__["core"]  # documented, yet not in the types
    allocator.set_block_size(BLOCK_BYTES)
    allocator.set_blocks_max(BLOCKS_KEPT)
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_ARENA_MAX, 1)
        libc.mallopt(M_MMAP_THRESHOLD, 512 * 1024)


if __name__ == "__main__":
    _bound_idle_memory()
    serve(TASKS)
