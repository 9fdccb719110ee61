"""Makes the renditions of new assets, after they are there: never in their way. One asked for earlier is made then, once."""

import asyncio
import shutil
from collections.abc import Callable, Collection
from functools import partial
from typing import Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from photoplay import events, jobs
from photoplay.assets.blobs import keep_blobs
from photoplay.assets.delivery import Deliveries
from photoplay.assets.errors import NoSuchRendition
from photoplay.assets.queries import asset_of, find_row
from photoplay.assets.schemas import AssetView
from photoplay.assets.shelf import Shelf
from photoplay.assets.tables import AssetRow, RenditionRow
from photoplay.core import clock
from photoplay.core.db import after_commit
from photoplay.core.errors import PhotoplayError
from photoplay.core.files import in_thread
from photoplay.core.ids import new_id
from photoplay.core.log import Log
from photoplay.jobs import Lease
from photoplay.media import CredentialReport, RenderedFile
from photoplay.storage import Blob, file_of, put_blob

ROLES: Final = {
    "image": ("thumb", "card", "webp"),
    "video": ("thumb", "poster", "preview"),
    "audio": ("peaks", "preview"),
}
LAST: Final = {"image": ("avif",), "video": (), "audio": ()}
_ATTEMPTS: Final = 3
QUIET_SECONDS: Final = 2.0
"""Nothing was rendered here for so long: the machine is free for what takes long."""
LONGEST_WAIT_SECONDS: Final = 300.0
"""After this an asset waits no longer for a quiet moment."""
MOST_WAITING: Final = 200
"""Of more than these the oldest waits no longer either."""
_log = Log("assets")


