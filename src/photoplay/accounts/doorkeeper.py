"""Who may come in right now: read once a second at most, for a page asks for a hundred thumbnails at a time."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from photoplay.accounts._hashing import hash_secret
from photoplay.accounts.keys import use_key
from photoplay.accounts.schemas import Viewer
from photoplay.accounts.sign_in import use_session
from photoplay.core import clock
from photoplay.core.db import Database
from photoplay.events import Hub

KNOWN_FOR: Final = timedelta(seconds=1)
"""So long a change that another process made, such as `photoplay users disable`, may go unseen."""
_MOST_KNOWN: Final = 10_000


class Doorkeeper:
    """Remembers for a moment whom a secret belongs to. What this process changes is seen at once, by `recheck`."""

    def __init__(self, db: Database, hub: Hub) -> None:
        self._db, self._hub = db, hub
        self._known: dict[str, tuple[Viewer, datetime]] = {}
        self._asking: dict[str, asyncio.Future[Viewer]] = {}

    async def by_key(self, secret: str) -> Viewer:
        """Who this API key speaks for. Raises `NotSignedIn`."""
        return await self._ask(secret, use_key)

    async def by_session(self, secret: str) -> Viewer:
        """Who this session belongs to. Raises `NotSignedIn`."""
        return await self._ask(secret, use_session)

    def recheck(self, user_id: str) -> None:
        """Forgets what is known of a user, and has their open streams ask again whether they may go on."""
        self._asking.clear()  # what is being read now may be out of date
        self._known = {name: entry for name, entry in self._known.items() if entry[0].user_id != user_id}
        self._hub.tell_check(user_id)

    async def _ask(self, secret: str, use: Callable[[Session, str], Viewer]) -> Viewer:
        name = hash_secret(secret)
        entry = self._known.get(name)
        if entry is not None and clock.now() < entry[1]:
            return entry[0]
        asking = self._asking.get(name)
        if asking is None:
            self._known.pop(name, None)
            asking = asyncio.ensure_future(self._db.read(lambda session: use(session, secret)))
            self._asking[name] = asking
            asking.add_done_callback(lambda answered: self._answered(name, answered))
        return await asyncio.shield(asking)

    def _answered(self, name: str, asking: asyncio.Future[Viewer]) -> None:
        """Remembers who it was, unless somebody changed since it was asked."""
        is_latest = self._asking.get(name) is asking
        if is_latest:
            del self._asking[name]
        if not asking.cancelled() and asking.exception() is None and is_latest:
            self._remember(name, asking.result())

    def _remember(self, name: str, viewer: Viewer) -> None:
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[name] = viewer, clock.now() + KNOWN_FOR
