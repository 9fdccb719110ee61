"""Vendors switched off and their usual models."""

import sqlalchemy as sa
from alembic import op

from photoplay.core import rows

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes the table of what is set of vendors as a whole; so far every vendor is on."""
    op.create_table(
        "vendor_settings",
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("default_models", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("set_at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_vendor_settings")),
    )
