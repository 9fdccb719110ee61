"""What the studio has learnt about models, its accounts at their vendors, and the presets people saved."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from photoplay.core.rows import Row


class DurationRow(Row):
    """The last run times of one kind of order on one model, in milliseconds, the newest last."""

    __tablename__ = "durations"
    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    operation: Mapped[str] = mapped_column(String(40), primary_key=True)
    size: Mapped[str] = mapped_column(String(60), primary_key=True)
    millis: Mapped[list[Any]]


class VendorAccountRow(Row):
    """An account at a vendor beside the one of the environment. `sealed`: its settings as JSON, never in clear."""

    __tablename__ = "vendor_accounts"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    provider: Mapped[str] = mapped_column(String(60), index=True)
    title: Mapped[str] = mapped_column(String(80))
    sealed: Mapped[str] = mapped_column(Text)
    is_on: Mapped[bool] = mapped_column(Boolean)
    in_flight: Mapped[int | None]
    requests_per_minute: Mapped[int | None]
    tokens_per_minute: Mapped[int | None] = mapped_column(default=None)
    turn: Mapped[str] = mapped_column(String(10), default="equal")
    """When it is asked: `first`, `equal` or `last`, beside the other accounts of the vendor."""
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class VendorCheckRow(Row):
    """What came of the last look at a vendor: the test of an account, which models there are, or its last call to us."""

    __tablename__ = "vendor_checks"
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    is_ok: Mapped[bool] = mapped_column(Boolean)
    message: Mapped[str] = mapped_column(Text)
    balance: Mapped[str | None] = mapped_column(String(120))
    at: Mapped[datetime]


class ModelStateRow(Row):
    """What a vendor last told about one of its models. `model` is the whole id."""

    __tablename__ = "model_states"
    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    is_listed: Mapped[bool] = mapped_column(Boolean)
    shutdown_on: Mapped[date | None] = mapped_column(Date)
    seen_at: Mapped[datetime]
    change: Mapped[str] = mapped_column(String(80), default="")
    """What was new when the vendor last told something new, in words; empty: nothing yet."""
    changed_at: Mapped[datetime | None]


class SetPriceRow(Row):
    """A price that the owner set for one of the models. `rule` as in a data file; the newest that fits is in force."""

    __tablename__ = "set_prices"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    model: Mapped[str] = mapped_column(String(120), index=True)
    rule: Mapped[dict[str, Any]]
    set_by: Mapped[str] = mapped_column(String(80))
    set_at: Mapped[datetime]


class SetStateRow(Row):
    """Where the owner says that a model stands in its life, in the place of what its vendor and the data file say."""

    __tablename__ = "set_states"
    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(200))
    until: Mapped[date | None] = mapped_column(Date)
    heir: Mapped[str | None] = mapped_column(String(120))
    set_by: Mapped[str] = mapped_column(String(80))
    set_at: Mapped[datetime]


class VendorSettingsRow(Row):
    """What the owner set of a vendor as a whole. `default_models`: by operation, what a request that names the vendor gets."""

    __tablename__ = "vendor_settings"
    provider: Mapped[str] = mapped_column(String(60), primary_key=True)
    is_on: Mapped[bool] = mapped_column(Boolean)
    default_models: Mapped[dict[str, Any]]
    set_by: Mapped[str] = mapped_column(String(80))
    set_at: Mapped[datetime]


class AddedModelRow(Row):
    """A model that an operator added beside those of the package. It is never deleted: what it made names it for ever.

    `given` is what the operator said of it, `document` what its vendor told; `prices` are rules as a data file has them.
    `account` is where it runs, of those that are servers of one's own; None: at any account of its provider.
    """

    __tablename__ = "added_models"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    model: Mapped[str] = mapped_column(String(120), unique=True)
    provider: Mapped[str] = mapped_column(String(60))
    reference: Mapped[str] = mapped_column(String(500))
    account: Mapped[str | None] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(80))
    given: Mapped[dict[str, Any]]
    document: Mapped[dict[str, Any]]
    prices: Mapped[list[Any]]
    has_own_prices: Mapped[bool] = mapped_column(Boolean)
    described_at: Mapped[datetime]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)
    removed_at: Mapped[datetime | None]


class PickRow(Row):
    """One model of a comparison that somebody decided. `among`: how many models stood side by side."""

    __tablename__ = "picks"
    comparison: Mapped[str] = mapped_column(String(40), primary_key=True)
    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    operation: Mapped[str] = mapped_column(String(40), index=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    among: Mapped[int]
    is_picked: Mapped[bool] = mapped_column(Boolean)
    picked_at: Mapped[datetime]


class VoiceRow(Row):
    """One voice that a vendor lists for the account here. `sample`: where the vendor keeps a few words in it."""

    __tablename__ = "voices"
    provider: Mapped[str] = mapped_column(String(60), primary_key=True)
    voice: Mapped[str] = mapped_column(String(80), primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    about: Mapped[str] = mapped_column(String(200))
    sample: Mapped[str | None] = mapped_column(Text)
    seen_at: Mapped[datetime]


class PresetRow(Row):
    """A preset that somebody saved. `name` is what requests say; it never changes."""

    __tablename__ = "presets"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(20))
    operations: Mapped[list[Any]]
    words: Mapped[str] = mapped_column(Text)
    params: Mapped[dict[str, Any]]
    model: Mapped[str | None] = mapped_column(String(120))
    sketch: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("owner_id", "name"),)
