"""Samples of voices: fetched from the vendor once, kept in the data folder, and given out by the studio."""

import hashlib
from pathlib import Path
from typing import Final

from fastapi.responses import FileResponse

from photoplay import catalog
from photoplay.bootstrap import Studio
from photoplay.catalog import VoiceNotFound
from photoplay.core.files import in_thread
from photoplay.core.ids import new_id
from photoplay.providers import ProviderSettings

_LARGEST: Final = 5_000_000
_SECONDS: Final = 15.0
_SOUNDS: Final = ("audio/", "application/octet-stream", "binary/octet-stream")
_NONE: Final = "The vendor gives no sample of this voice."


async def sample_of(studio: Studio, provider: str, voice: str) -> FileResponse:
    """A few words in a voice. Raises `VoiceNotFound`, `FetchFailed`, `AddressRefused`."""
    found = await studio.runtime.db.read(lambda session: catalog.voice_of(session, provider, voice))
    if found.sample is None:
        raise VoiceNotFound(_NONE)
    path = studio.settings.data / "voices" / hashlib.sha256(found.sample.encode()).hexdigest()[:32]
    if not await in_thread(path.exists):
        await _fetch(studio, studio.runtime.vendors.fixed_access(provider), found.sample, path)
    return FileResponse(path, media_type="audio/mpeg", headers={"Cache-Control": "private, max-age=86400"})


async def _fetch(studio: Studio, access: ProviderSettings, address: str, path: Path) -> None:
    """Fetches a sample beside its place and moves it there, so that nobody hears half of it."""
    await in_thread(path.parent.mkdir, parents=True, exist_ok=True)
    part = path.with_name(new_id("tmp"))
    mime = await studio.runtime.http.download(
        address, part, max_bytes=_LARGEST, timeout_seconds=_SECONDS, trusted=access.address
    )
    if not mime.startswith(_SOUNDS):
        await in_thread(part.unlink, missing_ok=True)
        raise VoiceNotFound(_NONE)
    await in_thread(part.replace, path)
