"""API keys: shown once, stored as a hash."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.accounts._hashing import hash_secret
from photoplay.accounts.errors import KeyNotFound, NotSignedIn
from photoplay.accounts.queries import key_view
from photoplay.accounts.schemas import KeyView, Viewer
from photoplay.accounts.sign_in import viewer_of
from photoplay.accounts.tables import KeyRow, UserRow
from photoplay.core import clock
from photoplay.core.ids import new_id, new_secret

_PREFIX: Final = "pp"
KEY_BEGINS: Final = f"{_PREFIX}_"
"""How every API key begins."""
RESTORE_FOR: Final = timedelta(minutes=10)
"""How long a revocation can be taken back."""


def create_key(
    session: Session, user_id: str, name: str, *, requests_per_minute: int | None = None
) -> tuple[KeyView, str]:
    """A new API key of this user: what is listed of it, and the key itself, which is never shown again.

    `requests_per_minute`: the requests for media that it may make; None: no limit of its own.
    """
    secret = new_secret(_PREFIX)
    row = KeyRow(
        id=new_id("key"),
        hash=hash_secret(secret),
        user_id=user_id,
        name=name,
        hint=secret[:8],
        requests_per_minute=requests_per_minute,
        created_at=clock.now(),
        revoked_at=None,
    )
    session.add(row)
    session.flush()
    return key_view(row), secret


def use_key(session: Session, secret: str) -> Viewer:
    """Who this key speaks for. Raises `NotSignedIn`."""
    query = (
        select(UserRow, KeyRow.id, KeyRow.requests_per_minute)
        .join(KeyRow, KeyRow.user_id == UserRow.id)
        .where(KeyRow.hash == hash_secret(secret), KeyRow.revoked_at.is_(None), UserRow.disabled_at.is_(None))
    )
    found = session.execute(query).first()
    if found is None:
        raise NotSignedIn(
            "This API key is not known or was revoked. Make one in Settings or with `photoplay keys create`."
        )
    row, key_id, per_minute = found
    return replace(viewer_of(row), key_id=key_id, key_per_minute=per_minute)


def revoke_key(session: Session, user_id: str, key_id: str) -> None:
    """Makes a key of this user stop working at once. Raises `KeyNotFound`."""
    row = _row_of(session, user_id, key_id)
    row.revoked_at = row.revoked_at or clock.now()


def restore_key(session: Session, user_id: str, key_id: str) -> KeyView:
    """Takes a revocation back, as long as it is not older than `RESTORE_FOR`. Raises `KeyNotFound` after that."""
    row = _row_of(session, user_id, key_id)
    if row.revoked_at is not None and clock.now() - row.revoked_at > RESTORE_FOR:
        raise KeyNotFound("This key was revoked too long ago to bring it back. Make a new one.")
    row.revoked_at = None
    return key_view(row)


def _row_of(session: Session, user_id: str, key_id: str) -> KeyRow:
    row = session.scalar(select(KeyRow).where(KeyRow.id == key_id, KeyRow.user_id == user_id))
    if row is None:
        raise KeyNotFound("There is no such key of yours.")
    return row
