"""Voices of vendors: chosen by name, and heard before they are chosen. Samples come through the studio."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import FileResponse

from photoplay import catalog
from photoplay.bootstrap import Studio
from photoplay.catalog import VoiceNotFound, VoiceView
from photoplay.core.files import in_thread
from photoplay.core.ids import new_id
from photoplay.providers import ProviderSettings
from photoplay.web.deps import StudioDep, ViewerDep

router = APIRouter(include_in_schema=False)
_LARGEST: Final = 5_000_000
_SECONDS: Final = 15.0
_SOUNDS: Final = ("audio/", "application/octet-stream", "binary/octet-stream")
_NONE: Final = "The vendor gives no sample of this voice."


def with_voices(schema: Mapping[str, Any], provider: str, voices: Sequence[VoiceView]) -> dict[str, Any]:
    """The form with the vendor's voices by name in the place of their ids."""
    listed = {
        "enum": [voice.id for voice in voices],
        "x-labels": {voice.id: f"{voice.name}, {voice.about}" if voice.about else voice.name for voice in voices},
        "x-samples": {voice.id: _address(provider, voice.id) for voice in voices if voice.sample},
    }
    voice = {**schema["properties"]["voice"], **listed}
    return {**schema, "properties": {**schema["properties"], "voice": voice}}


@router.get("/create/voices/{provider}/{voice}")
async def hear(studio: StudioDep, viewer: ViewerDep, provider: str, voice: str) -> FileResponse:
    """A few words in a voice, fetched from its vendor once. Raises `VoiceNotFound`, `FetchFailed`, `AddressRefused`."""
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


def _address(provider: str, voice: str) -> str:
    return f"/create/voices/{quote(provider, safe='')}/{quote(voice, safe='')}"
