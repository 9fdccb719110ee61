"""Sums of the days that limits are checked by, what was picked in comparisons, voices by name, passwords, repeats."""

import sqlalchemy as sa
from alembic import op

from photoplay.core import rows

revision = "0002"
down_revision = "0001"


_DAYS_OF_ENTRIES = """
INSERT INTO spending_days (owner_id, day, api_key_id, generations, amount_credits, amount_usd, settled_usd)
SELECT owner_id, charged_at - charged_at % 86400000000, coalesce(api_key_id, ''),
    sum(CASE WHEN key LIKE '%\\:raised' THEN 0 WHEN kind = 'release' THEN -1 ELSE 1 END),
    sum(coalesce(amount_credits, 0)), sum(amount_usd), sum(CASE WHEN kind = 'settle' THEN amount_usd ELSE 0 END)
FROM entries WHERE kind IN ('hold', 'release', 'settle') GROUP BY 1, 2, 3
"""
"""A day is kept by the microsecond at which it began."""
_KEYS_OF_BATCHES = """
UPDATE generations SET api_key_id = (SELECT api_key_id FROM batches WHERE batches.id = generations.batch_id)
"""


def upgrade() -> None:
    """Makes the new tables and columns, and fills in what can be told from the rows that are there."""
    _tables()
    op.add_column("batches", sa.Column("repeats", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("orders", sa.Column("repeats", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("generations", sa.Column("api_key_id", sa.String(length=40), nullable=True))
    op.add_column("users", sa.Column("password_hash", sa.String(length=200), nullable=True))
    op.drop_index(op.f("ix_entries_owner_charged_at"), table_name="entries")
    for statement in (_DAYS_OF_ENTRIES, _KEYS_OF_BATCHES):
        op.execute(sa.text(statement))


def _tables() -> None:
    op.create_table(
        "picks",
        sa.Column("comparison", sa.String(length=40), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("operation", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("among", sa.BigInteger(), nullable=False),
        sa.Column("is_picked", sa.Boolean(), nullable=False),
        sa.Column("picked_at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("comparison", "model", name=op.f("pk_picks")),
    )
    op.create_index(op.f("ix_picks_operation"), "picks", ["operation"], unique=False)
    op.create_table(
        "spending_days",
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("day", rows.UtcTime(), nullable=False),
        sa.Column("api_key_id", sa.String(length=40), nullable=False),
        sa.Column("generations", sa.BigInteger(), nullable=False),
        sa.Column("amount_credits", sa.BigInteger(), nullable=False),
        sa.Column("amount_usd", rows.Usd(), nullable=False),
        sa.Column("settled_usd", rows.Usd(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "day", "api_key_id", name=op.f("pk_spending_days")),
    )
    op.create_table(
        "voices",
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("voice", sa.String(length=80), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("sample", sa.Text(), nullable=True),
        sa.Column("seen_at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "voice", name=op.f("pk_voices")),
    )
