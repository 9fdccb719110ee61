"""Passwords: hashed by argon2 on a thread and outside of any transaction, for that takes long on purpose."""

from functools import cache
from typing import Final

from pwdlib import PasswordHash
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from photoplay.accounts.errors import PasswordWeak, PasswordWrong, UserNotFound
from photoplay.accounts.keys import KEY_BEGINS
from photoplay.accounts.sign_in import open_session, sign_out_elsewhere
from photoplay.accounts.tables import UserRow
from photoplay.core.db import Database
from photoplay.core.files import in_thread

LEAST_CHARACTERS: Final = 10
MOST_CHARACTERS: Final = 200


async def enter_by_password(db: Database, name: str, password: str) -> str:
    """The secret of a new session for the user of this name. Raises `PasswordWrong`, which does not say what was wrong."""
    user_id, kept = await db.read(lambda session: _by_name(session, name))
    is_right = await in_thread(_is_right, password, kept)
    if user_id is None or not is_right:
        raise PasswordWrong("This name and this password do not belong together here.")
    return await db.write(lambda session: open_session(session, user_id))


async def set_password(db: Database, user_id: str, new: str, *, current: str = "", keep: str = "") -> None:
    """A password in the place of the one before, which has to be given; every other session than `keep` ends.

    Raises `PasswordWrong`, `PasswordWeak`.
    """
    name, kept = await db.read(lambda session: _of(session, user_id))
    await _check_current(current, kept)
    if not LEAST_CHARACTERS <= len(new) <= MOST_CHARACTERS:
        raise PasswordWeak(f"A password has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters.")
    if new.startswith(KEY_BEGINS):
        raise PasswordWeak(f'What begins with "{KEY_BEGINS}" is taken for an API key. Begin it otherwise.')
    if new.strip().lower() == name.lower():
        raise PasswordWeak("Your name is the first that others would try. Take something else.")
    hashed = await in_thread(_hasher().hash, new)
    await db.write(lambda session: _keep(session, user_id, hashed, was=kept, keep=keep))


async def remove_password(db: Database, user_id: str, *, current: str, keep: str = "") -> None:
    """Takes the password away; links and keys are the ways in again. Every other session than `keep` ends.

    Raises `PasswordWrong`.
    """
    _name, kept = await db.read(lambda session: _of(session, user_id))
    await _check_current(current, kept)
    await db.write(lambda session: _keep(session, user_id, None, was=kept, keep=keep))


def has_password(session: Session, user_id: str) -> bool:
    """Whether this user can sign in by a password."""
    return _of(session, user_id)[1] is not None


async def _check_current(current: str, kept: str | None) -> None:
    if kept is not None and not await in_thread(_is_right, current, kept):
        raise PasswordWrong("This is not your password of now.")


def _keep(session: Session, user_id: str, hashed: str | None, *, was: str | None, keep: str) -> None:
    """Only over the password that was checked: of two changes at once the second has to be told the first one's."""
    mine = update(UserRow).where(UserRow.id == user_id, UserRow.password_hash.is_not_distinct_from(was))
    if session.scalar(mine.values(password_hash=hashed).returning(UserRow.id)) is None:
        raise PasswordWrong("Your password was changed meanwhile.")
    sign_out_elsewhere(session, user_id, keep=keep)


def _by_name(session: Session, name: str) -> tuple[str | None, str | None]:
    which = (UserRow.name == name.strip(), UserRow.disabled_at.is_(None))
    found = session.execute(select(UserRow.id, UserRow.password_hash).where(*which)).first()
    return (None, None) if found is None else (found[0], found[1])


def _of(session: Session, user_id: str) -> tuple[str, str | None]:
    found = session.execute(select(UserRow.name, UserRow.password_hash).where(UserRow.id == user_id)).first()
    if found is None:
        raise UserNotFound("There is no such user.")
    return found[0], found[1]


def _is_right(password: str, kept: str | None) -> bool:
    """Takes as long for a name that is not known, so that nobody learns which names are."""
    is_right = _hasher().verify(password[: MOST_CHARACTERS + 1], kept or _nobodys())
    return is_right and kept is not None


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this one")
