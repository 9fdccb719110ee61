"""The mask that an asset is as it goes to a vendor: made once in the child process and kept beside the asset."""

import shutil
from dataclasses import dataclass

from sqlalchemy.orm import Session

from photoplay.assets.blobs import keep_blobs
from photoplay.assets.queries import source_file_of
from photoplay.assets.shelf import Shelf
from photoplay.assets.tables import RenditionRow
from photoplay.core.files import in_thread
from photoplay.core.ids import new_id
from photoplay.core.rows import insert_into
from photoplay.media import MaskFile
from photoplay.storage import Blob, file_of, put_blob

MASK: str = "mask"
"""The rendition's role."""


@dataclass(frozen=True)
class Mask:
    """A stored mask: grey, 8 bits; white is painted anew."""

    sha256: str
    mime: str
    size_bytes: int
    width: int
    height: int


async def mask_of(shelf: Shelf, owner_id: str, asset_id: str) -> Mask | None:
    """The mask that this picture of the owner is; None when nothing in it is white.

    Raises `AssetNotFound`, and what `MediaWorker.mask` raises.
    """
    known = await shelf.db.read(lambda session: _known(session, asset_id))
    if known is not None:
        return known
    view = await shelf.db.read(lambda session: source_file_of(session, owner_id, asset_id))
    folder = shelf.spool / "renditions" / new_id("msk")
    await in_thread(folder.mkdir, parents=True, exist_ok=True)
    try:
        source = await file_of(shelf.storage, view.sha256, folder / "source")
        made = await shelf.media.mask(source, folder / "mask.png")
        if made.white_share == 0:
            return None
        blob = await put_blob(shelf.storage, made.path)
    finally:
        await in_thread(shutil.rmtree, folder, ignore_errors=True)
    await shelf.db.write(lambda session: _keep(session, asset_id, made, blob))
    return Mask(blob.sha256, made.mime, blob.size_bytes, made.width, made.height)


def _known(session: Session, asset_id: str) -> Mask | None:
    row = session.get(RenditionRow, (asset_id, MASK))
    return None if row is None else Mask(row.sha256, row.mime, row.size_bytes, row.width or 0, row.height or 0)


def _keep(session: Session, asset_id: str, made: MaskFile, blob: Blob) -> None:
    keep_blobs(session, [blob])
    facts = {"sha256": blob.sha256, "mime": made.mime, "size_bytes": blob.size_bytes}
    size = {"width": made.width, "height": made.height}
    row = {"asset_id": asset_id, "role": MASK, **facts, **size}
    session.execute(insert_into(session, RenditionRow).values(row).on_conflict_do_nothing())
