"""Assets, the blobs they stand on, their renditions and parents, and the words they are found by."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from photoplay.core.rows import Row, index_of_some

_OF_CAMPAIGNS: Final = "campaign_id IS NOT NULL"
"""What is filed under no campaign costs no index anything."""


class BlobRow(Row):
    """A stored file, named by its content. `orphaned_at`: since when nothing refers to it."""

    __tablename__ = "blobs"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int]
    orphaned_at: Mapped[datetime | None] = mapped_column(index=True)


class AssetRow(Row):
    """One kept media file of any kind, with where it came from."""

    __tablename__ = "assets"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    mime: Mapped[str] = mapped_column(String(60))
    size_bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration_seconds: Mapped[float | None] = mapped_column(Float)
    fps: Mapped[float | None] = mapped_column(Float)
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    prompt: Mapped[str] = mapped_column(Text)
    operation: Mapped[str] = mapped_column(String(40))
    model: Mapped[str] = mapped_column(String(120))
    model_name: Mapped[str] = mapped_column(String(120))
    params: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    presets: Mapped[list[Any]] = mapped_column(JSON, default=list)
    seed: Mapped[int | None]
    cost_usd: Mapped[Decimal | None]
    price_credits: Mapped[int | None]
    generation_id: Mapped[str | None] = mapped_column(String(40), index=True)
    campaign_id: Mapped[str | None] = mapped_column(String(40))
    """The campaign that it is filed under: the one that its generation was charged to, until somebody files it elsewhere."""
    position: Mapped[int] = mapped_column(default=0)
    thumbhash: Mapped[str | None] = mapped_column(String(60))
    rating: Mapped[int | None]
    findings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    credentials: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    month: Mapped[str] = mapped_column(String(7))
    is_trashed: Mapped[bool] = mapped_column(Boolean, default=False)
    is_finished: Mapped[bool] = mapped_column(Boolean, default=False)
    finish_attempts: Mapped[int] = mapped_column(default=0)
    finisher_id: Mapped[str | None] = mapped_column(String(40))
    """Of several workers the one that makes its renditions."""
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_assets_owner_id", "owner_id", "is_trashed", "id"),
        Index("ix_assets_owner_kind", "owner_id", "is_trashed", "kind", "id"),
        Index("ix_assets_owner_model", "owner_id", "is_trashed", "model", "id"),
        Index("ix_assets_owner_month", "owner_id", "is_trashed", "month", "kind", "model"),
        index_of_some("ix_assets_campaign", "campaign_id", "is_trashed", "id", where=_OF_CAMPAIGNS),
        Index("ix_assets_finish", "is_finished", "id"),
    )


class ParentRow(Row):
    """An asset was made from another one."""

    __tablename__ = "asset_parents"
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True)
    parent_id: Mapped[str] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)


class RenditionRow(Row):
    """A file derived from an asset, unique by its role."""

    __tablename__ = "renditions"
    asset_id: Mapped[str] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(12), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    mime: Mapped[str] = mapped_column(String(60))
    size_bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
