"""The shape of a key, so that no key can ever name a file outside its storage."""

import re

from photoplay.storage.errors import BadKey

_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}"
_KEY = re.compile(rf"{_PART}(?:/{_PART}){{0,15}}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def checked(key: str) -> str:
    """The key itself. Raises `BadKey` if it is none: each part begins with a letter or a digit, so `..` is no part."""
    if not _KEY.fullmatch(key):
        raise BadKey(f"{key[:80]!r} is not a storage key.")
    return key


def blob_key(sha256: str) -> str:
    """The key of a content-addressed file: `ab/abcd...`, spread over 256 folders.

    More would each be new to most files, and a new folder costs as much as the file itself to make it last.
    """
    if not _SHA256.fullmatch(sha256):
        raise BadKey(f"{sha256[:80]!r} is not a SHA-256 in hex.")
    return f"{sha256[:2]}/{sha256}"
