"""Users, and the hashes of what they sign in with."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from photoplay.core.rows import Row


class UserRow(Row):
    """A person, or a program that acts as one."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    link_epoch: Mapped[int] = mapped_column(default=1)
    """Part of every public link to this user's media: raised, it takes all of them back."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """By argon2; None: there is no password, and links and keys are the ways in."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class LinkRow(Row):
    """A link that signs one user in, once."""

    __tablename__ = "sign_in_links"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SessionRow(Row):
    """A browser that is signed in."""

    __tablename__ = "sessions"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    expires_at: Mapped[datetime]


class KeyRow(Row):
    """An API key. `hint` is its beginning, to tell keys apart."""

    __tablename__ = "api_keys"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    hint: Mapped[str] = mapped_column(String(16))
    requests_per_minute: Mapped[int | None]
    """Requests for media that it may make a minute; None: no limit of its own."""
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
