"""How secrets of high entropy are stored: by their SHA-256. They need no slow hash, having 256 random bits."""

import hashlib


def hash_secret(secret: str) -> str:
    """The hex SHA-256 of a key, a session or a link."""
    return hashlib.sha256(secret.encode()).hexdigest()
