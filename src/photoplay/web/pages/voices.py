"""Voices of vendors: chosen by name, and heard before they are chosen. Samples come through the studio."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import FileResponse

from photoplay.catalog import VoiceView
from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.voice_samples import sample_of

router = APIRouter(include_in_schema=False)


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
    """A few words in a voice, fetched from its vendor once."""
    return await sample_of(studio, provider, voice)


def _address(provider: str, voice: str) -> str:
    return f"/create/voices/{quote(provider, safe='')}/{quote(voice, safe='')}"
