"""Clients and their campaigns."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from photoplay.core.rows import Row


class ClientRow(Row):
    """Somebody whom work is done for. An archived one takes no more; what was made and paid stays."""

    __tablename__ = "clients"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    notes: Mapped[str] = mapped_column(Text, default="")
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("owner_id", "name"),)


class CampaignRow(Row):
    """A piece of work for one client, who stays the same: what was charged to it was charged to that client."""

    __tablename__ = "campaigns"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.id"))
    name: Mapped[str] = mapped_column(String(120))
    notes: Mapped[str] = mapped_column(Text, default="")
    archived_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    """When something was first charged to it; from then on it can be archived and not deleted."""
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("owner_id", "name"), Index("ix_campaigns_client_id", "client_id"))