class Finisher:
    """Looks for unfinished assets, the oldest first; what takes long is made while the machine has nothing else to do.

    `quiet_seconds` tells since when nothing is rendered here.
    """

    def __init__(
        self, shelf: Shelf, deliveries: Deliveries, *, quiet_seconds: Callable[[], float], lease: Lease
    ) -> None:
        self._shelf = shelf
        self._deliveries = deliveries
        self._quiet_seconds, self._lease = quiet_seconds, lease
        self._making: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._last: dict[str, AssetRow] = {}
        """Assets that lack only what takes long, the oldest first."""

    async def look(self) -> None:
        """Finishes what is unfinished. One that fails three times is left as it is: the original is always there."""
        while True:
            row = await self._next()
            if row is not None:
                await self._begin(row)
            elif not await self._end_one():
                return

    async def _next(self) -> AssetRow | None:
        """The oldest that lacks something. Of several workers one has each; after its end another."""
        if self._shelf.db.is_sqlite:
            return await self._shelf.db.read(partial(_next_unfinished, without=self._last.keys()))
        mine = partial(_next_of, without=self._last.keys(), worker_id=self._lease.id)
        if not self._lease.is_held or await self._shelf.db.read(mine) is None:
            return None
        return await self._shelf.db.write(partial(mine, claims=True))

    async def make(self, owner_id: str, asset_id: str, role: str) -> AssetView:
        """The asset with this rendition, which is made now if it is not there yet. Raises `NoSuchRendition`."""
        row = await self._shelf.db.read(lambda session: find_row(session, owner_id, asset_id))
        view = await self._shelf.db.read(lambda session: asset_of(session, owner_id, asset_id))
        if role in view.files:
            return view
        if role not in (*ROLES[row.kind], *LAST[row.kind]):
            raise NoSuchRendition(f'There is no rendition "{role}" of {row.kind}.')
        await self._once(row, role)
        return await self._shelf.db.read(lambda session: asset_of(session, owner_id, asset_id))

    async def verify(self, view: AssetView) -> CredentialReport:
        """What the credentials in the original of an asset say."""
        folder = self._shelf.spool / "renditions" / new_id("ver")
        await in_thread(folder.mkdir, parents=True, exist_ok=True)
        try:
            source = await file_of(self._shelf.storage, view.sha256, folder / "source")
            return await self._shelf.media.verify(source)
        finally:
            await in_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _once(self, row: AssetRow, role: str) -> None:
        """Single flight: all who ask for the same rendition wait for the same work."""
        key = (row.id, role)
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(row, (role,)))
            task.add_done_callback(lambda _done: self._making.pop(key, None))
        await asyncio.shield(task)

    async def _begin(self, row: AssetRow) -> None:
        if await self._make_missing(row, ROLES[row.kind]):
            self._last[row.id] = row

    async def _end_one(self) -> bool:
        """Makes what takes long for one asset. False: there is none, or the machine has better to do."""
        row = next(iter(self._last.values()), None)
        if row is None or not self._may_take_long(row):
            return False
        del self._last[row.id]
        if await self._make_missing(row, LAST[row.kind]):
            await self._shelf.db.write(lambda session: _mark_finished(session, row.id))
        return True

    def _may_take_long(self, row: AssetRow) -> bool:
        has_waited = (clock.now() - row.created_at).total_seconds() > LONGEST_WAIT_SECONDS
        must_not_wait = not LAST[row.kind] or has_waited or len(self._last) > MOST_WAITING
        return must_not_wait or self._quiet_seconds() >= QUIET_SECONDS

    async def _make_missing(self, row: AssetRow, roles: Collection[str]) -> bool:
        """Makes those of `roles` that are not there. False when that failed; it is then tried again, or never."""
        there = await self._shelf.db.read(lambda session: _roles_of(session, row.id))
        missing = tuple(role for role in roles if role not in there)
        if not missing:
            return True
        await self._shelf.db.write(lambda session: _count_attempt(session, row.id))
        try:
            await self._make(row, missing)
        except PhotoplayError as error:
            _log.warning("rendition.failed", asset=row.id, roles=missing, error=error.message)
            return False
        return True

    async def _make(self, row: AssetRow, roles: tuple[str, ...]) -> None:
        folder = self._shelf.spool / "renditions" / new_id("ren")
        await in_thread(folder.mkdir, parents=True, exist_ok=True)
        try:
            source = await file_of(self._shelf.storage, row.sha256, folder / "source")
            made = await self._shelf.media.render(source, row.kind, roles, folder)
            stored = [(file, await put_blob(self._shelf.storage, file.path, may_link=True)) for file in made]
            await self._shelf.db.write(lambda session: self._note(session, row, stored))
        finally:
            await in_thread(shutil.rmtree, folder, ignore_errors=True)

    def _note(self, session: Session, row: AssetRow, made: list[tuple[RenderedFile, Blob]]) -> None:
        """Renditions of an asset are there; the asset comes with their addresses."""
        keep_blobs(session, [blob for _file, blob in made])
        for file, blob in made:
            if session.get(RenditionRow, (row.id, file.role)) is None:
                session.add(
                    RenditionRow(
                        asset_id=row.id,
                        role=file.role,
                        sha256=blob.sha256,
                        mime=file.mime,
                        size_bytes=blob.size_bytes,
                        width=file.width,
                        height=file.height,
                    )
                )
        session.flush()
        forget: Callable[[], None] = lambda: self._deliveries.drop(row.id)  # noqa: E731
        after_commit(session, forget)
        view = asset_of(session, row.owner_id, row.id).model_dump(mode="json")
        events.record(session, self._shelf.hub, row.owner_id, "asset.rendered", {"asset": view})


def _next_unfinished(session: Session, *, without: Collection[str]) -> AssetRow | None:
    return session.scalar(_unfinished(without))


def _unfinished(without: Collection[str]) -> Select[AssetRow]:
    query = select(AssetRow).where(
        AssetRow.is_finished.is_(False), AssetRow.finish_attempts < _ATTEMPTS, AssetRow.id.not_in(without)
    )
    return query.order_by(AssetRow.id).limit(1)


def _next_of(session: Session, *, without: Collection[str], worker_id: str, claims: bool = False) -> AssetRow | None:
    """The next that this worker has or that nobody has; with `claims` it is this worker's from now on."""
    query = _unfinished(without).where(
        or_(
            AssetRow.finisher_id.is_(None),
            AssetRow.finisher_id == worker_id,
            AssetRow.finisher_id.not_in(jobs.living()),
        )
    )
    row = session.scalar(query.with_for_update(skip_locked=True) if claims else query)
    if row is not None and claims:
        row.finisher_id = worker_id
    return row


def _roles_of(session: Session, asset_id: str) -> set[str]:
    return set(session.scalars(select(RenditionRow.role).where(RenditionRow.asset_id == asset_id)))


def _count_attempt(session: Session, asset_id: str) -> None:
    session.get_one(AssetRow, asset_id).finish_attempts += 1


def _mark_finished(session: Session, asset_id: str) -> None:
    session.get_one(AssetRow, asset_id).is_finished = True
