"""Blobs: kept once by content, gone a day after the last reference."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, delete, exists, select, update
from sqlalchemy.orm import Session

from photoplay.assets.tables import AssetRow, BlobRow, RenditionRow
from photoplay.core.rows import connection_of, dialect_of, insert_in
from photoplay.storage import Blob, Storage, blob_key


def keep_blobs(session: Session, blobs: Sequence[Blob]) -> None:
    """Notes stored files as referenced, in the transaction that refers to them."""
    if not blobs:
        return
    unique = {blob.sha256: blob.size_bytes for blob in blobs}
    rows = [{"sha256": sha256, "size_bytes": size, "orphaned_at": None} for sha256, size in sorted(unique.items())]
    connection_of(session).execute(_keep(dialect_of(session)), rows)


@cache
def _keep(dialect: str) -> Executable:
    return insert_in(dialect, BlobRow).on_conflict_do_update(index_elements=["sha256"], set_={"orphaned_at": None})


def orphan_unreferenced(session: Session, now: datetime, *, in_use: Collection[str]) -> None:
    """Marks the blobs that no asset, no rendition and none of the hashes `in_use` refers to, and unmarks the others."""
    referenced = (
        exists().where(AssetRow.sha256 == BlobRow.sha256)
        | exists().where(RenditionRow.sha256 == BlobRow.sha256)
        | BlobRow.sha256.in_(in_use)
    )
    session.execute(
        update(BlobRow).where(~referenced, BlobRow.orphaned_at.is_(None)).values(orphaned_at=now),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(BlobRow).where(referenced, BlobRow.orphaned_at.is_not(None)).values(orphaned_at=None),
        execution_options={"synchronize_session": False},
    )


def purge_orphans(session: Session, before: datetime) -> Sequence[str]:
    """Forgets the blobs orphaned before this time and returns their hashes; the caller deletes the objects after that."""
    query = select(BlobRow.sha256).where(BlobRow.orphaned_at < before).limit(500).with_for_update()
    hashes = session.scalars(query).all()
    session.execute(delete(BlobRow).where(BlobRow.sha256.in_(hashes)))
    return hashes


async def delete_objects(storage: Storage, hashes: Sequence[str]) -> None:
    """Deletes the stored files of blobs that are forgotten."""
    for sha256 in hashes:
        await storage.delete(blob_key(sha256))
