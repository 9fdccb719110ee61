"""What can go wrong with stored bytes."""

from photoplay.core.errors import BadInput, Conflict, NotFound, Unavailable


class BadKey(BadInput):
    """The key has a shape that no storage takes: empty parts, dots in front, other characters."""

    code = "bad_key"


class NoSuchFile(NotFound):
    """Nothing is kept under this key."""

    code = "no_such_file"


class KeyTaken(Conflict):
    """Under this key lie other bytes than the ones that were to be kept."""

    code = "key_taken"


class StorageAway(Unavailable):
    """Disk or object store does not take or give bytes right now: full, unreachable, or not allowed."""

    code = "storage_away"
