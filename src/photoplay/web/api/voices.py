"""The voices to speak with, by name, and what they sound like."""

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import FileResponse
from pydantic import BaseModel

from photoplay import catalog
from photoplay.assets import Page
from photoplay.catalog import VendorVoice
from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.voice_samples import sample_of

router = APIRouter(prefix="/api/v1", tags=["models"])


class VoiceOnOffer(BaseModel):
    """One voice. A request names it by `voice` or `name`; `sample` is where a few words in it can be heard."""

    provider: str
    voice: str
    name: str
    about: str
    sample: str | None
    models: list[str]
    """The models that speak with it."""


@router.get("/voices", summary="Voices to speak with")
async def voices(studio: StudioDep, viewer: ViewerDep, provider: str | None = None) -> Page[VoiceOnOffer]:
    """Of one vendor or of all: those that a vendor lists for the account here, its own first, and those its models name."""
    runtime = studio.runtime
    if provider is not None:
        runtime.vendors.data_of(provider)
    found = await runtime.db.read(lambda session: catalog.all_voices(session, runtime.catalog, provider))
    return Page(items=[_on_offer(voice) for voice in found], next_cursor=None)


@router.get("/voices/{provider}/{voice}/sample", summary="A few words in a voice", response_class=FileResponse)
async def hear(studio: StudioDep, viewer: ViewerDep, provider: str, voice: str) -> FileResponse:
    """Fetched from its vendor once; it comes through the studio."""
    return await sample_of(studio, provider, voice)


def _on_offer(voice: VendorVoice) -> VoiceOnOffer:
    path = f"/api/v1/voices/{quote(voice.provider, safe='')}/{quote(voice.voice, safe='')}/sample"
    return VoiceOnOffer(
        provider=voice.provider,
        voice=voice.voice,
        name=voice.name,
        about=voice.about,
        sample=path if voice.has_sample else None,
        models=voice.models,
    )
