"""The first schema: users, money, events, generations, assets and what they are found by."""

import sqlalchemy as sa
from alembic import op

from photoplay.core import rows

revision = "0001"
down_revision = None


_WORDS = (
    "asset_id varchar(40) NOT NULL UNIQUE REFERENCES assets (id) ON DELETE CASCADE,"
    " owner varchar(40) NOT NULL, body text NOT NULL"
)


def upgrade() -> None:
    """Makes every table, then the index of words, which each database has in its own way."""
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        _words_sqlite()
    else:
        _words_postgres()


def _words_sqlite() -> None:
    """The words of assets, numbered by time, and an index of them that their triggers keep."""
    op.execute(f"CREATE TABLE asset_words (number INTEGER PRIMARY KEY, {_WORDS})")
    op.execute(
        "CREATE VIRTUAL TABLE asset_search USING fts5(owner, body, content='asset_words', content_rowid='number',"
        " tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    )
    new = "INSERT INTO asset_search (rowid, owner, body) VALUES (new.number, new.owner, new.body);"
    old = "INSERT INTO asset_search (asset_search, rowid, owner, body) VALUES ('delete', old.number, old.owner, old.body);"
    for moment, done in (("INSERT", new), ("DELETE", old), ("UPDATE", f"{old} {new}")):
        op.execute(f"CREATE TRIGGER asset_words_{moment.lower()} AFTER {moment} ON asset_words BEGIN {done} END")


def _words_postgres() -> None:
    op.execute(
        f"CREATE TABLE asset_words ({_WORDS}, words tsvector GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED)"
    )
    op.execute("CREATE INDEX ix_asset_words_words ON asset_words USING gin (words)")


def _tables() -> None:
    op.create_table(
        "accounts",
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("is_metered", sa.Boolean(), nullable=False),
        sa.Column("available_credits", sa.BigInteger(), nullable=False),
        sa.Column("held_credits", sa.BigInteger(), nullable=False),
        sa.Column("held_usd", rows.Usd(), nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("warn_above_credits", sa.BigInteger(), nullable=True),
        sa.Column("warn_above_usd", rows.Usd(), nullable=True),
        sa.Column("approve_above_credits", sa.BigInteger(), nullable=True),
        sa.Column("approve_above_usd", rows.Usd(), nullable=True),
        sa.CheckConstraint("available_credits >= 0", name=op.f("ck_accounts_available_not_negative")),
        sa.CheckConstraint("held_credits >= 0", name=op.f("ck_accounts_held_not_negative")),
        sa.CheckConstraint("held_usd >= 0", name=op.f("ck_accounts_held_usd_not_negative")),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_accounts")),
    )
    op.create_table(
        "added_models",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("reference", sa.String(length=500), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("prices", sa.JSON(), nullable=False),
        sa.Column("has_own_prices", sa.Boolean(), nullable=False),
        sa.Column("described_at", rows.UtcTime(), nullable=False),
        sa.Column("created_at", rows.UtcTime(), nullable=False),
        sa.Column("changed_at", rows.UtcTime(), nullable=False),
        sa.Column("removed_at", rows.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_added_models")),
        sa.UniqueConstraint("model", name=op.f("uq_added_models_model")),
    )
    op.create_index(op.f("ix_added_models_changed_at"), "added_models", ["changed_at"], unique=False)
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=True),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("quote", sa.JSON(), nullable=False),
        sa.Column("ceiling", sa.JSON(), nullable=True),
        sa.Column("api_key_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("owner_id", "idempotency_key", name=op.f("uq_batches_owner_id_idempotency_key")),
    )
    op.create_index("ix_batches_owner_id_id", "batches", ["owner_id", "id"], unique=False)
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("orphaned_at", rows.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blobs")),
    )
    op.create_index(op.f("ix_blobs_orphaned_at"), "blobs", ["orphaned_at"], unique=False)
    op.create_table(
        "call_references",
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_call_references")),
    )
    op.create_index(op.f("ix_call_references_at"), "call_references", ["at"], unique=False)
    op.create_table(
        "calls",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_at"), "calls", ["at"], unique=False)
    op.create_index(op.f("ix_calls_reference"), "calls", ["reference"], unique=False)
    op.create_table(
        "durations",
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("operation", sa.String(length=40), nullable=False),
        sa.Column("size", sa.String(length=60), nullable=False),
        sa.Column("millis", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("model", "operation", "size", name=op.f("pk_durations")),
    )
    op.create_table(
        "entries",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("generation_id", sa.String(length=40), nullable=True),
        sa.Column("order_id", sa.String(length=60), nullable=True),
        sa.Column("api_key_id", sa.String(length=40), nullable=True),
        sa.Column("amount_credits", sa.BigInteger(), nullable=True),
        sa.Column("amount_usd", rows.Usd(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", rows.UtcTime(), nullable=False),
        sa.Column("charged_at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("key", name=op.f("uq_entries_key")),
    )
    op.create_index(op.f("ix_entries_generation_id"), "entries", ["generation_id"], unique=False)
    op.create_index("ix_entries_owner_id_id", "entries", ["owner_id", "id"], unique=False)
    op.create_index("ix_entries_owner_charged_at", "entries", ["owner_id", "charged_at"], unique=False)
    op.create_table(
        "budgets",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("amount_credits", sa.BigInteger(), nullable=True),
        sa.Column("amount_usd", rows.Usd(), nullable=True),
        sa.Column("created_at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
        sa.UniqueConstraint(
            "owner_id", "scope", "subject_id", "period", name=op.f("uq_budgets_owner_id_scope_subject_id_period")
        ),
    )
    op.create_table(
        "money_rules",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_money_rules")),
    )
    op.create_table(
        "purchases",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("package", sa.String(length=40), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("price_usd", rows.Usd(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", rows.UtcTime(), nullable=False),
        sa.Column("paid_at", rows.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchases")),
    )
    op.create_index(op.f("ix_purchases_owner_id"), "purchases", ["owner_id"], unique=False)
    op.create_table(
        "event_counters",
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_event_counters")),
    )
    op.create_table(
        "events",
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "number", name=op.f("pk_events")),
    )
    op.create_index("ix_events_at", "events", ["at"], unique=False)
    op.create_table(
        "model_states",
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("shutdown_on", sa.Date(), nullable=True),
        sa.Column("seen_at", rows.UtcTime(), nullable=False),
        sa.Column("change", sa.String(length=80), nullable=False),
        sa.Column("changed_at", rows.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("model", name=op.f("pk_model_states")),
    )
    op.create_table(
        "set_prices",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("set_at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_prices")),
    )
    op.create_index(op.f("ix_set_prices_model"), "set_prices", ["model"], unique=False)
    op.create_table(
        "set_states",
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("heir", sa.String(length=120), nullable=True),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("set_at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("model", name=op.f("pk_set_states")),
    )
    op.create_table(
        "vendor_accounts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("in_flight", sa.BigInteger(), nullable=True),
        sa.Column("requests_per_minute", sa.BigInteger(), nullable=True),
        sa.Column("turn", sa.String(length=10), nullable=False),
        sa.Column("created_at", rows.UtcTime(), nullable=False),
        sa.Column("deleted_at", rows.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_accounts")),
    )
    op.create_index(op.f("ix_vendor_accounts_provider"), "vendor_accounts", ["provider"], unique=False)
    op.create_table(
        "vendor_checks",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("is_ok", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("balance", sa.String(length=120), nullable=True),
        sa.Column("at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_vendor_checks")),
    )
    op.create_table(
        "presets",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("operations", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=True),
        sa.Column("sketch", sa.JSON(), nullable=True),
        sa.Column("created_at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presets")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_presets_owner_id_name")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("link_epoch", sa.BigInteger(), nullable=False),
        sa.Column("created_at", rows.UtcTime(), nullable=False),
        sa.Column("disabled_at", rows.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("hint", sa.String(length=16), nullable=False),
        sa.Column("requests_per_minute", sa.BigInteger(), nullable=True),
        sa.Column("created_at", rows.UtcTime(), nullable=False),
        sa.Column("revoked_at", rows.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_keys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_keys_hash")),
    )
    op.create_index(op.f("ix_api_keys_user_id"), "api_keys", ["user_id"], unique=False)
    op.create_table(
        "assets",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("mime", sa.String(length=60), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("duration_seconds", sa.Float(), nullable=True),
        sa.Column("fps", sa.Float(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("operation", sa.String(length=40), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("model_name", sa.String(length=120), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("presets", sa.JSON(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("cost_usd", rows.Usd(), nullable=True),
        sa.Column("price_credits", sa.BigInteger(), nullable=True),
        sa.Column("generation_id", sa.String(length=40), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("thumbhash", sa.String(length=60), nullable=True),
        sa.Column("rating", sa.BigInteger(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("credentials", sa.JSON(), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("is_trashed", sa.Boolean(), nullable=False),
        sa.Column("is_finished", sa.Boolean(), nullable=False),
        sa.Column("finish_attempts", sa.BigInteger(), nullable=False),
        sa.Column("finisher_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", rows.UtcTime(), nullable=False),
        sa.Column("deleted_at", rows.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_assets_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
    )
    op.create_index("ix_assets_finish", "assets", ["is_finished", "id"], unique=False)
    op.create_index(op.f("ix_assets_generation_id"), "assets", ["generation_id"], unique=False)
    op.create_index("ix_assets_owner_id", "assets", ["owner_id", "is_trashed", "id"], unique=False)
    op.create_index("ix_assets_owner_kind", "assets", ["owner_id", "is_trashed", "kind", "id"], unique=False)
    op.create_index("ix_assets_owner_model", "assets", ["owner_id", "is_trashed", "model", "id"], unique=False)
    op.create_index(
        "ix_assets_owner_month", "assets", ["owner_id", "is_trashed", "month", "kind", "model"], unique=False
    )
    op.create_index(op.f("ix_assets_sha256"), "assets", ["sha256"], unique=False)
    op.create_table(
        "generations",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("batch_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("operation", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("model_name", sa.String(length=120), nullable=False),
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("lane", sa.String(length=80), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("presets", sa.JSON(), nullable=False),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("aspect", sa.Float(), nullable=True),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("feeds", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("waits_for", sa.String(length=12), nullable=True),
        sa.Column("run_at", rows.UtcTime(), nullable=True),
        sa.Column("worker_id", sa.String(length=40), nullable=True),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("phase", sa.String(length=12), nullable=True),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("progress", sa.Float(), nullable=True),
        sa.Column("seconds_left", sa.Float(), nullable=True),
        sa.Column("is_estimate", sa.Boolean(), nullable=False),
        sa.Column("seconds_expected", sa.Float(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=True),
        sa.Column("quoted_usd", rows.Usd(), nullable=False),
        sa.Column("held_usd", rows.Usd(), nullable=False),
        sa.Column("price_credits", sa.BigInteger(), nullable=True),
        sa.Column("is_flat", sa.Boolean(), nullable=False),
        sa.Column("cost_usd", rows.Usd(), nullable=True),
        sa.Column("cancel_asked_at", rows.UtcTime(), nullable=True),
        sa.Column("looks_again_at", rows.UtcTime(), nullable=True),
        sa.Column("decided_by", rows.UtcTime(), nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("retry_of", sa.String(length=40), nullable=True),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("created_at", rows.UtcTime(), nullable=False),
        sa.Column("started_at", rows.UtcTime(), nullable=True),
        sa.Column("finished_at", rows.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_generations_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generations")),
    )
    op.create_index(op.f("ix_generations_batch_id"), "generations", ["batch_id"], unique=False)
    op.create_index("ix_generations_owner", "generations", ["owner_id", "status", "id"], unique=False)
    op.create_index("ix_generations_owner_id", "generations", ["owner_id", "id"], unique=False)
    op.create_index("ix_generations_queue", "generations", ["status", "lane", "priority", "id"], unique=False)
    op.create_table(
        "pauses",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pauses")),
    )
    op.create_table(
        "shared",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_shared")),
    )
    op.create_table(
        "turns",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("next_at", rows.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_turns")),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("started_at", rows.UtcTime(), nullable=False),
        sa.Column("beat_at", rows.UtcTime(), nullable=False),
        sa.Column("is_leaving", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
        sa.UniqueConstraint("place", name=op.f("uq_workers_place")),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("expires_at", rows.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "sign_in_links",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("expires_at", rows.UtcTime(), nullable=False),
        sa.Column("used_at", rows.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_in_links_user_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sign_in_links")),
    )
    op.create_index(op.f("ix_sign_in_links_user_id"), "sign_in_links", ["user_id"], unique=False)
    op.create_table(
        "asset_parents",
        sa.Column("asset_id", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_asset_parents_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["assets.id"], name=op.f("fk_asset_parents_parent_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", "parent_id", "role", name=op.f("pk_asset_parents")),
    )
    op.create_index(op.f("ix_asset_parents_parent_id"), "asset_parents", ["parent_id"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("generation_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=True),
        sa.Column("quoted_usd", rows.Usd(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("ticket", sa.JSON(), nullable=True),
        sa.Column("delivery", sa.JSON(), nullable=True),
        sa.Column("billed_usd", rows.Usd(), nullable=True),
        sa.Column("vendor_number", sa.String(length=200), nullable=True),
        sa.Column("received_sha256", sa.String(length=64), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("lookups", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", rows.UtcTime(), nullable=False),
        sa.Column("answered_at", rows.UtcTime(), nullable=True),
        sa.Column("ready_at", rows.UtcTime(), nullable=True),
        sa.Column("retry_at", rows.UtcTime(), nullable=True),
        sa.Column("ended_at", rows.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["generation_id"], ["generations.id"], name=op.f("fk_orders_generation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )
    op.create_index("ix_orders_at_work", "orders", ["provider", "ended_at"], unique=False)
    op.create_index(op.f("ix_orders_generation_id"), "orders", ["generation_id"], unique=False)
    op.create_index("ix_orders_sent", "orders", ["provider", "sent_at"], unique=False)
    op.create_table(
        "provider_rests",
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("rests", sa.BigInteger(), nullable=False),
        sa.Column("until", rows.UtcTime(), nullable=True),
        sa.Column("trial_until", rows.UtcTime(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_rests")),
    )
    op.create_table(
        "renditions",
        sa.Column("asset_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mime", sa.String(length=60), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_renditions_asset_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_renditions_sha256")),
        sa.PrimaryKeyConstraint("asset_id", "role", name=op.f("pk_renditions")),
    )
    op.create_index(op.f("ix_renditions_sha256"), "renditions", ["sha256"], unique=False)
