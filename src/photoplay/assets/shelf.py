"""Where assets are kept and what works on them, as one thing to hand on."""

from dataclasses import dataclass
from pathlib import Path

from photoplay.core.db import Database
from photoplay.events import Hub
from photoplay.media import MediaWorker
from photoplay.storage import Storage


@dataclass(frozen=True)
class Shelf:
    """Made once in bootstrap. `spool` is the folder for files on their way."""

    db: Database
    storage: Storage
    media: MediaWorker
    hub: Hub
    spool: Path
