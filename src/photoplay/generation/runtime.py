"""Everything the steps of a generation get, made once in bootstrap."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from photoplay.catalog import Catalog, Lessons, VendorAccounts
from photoplay.core.db import Database, after_commit
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.core.signals import tell
from photoplay.credits import Quoter
from photoplay.events import Hub
from photoplay.generation.public import PublicAddresses
from photoplay.jobs import Engine, Lease, Wakes
from photoplay.media import MediaWorker
from photoplay.providers import Provider, Receives
from photoplay.storage import Storage

ADMIT: Final = "admit"
"""The signal that something may be begun."""
WAKE: Final = "wake"
"""The signal that there is news for a generation."""


class OpenSubmits:
    """The generations whose order is on its way to a provider right now. Loop only."""

    def __init__(self) -> None:
        self._generations: set[str] = set()
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def holding(self, generation_id: str) -> Iterator[None]:
        """Counts an order as on its way while this is open: from before it is noted until its answer is stored."""
        self._generations.add(generation_id)
        self._none.clear()
        try:
            yield
        finally:
            self._generations.discard(generation_id)
            if not self._generations:
                self._none.set()

    async def until_none(self) -> None:
        """Waits until no order is on its way."""
        await self._none.wait()

    def ids(self) -> list[str]:
        """The generations with an order on its way."""
        return sorted(self._generations)


@dataclass
class Runtime:
    """The parts a generation is made with.

    `admit_soon` wakes the dispatcher, `link_soon` what goes on with chains, `finish_soon` the finisher of assets,
    `rescue_soon` the rescuer.
    """

    settings: Settings
    db: Database
    storage: Storage
    http: Http
    media: MediaWorker
    hub: Hub
    engine: Engine
    lease: Lease
    wakes: Wakes
    catalog: Catalog
    quoter: Quoter
    providers: Mapping[str, Provider]
    vendors: VendorAccounts
    public: PublicAddresses
    lessons: Lessons = field(default_factory=Lessons)
    admit_soon: Callable[[], None] = lambda: None
    link_soon: Callable[[], None] = lambda: None
    finish_soon: Callable[[], None] = lambda: None
    rescue_soon: Callable[[], None] = lambda: None
    is_stopping: bool = False
    cancels: set[str] = field(default_factory=set)
    """The running generations whose owner wants them back; also on their rows."""
    open_submits: OpenSubmits = field(default_factory=OpenSubmits)

    def __post_init__(self) -> None:
        self._receivers = {name for name, provider in self.providers.items() if isinstance(provider, Receives)}

    def admit_after(self, session: Session) -> None:
        """Once this is committed, every dispatcher looks whether something may be begun."""
        if not tell(session, ADMIT, {}):
            after_commit(session, self.admit_soon)

    def wake_after(self, session: Session, generation_id: str, *, is_cancel: bool = False) -> None:
        """Once this is committed, whoever works on the generation wakes, wherever that is."""
        if not tell(session, WAKE, {"generation": generation_id, "is_cancel": is_cancel}):
            after_commit(session, partial(self.wake, generation_id, is_cancel=is_cancel))

    def wake(self, generation_id: str, *, is_cancel: bool = False) -> None:
        """Wakes who works on the generation in this process, if it is here. From the event loop only."""
        if is_cancel:
            self.cancels.add(generation_id)
        self.wakes.wake(generation_id)

    async def stay_if_stopping(self) -> None:
        """Nothing is sent any more once a stop has begun: whoever comes here stays until the engine lets go of it."""
        if self.is_stopping:
            await asyncio.Event().wait()

    def spool_of(self, order_id: str) -> Path:
        """The folder of an order's files on their way."""
        return self.settings.spool / "orders" / order_id

    def receives(self, provider: str) -> bool:
        """Whether a vendor sends calls about its orders."""
        return provider in self._receivers
