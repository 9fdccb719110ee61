"""The child process in which media is decoded: `python -m photoplay.media`, started and spoken to by `MediaWorker`."""

import ctypes

from photoplay.core.child_main import serve
from photoplay.media.tasks import TASKS

M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3


def _give_memory_back() -> None:
    """Pictures are few large blocks: one arena, and blocks that go back to the system as soon as they are free."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_ARENA_MAX, 1)
        libc.mallopt(M_MMAP_THRESHOLD, 512 * 1024)


if __name__ == "__main__":
    _give_memory_back()
    serve(TASKS)
