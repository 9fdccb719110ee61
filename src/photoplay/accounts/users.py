"""Makes, disables and enables users."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from photoplay.accounts.errors import NameTaken, OwnerStays, UserNotFound
from photoplay.accounts.queries import find_user, owner_of_studio, user_view
from photoplay.accounts.schemas import Role, UserView
from photoplay.accounts.tables import SessionRow, UserRow
from photoplay.core import clock
from photoplay.core.errors import BadInput
from photoplay.core.ids import new_id
from photoplay.core.rows import insert_into

LONGEST_NAME = 80


def create_user(session: Session, name: str, *, role: Role = "member") -> UserView:
    """A new user; the name has 1 to 80 characters, of which spaces around it are left out. Raises `BadInput`, `NameTaken`."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise BadInput(f"A user's name has 1 to {LONGEST_NAME} characters.")
    values = {
        "id": new_id("usr"),
        "name": name,
        "role": role,
        "password_hash": None,
        "created_at": clock.now(),
        "disabled_at": None,
    }
    made = insert_into(session, UserRow).values(values).on_conflict_do_nothing(index_elements=["name"])
    if session.scalar(made.returning(UserRow.id)) is None:
        raise NameTaken(f'There is a user "{name}" already. Choose another name.')
    return user_view(session.get_one(UserRow, values["id"]))


def ensure_owner(session: Session) -> tuple[UserView, bool]:
    """The owner of the studio and whether the user was made just now, as the first start does."""
    owner = owner_of_studio(session)
    if owner is None:
        try:
            return create_user(session, "Owner", role="owner"), True
        except NameTaken:
            owner = find_user(session, "Owner")
    return owner, False


def disable_user(session: Session, name: str) -> None:
    """Shuts a user out at once: sessions end, keys and public links stop working. Raises `UserNotFound`, `OwnerStays`."""
    row = _by_name(session, name)
    if row.role == "owner":
        raise OwnerStays("The owner of the studio cannot be shut out.")
    row.disabled_at = clock.now()
    row.link_epoch += 1
    session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))


def enable_user(session: Session, name: str) -> None:
    """Lets a disabled user in again. Raises `UserNotFound`."""
    _by_name(session, name).disabled_at = None


def _by_name(session: Session, name: str) -> UserRow:
    row = session.scalar(select(UserRow).where(UserRow.name == name))
    if row is None:
        raise UserNotFound(f'There is no user "{name}". `photoplay users list` shows all.')
    return row
