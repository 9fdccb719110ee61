"""Signing in by a link that works once, and the session that follows."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from photoplay.accounts._hashing import hash_secret
from photoplay.accounts.errors import LinkSpent, NotSignedIn
from photoplay.accounts.schemas import Role, Viewer
from photoplay.accounts.tables import LinkRow, SessionRow, UserRow
from photoplay.core import clock
from photoplay.core.ids import new_secret

LINK_HOURS: Final = 24
SESSION_DAYS: Final = 90


def make_link(session: Session, user_id: str) -> str:
    """A token that signs this user in once within the next day. It is shown now and stored only as a hash."""
    token = new_secret("link")
    expires_at = clock.now() + timedelta(hours=LINK_HOURS)
    session.execute(delete(LinkRow).where(LinkRow.expires_at < clock.now()))
    session.add(LinkRow(hash=hash_secret(token), user_id=user_id, expires_at=expires_at, used_at=None))
    return token


def sign_in(session: Session, token: str) -> str:
    """Turns a link's token into the secret of a new session. Raises `LinkSpent`."""
    row = session.get(LinkRow, hash_secret(token), with_for_update=True)
    user = session.get(UserRow, row.user_id) if row else None
    if row is None or row.used_at or row.expires_at < clock.now() or user is None or user.disabled_at:
        raise LinkSpent("This link was used before or is too old. `photoplay users link` prints a new one.")
    row.used_at = clock.now()
    return open_session(session, row.user_id)


def open_session(session: Session, user_id: str) -> str:
    """The secret of a new session. Whoever calls has made sure of who it is."""
    secret = new_secret("ses")
    expires_at = clock.now() + timedelta(days=SESSION_DAYS)
    session.add(SessionRow(hash=hash_secret(secret), user_id=user_id, expires_at=expires_at))
    return secret


def use_session(session: Session, secret: str) -> Viewer:
    """Who this session belongs to. Raises `NotSignedIn`."""
    query = (
        select(UserRow)
        .join(SessionRow, SessionRow.user_id == UserRow.id)
        .where(
            SessionRow.hash == hash_secret(secret), SessionRow.expires_at > clock.now(), UserRow.disabled_at.is_(None)
        )
    )
    return viewer_of(session.scalar(query))


def sign_out(session: Session, secret: str) -> None:
    """Ends a session; ending it twice does nothing."""
    session.execute(delete(SessionRow).where(SessionRow.hash == hash_secret(secret)))


def sign_out_elsewhere(session: Session, user_id: str, *, keep: str = "") -> int:
    """Ends every session of a user but the one of this secret; how many of them would still have been good."""
    others = (SessionRow.user_id == user_id, SessionRow.hash != hash_secret(keep))
    good = select(func.count()).where(*others, SessionRow.expires_at > clock.now())
    ended = session.scalar(good.select_from(SessionRow)) or 0
    session.execute(delete(SessionRow).where(*others))
    return ended


def viewer_of(row: UserRow | None) -> Viewer:
    """The viewer a user row stands for. Raises `NotSignedIn` for None."""
    if row is None:
        raise NotSignedIn("You are not signed in. Open the link that `photoplay serve` printed, or send an API key.")
    role: Role = "owner" if row.role == "owner" else "member"
    return Viewer(user_id=row.id, name=row.name, role=role)
