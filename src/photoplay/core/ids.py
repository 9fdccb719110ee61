"""Ids: a prefix and a UUIDv7 in base32. They rise monotonically in one process, so they serve as the key of a keyset page."""

import secrets
import threading
from datetime import datetime
from typing import NewType

from photoplay.core import clock

UserId = NewType("UserId", str)
BatchId = NewType("BatchId", str)
GenerationId = NewType("GenerationId", str)
OrderId = NewType("OrderId", str)
AssetId = NewType("AssetId", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SMALL_STEP_BACK = 60_000 << 80
"""Ids stay monotonic while a clock is trimmed, and follow one that was a minute or more ahead, as after a restart."""
_lock = threading.Lock()
_last = [0]


def _uuid7() -> int:
    millis = int(clock.now().timestamp() * 1000)
    fresh = (millis << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    with _lock:
        is_trimmed = fresh <= _last[0] < fresh + _SMALL_STEP_BACK
        _last[0] = _last[0] + 1 if is_trimmed else fresh
        return _last[0]


def _base32(number: int) -> str:
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def new_id(prefix: str) -> str:
    """A fresh id such as `gen_01k...`: 26 characters after the prefix, sorting in the order they were made."""
    return f"{prefix}_{_base32(_uuid7())}"


def id_at(prefix: str, moment: datetime) -> str:
    """The lowest id that could have been made at this moment: a bound for ranges of time. Before 1970 counts as 1970."""
    return f"{prefix}_{_base32(max(0, int(moment.timestamp() * 1000)) << 80)}"


def millis_of(made_id: str) -> int:
    """When an id was made, in milliseconds since 1970. Raises `ValueError` for what is no id."""
    number = 0
    for letter in made_id.partition("_")[2][:10]:
        number = number * 32 + _ALPHABET.index(letter)
    return number


def new_secret(prefix: str) -> str:
    """A random secret of 256 bits for keys, sessions and links."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def new_seed() -> int:
    """A seed for a generation whose owner named none: 0 to 65535, so that it is easy to read and to type."""
    return secrets.randbelow(65536)
