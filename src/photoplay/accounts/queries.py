"""Reads users and keys."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.accounts.errors import KeyNotFound, UserNotFound
from photoplay.accounts.schemas import KeyView, Role, UserView
from photoplay.accounts.tables import KeyRow, UserRow


def user_view(row: UserRow) -> UserView:
    """A user row as others may see it."""
    role: Role = "owner" if row.role == "owner" else "member"
    return UserView(
        id=row.id, name=row.name, role=role, created_at=row.created_at, disabled=row.disabled_at is not None
    )


def key_view(row: KeyRow) -> KeyView:
    """A key row without its hash."""
    return KeyView(
        id=row.id,
        name=row.name,
        hint=row.hint,
        created_at=row.created_at,
        requests_per_minute=row.requests_per_minute,
    )


def all_users(session: Session) -> list[UserView]:
    """All users, the oldest first."""
    return [user_view(row) for row in session.scalars(select(UserRow).order_by(UserRow.created_at, UserRow.id))]


def find_user(session: Session, name: str) -> UserView:
    """The user of this name. Raises `UserNotFound`."""
    row = session.scalar(select(UserRow).where(UserRow.name == name))
    if row is None:
        raise UserNotFound(f'There is no user "{name}". `photoplay users list` shows all.')
    return user_view(row)


def user_of(session: Session, user_id: str) -> UserView:
    """The user of this id. Raises `UserNotFound`."""
    row = session.get(UserRow, user_id)
    if row is None:
        raise UserNotFound("There is no such user.")
    return user_view(row)


def key_of(session: Session, user_id: str, key_id: str) -> KeyView:
    """A key of this user. Raises `KeyNotFound`."""
    row = session.get(KeyRow, key_id)
    if row is None or row.user_id != user_id:
        raise KeyNotFound("There is no such key of yours.")
    return key_view(row)


def owner_of_studio(session: Session) -> UserView | None:
    """The owner, or None before the first start."""
    row = session.scalar(select(UserRow).where(UserRow.role == "owner").order_by(UserRow.created_at).limit(1))
    return None if row is None else user_view(row)


def link_epoch_of(session: Session, user_id: str) -> int:
    """What the public links to this user's media are signed with; 0 for nobody."""
    return session.scalar(select(UserRow.link_epoch).where(UserRow.id == user_id)) or 0


def keys_of(session: Session, user_id: str) -> list[KeyView]:
    """The keys of a user that still work, the newest first."""
    query = select(KeyRow).where(KeyRow.user_id == user_id, KeyRow.revoked_at.is_(None)).order_by(KeyRow.id.desc())
    return [key_view(row) for row in session.scalars(query)]
