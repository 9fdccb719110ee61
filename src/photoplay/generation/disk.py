"""Room for what an order brings: without it a result that was paid for could not be kept, so the order waits."""

import shutil
from typing import Final

from photoplay.core.settings import Settings
from photoplay.generation.failover import Pause

LOOK_AGAIN_SECONDS: Final = 5.0
NO_ROOM: Final = Pause(LOOK_AGAIN_SECONDS, "The disk is full: waiting for room")


def is_disk_full(settings: Settings) -> bool:
    """Whether the disk that results are received on has less free than `least_free_mb`. Makes their folder where
    it is gone. Never on the event loop.
    """
    settings.spool.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(settings.spool).free < settings.least_free_mb * 1_000_000
