"""Finds the file behind a `/media` address and checks that the viewer may see it: one look in a map, filled from the database."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.accounts import link_epoch_of
from photoplay.assets.addresses import extension_of
from photoplay.assets.errors import NoSuchRendition
from photoplay.assets.links import Links
from photoplay.assets.tables import AssetRow, RenditionRow
from photoplay.core.db import Database

_REMEMBERED: Final = 50_000


@dataclass(frozen=True)
class Delivered:
    """A stored file that a viewer may see."""

    sha256: str
    mime: str
    size_bytes: int
    name: str
    """What a download is called, without its ending."""

    @property
    def ending(self) -> str:
        """Of its address and of a download, without the dot."""
        return extension_of(self.mime)


@dataclass(frozen=True)
class _Known:
    owner_id: str
    files: dict[str, Delivered]


@dataclass(frozen=True)
class SignedLink:
    """What a public link says beside the file: its own path, and `until` in seconds since 1970."""

    path: str
    until: int
    signature: str


class Deliveries:
    """Answers from memory what was asked before; `drop` an asset when its files or its owner change."""

    def __init__(self, db: Database, links: Links) -> None:
        self._db = db
        self._links = links
        self._known: OrderedDict[str, _Known] = OrderedDict()

    async def find(self, viewer_id: str, asset_id: str, role: str, hash8: str) -> Delivered:
        """The file of an asset of this viewer. Raises `NoSuchRendition`, also for what belongs to somebody else."""
        known = self._known.get(asset_id)
        if known is None or role not in known.files:
            known = await self._load(asset_id)
        if known is None or known.owner_id != viewer_id:
            raise NoSuchRendition("There is no such file.")
        found = known.files.get(role)
        if found is None or not found.sha256.startswith(hash8):
            raise NoSuchRendition("There is no such file.")
        return found

    async def find_signed(self, asset_id: str, role: str, hash8: str, *, link: SignedLink) -> Delivered:
        """The file behind a public link, whoever asks. Raises `NoSuchRendition`, `LinkExpired`."""
        known = self._known.get(asset_id)
        if known is None or role not in known.files:
            known = await self._load(asset_id)
        if known is None:
            raise NoSuchRendition("There is no such file.")
        owner_id = known.owner_id
        epoch = await self._db.read(lambda session: link_epoch_of(session, owner_id))
        self._links.check(link.path, until=link.until, signature=link.signature, epoch=epoch)
        return await self.find(owner_id, asset_id, role, hash8)

    def drop(self, asset_id: str) -> None:
        """Forgets what is known of an asset."""
        self._known.pop(asset_id, None)

    async def _load(self, asset_id: str) -> _Known | None:
        known = await self._db.read(lambda session: _read(session, asset_id))
        if known is not None:
            self._known[asset_id] = known
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known


def _read(session: Session, asset_id: str) -> _Known | None:
    row = session.get(AssetRow, asset_id)
    if row is None:
        return None
    files = {"original": Delivered(row.sha256, row.mime, row.size_bytes, row.title)}
    for one in session.scalars(select(RenditionRow).where(RenditionRow.asset_id == asset_id)):
        files[one.role] = Delivered(one.sha256, one.mime, one.size_bytes, row.title)
    return _Known(row.owner_id, files)
