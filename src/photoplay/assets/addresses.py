"""The addresses of an asset's files, which name the content, and what is kept of the one it was fetched from."""

import hashlib
from typing import Final

EXTENSIONS: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/gif": "gif",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/flac": "flac",
    "audio/ogg": "ogg",
    "application/json": "json",
}


ADDRESS_HASH: Final = "address_sha256"
"""The fact of an asset that tells which address it was fetched from: a hash, as addresses may have secrets in them."""


def hash_of_address(address: str) -> str:
    """What an asset keeps of the address that it was fetched from."""
    return hashlib.sha256(address.encode()).hexdigest()


def extension_of(mime: str) -> str:
    """The ending of a file of this type, without the dot."""
    return EXTENSIONS.get(mime, "bin")


def media_address(asset_id: str, role: str, sha256: str, mime: str) -> str:
    """Where a file of an asset is served: `/media/{asset}/{rendition}-{hash8}.{ext}`."""
    return f"/media/{asset_id}/{role}-{sha256[:8]}.{extension_of(mime)}"
