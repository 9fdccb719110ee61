"""What one process tells all others on the same Postgres: sent with the commit, heard in the order of the commits.

On SQLite there is one process, and nobody to tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

SENDER: Final = "sender"
"""Where a session carries the name of its process; a session without one tells nobody."""
CHANNEL: Final = "photoplay"
_LARGEST_BYTES: Final = 7900
_TELL: Final = text("SELECT pg_notify(:channel, :payload)")


@dataclass(frozen=True)
class Signal:
    """One piece of news. `is_own`: this very process sent it."""

    topic: str
    facts: Mapping[str, Any]
    is_own: bool


def is_shared(session: Session) -> bool:
    """Whether other processes may work on this database."""
    return SENDER in session.info


def tell(session: Session, topic: str, facts: Mapping[str, Any]) -> bool:
    """Tells every process, this one too, once the transaction is committed. Whether anybody will hear.

    False on SQLite, and for facts that are too large: then nothing is sent.
    """
    sender = session.info.get(SENDER)
    payload = b"" if sender is None else orjson.dumps([sender, topic, facts])
    if not payload or len(payload) > _LARGEST_BYTES:
        return False
    session.execute(_TELL, {"channel": CHANNEL, "payload": payload.decode()})
    return True
