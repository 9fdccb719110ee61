"""Everything the steps of a generation get, made once in bootstrap."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from photoplay.catalog import Catalog
from photoplay.core.db import Database
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.credits import Quoter
from photoplay.events import Hub
from photoplay.jobs import Engine, Wakes
from photoplay.media import MediaWorker
from photoplay.providers import Provider
from photoplay.storage import Storage


@dataclass
class Runtime:
    """The parts a generation is made with. `admit_soon` wakes the dispatcher, `finish_soon` the finisher of assets."""

    settings: Settings
    db: Database
    storage: Storage
    http: Http
    media: MediaWorker
    hub: Hub
    engine: Engine
    wakes: Wakes
    catalog: Catalog
    quoter: Quoter
    providers: Mapping[str, Provider]
    admit_soon: Callable[[], None] = lambda: None
    finish_soon: Callable[[], None] = lambda: None
    is_stopping: bool = False
    open_submits: set[str] = field(default_factory=set)

    def spool_of(self, order_id: str) -> Path:
        """The folder of an order's files on their way."""
        return self.settings.spool / "orders" / order_id
