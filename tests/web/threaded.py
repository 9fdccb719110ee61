"""A served house in a thread of its own, for browser tests of what only a scripted vendor can do."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Page

from photoplay import accounts
from photoplay.accounts import Viewer
from photoplay.web.deps import SESSION_COOKIE
from tests.factories import PATIENCE_SECONDS
from tests.scripted import ScriptedProvider
from tests.web.conftest import OpenPage
from tests.web.served import Served, a_served_house

T = TypeVar("T")


@dataclass(frozen=True)
class Threaded:
    """The house, and a way to have its own loop do something."""

    served: Served
    loop: asyncio.AbstractEventLoop

    @property
    def url(self) -> str:
        """Where it is served."""
        return self.served.url

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """What this comes to in the house's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE_SECONDS * 2)

    def page(self, open_page: OpenPage, viewer: Viewer | None = None, **options: Any) -> Page:
        """A page in which somebody, else the owner, is signed in here."""
        who = viewer or self.served.house.owner
        db = self.served.house.studio.runtime.db
        secret = self.do(db.write(lambda session: accounts.sign_in(session, accounts.make_link(session, who.user_id))))
        page = open_page(signed_in=False, base_url=self.url, **options)
        page.context.add_cookies([{"name": SESSION_COOKIE, "value": secret, "url": self.url}])
        return page


@contextmanager
def a_threaded_house(
    folder: Path, provider: Callable[[], ScriptedProvider] = ScriptedProvider, **changes: Any
) -> Iterator[Threaded]:
    """Serves until the block ends. `changes` are settings."""
    ready: Future[Threaded] = Future()
    with ThreadPoolExecutor(1, "house") as threads:
        served = threads.submit(asyncio.run, _serve(folder, provider(), ready, changes))
        served.add_done_callback(lambda done: ready.done() or ready.set_exception(done.exception() or RuntimeError()))
        house = ready.result(PATIENCE_SECONDS * 2)
        try:
            yield house
        finally:
            house.loop.call_soon_threadsafe(house.served.stop.set)
        served.result(PATIENCE_SECONDS * 2)


async def _serve(
    folder: Path, provider: ScriptedProvider, ready: "Future[Threaded]", changes: Mapping[str, Any]
) -> None:
    async with a_served_house(folder, provider, **changes) as served:
        ready.set_result(Threaded(served, asyncio.get_running_loop()))
        await served.stop.wait()
