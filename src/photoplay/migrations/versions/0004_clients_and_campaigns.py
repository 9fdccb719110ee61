"""Clients and campaigns, what is charged to them, and the sums of their days."""

import sqlalchemy as sa
from alembic import op

from photoplay.core import rows

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Makes the new tables, and the columns that say what is charged to a campaign; so far nothing is."""
    op.create_table(
        "campaign_days",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("day", rows.UtcTime(), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("generations", sa.BigInteger(), nullable=False),
        sa.Column("amount_credits", sa.BigInteger(), nullable=False),
        sa.Column("amount_usd", rows.Usd(), nullable=False),
        sa.Column("settled_credits", sa.BigInteger(), nullable=False),
        sa.Column("settled_usd", rows.Usd(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "day", name=op.f("pk_campaign_days")),
    )
    op.create_index(op.f("ix_campaign_days_client_id"), "campaign_days", ["client_id"], unique=False)
    op.create_index(op.f("ix_campaign_days_owner_id"), "campaign_days", ["owner_id"], unique=False)
    op.create_table(
        "clients",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("archived_at", rows.UtcTime(), nullable=True),
        sa.Column("created_at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clients")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_clients_owner_id_name")),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("archived_at", rows.UtcTime(), nullable=True),
        sa.Column("used_at", rows.UtcTime(), nullable=True),
        sa.Column("created_at", rows.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_campaigns_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_campaigns_owner_id_name")),
    )
    op.create_index("ix_campaigns_client_id", "campaigns", ["client_id"], unique=False)
    op.add_column("assets", sa.Column("campaign_id", sa.String(length=40), nullable=True))
    op.create_index(
        "ix_assets_campaign",
        "assets",
        ["campaign_id", "is_trashed", "id"],
        unique=False,
        sqlite_where=sa.text("campaign_id IS NOT NULL"),
        postgresql_where=sa.text("campaign_id IS NOT NULL"),
    )
    op.add_column("entries", sa.Column("campaign_id", sa.String(length=40), nullable=True))
    op.add_column("entries", sa.Column("client_id", sa.String(length=40), nullable=True))
    op.add_column("generations", sa.Column("campaign_id", sa.String(length=40), nullable=True))
    op.create_index(
        "ix_generations_campaign",
        "generations",
        ["campaign_id", "id"],
        unique=False,
        sqlite_where=sa.text("campaign_id IS NOT NULL"),
        postgresql_where=sa.text("campaign_id IS NOT NULL"),
    )
