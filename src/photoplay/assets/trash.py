"""Deleting is soft: an asset lies in the trash for a month and can be brought back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from photoplay.assets.tables import AssetRow
from photoplay.core import clock


def trash_assets(session: Session, owner_id: str, asset_ids: Sequence[str]) -> list[str]:
    """Puts the owner's assets into the trash. Returns the ids that were moved; others are left out in silence."""
    rows = _rows(session, owner_id, asset_ids, is_trashed=False)
    for row in rows:
        row.is_trashed, row.deleted_at = True, clock.now()
    return [row.id for row in rows]


def restore_assets(session: Session, owner_id: str, asset_ids: Sequence[str]) -> list[str]:
    """Takes the owner's assets out of the trash. Returns the ids that were moved."""
    rows = _rows(session, owner_id, asset_ids, is_trashed=True)
    for row in rows:
        row.is_trashed, row.deleted_at = False, None
    return [row.id for row in rows]


def purge_trash(session: Session, before: datetime, *, limit: int = 200) -> int:
    """Deletes for ever what was put into the trash before this time. The files follow as orphans. Returns how many."""
    query = select(AssetRow.id).where(AssetRow.is_trashed.is_(True), AssetRow.deleted_at < before).limit(limit)
    ids = session.scalars(query).all()
    session.execute(delete(AssetRow).where(AssetRow.id.in_(ids)))
    return len(ids)


def _rows(session: Session, owner_id: str, asset_ids: Sequence[str], *, is_trashed: bool) -> Sequence[AssetRow]:
    query = select(AssetRow).where(
        AssetRow.id.in_(asset_ids), AssetRow.owner_id == owner_id, AssetRow.is_trashed.is_(is_trashed)
    )
    return session.scalars(query).all()
