"""The addresses of an asset's files: they name the content, so a browser may keep them for ever."""

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


def extension_of(mime: str) -> str:
    """The ending of a file of this type, without the dot."""
    return EXTENSIONS.get(mime, "bin")


def media_address(asset_id: str, role: str, sha256: str, mime: str) -> str:
    """Where a file of an asset is served: `/media/{asset}/{rendition}-{hash8}.{ext}`."""
    return f"/media/{asset_id}/{role}-{sha256[:8]}.{extension_of(mime)}"
