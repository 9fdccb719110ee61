"""Makes, disables and enables users."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from photoplay.accounts.errors import NameTaken, UserNotFound
from photoplay.accounts.queries import user_view
from photoplay.accounts.schemas import Role, UserView
from photoplay.accounts.tables import SessionRow, UserRow
from photoplay.core import clock
from photoplay.core.ids import new_id


def create_user(session: Session, name: str, *, role: Role = "member") -> UserView:
    """A new user. Raises `NameTaken`."""
    if session.scalar(select(UserRow.id).where(UserRow.name == name)):
        raise NameTaken(f'There is a user "{name}" already. Choose another name.')
    row = UserRow(id=new_id("usr"), name=name, role=role, created_at=clock.now(), disabled_at=None)
    session.add(row)
    session.flush()
    return user_view(row)


def ensure_owner(session: Session) -> tuple[UserView, bool]:
    """The owner of the studio and whether the user was made just now, as the first start does."""
    row = session.scalar(select(UserRow).where(UserRow.role == "owner").order_by(UserRow.created_at).limit(1))
    if row is not None:
        return user_view(row), False
    return create_user(session, "Owner", role="owner"), True


def disable_user(session: Session, name: str) -> None:
    """Shuts a user out at once: sessions end, keys stop working. Raises `UserNotFound`."""
    row = _by_name(session, name)
    row.disabled_at = clock.now()
    session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))


def enable_user(session: Session, name: str) -> None:
    """Lets a disabled user in again. Raises `UserNotFound`."""
    _by_name(session, name).disabled_at = None


def _by_name(session: Session, name: str) -> UserRow:
    row = session.scalar(select(UserRow).where(UserRow.name == name))
    if row is None:
        raise UserNotFound(f'There is no user "{name}". `photoplay users list` shows all.')
    return row
