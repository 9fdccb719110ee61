"""Seals what must not lie about in clear, such as a vendor's keys, under a secret file of the data folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from photoplay.core.errors import Conflict
from photoplay.core.files import write_atomically, write_once

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_MODE: Final = 0o600


class SealBroken(Conflict):
    """Something sealed cannot be opened: it was sealed with another secret file than the one in the data folder."""

    code = "seal_broken"


class Seal:
    """Seals and opens with the keys in one file, a key a line, the newest first. The file is made at the first use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: MultiFernet | None = None

    def ensure(self) -> Path:
        """The file with the keys, which is there from now on."""
        self._keys()
        return self._path

    def close_up(self, text: str) -> str:
        """The text, sealed under the newest key."""
        return self._keys().encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed. Raises `SealBroken`."""
        from cryptography.fernet import InvalidToken

        try:
            return self._keys().decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SealBroken(
                f'What was sealed cannot be opened: "{self._path.name}" in the data folder is not the file it was '
                "sealed with. Bring that file back, or enter the keys again."
            ) from None

    def renew(self, sealed: str) -> str:
        """The same, sealed under the newest key. Raises `SealBroken`."""
        return self.close_up(self.open(sealed))

    def add_key(self) -> None:
        """From now on seals with a new key. What the older ones sealed can still be opened, and `renew` brings it over."""
        from cryptography.fernet import Fernet

        _write(self._path, [Fernet.generate_key().decode(), *_read(self._path)])
        self._known = None

    def drop_old_keys(self) -> None:
        """Forgets all keys but the newest: only after everything was renewed."""
        _write(self._path, _read(self._path)[:1])
        self._known = None

    def _keys(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet

        if self._known is None:
            if not self._path.exists():
                write_once(self._path, Fernet.generate_key(), mode=_MODE)
            self._known = MultiFernet([Fernet(key) for key in _read(self._path)])
        return self._known


def _read(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def _write(path: Path, keys: list[str]) -> None:
    write_atomically(path, "\n".join(keys).encode(), mode=_MODE)
