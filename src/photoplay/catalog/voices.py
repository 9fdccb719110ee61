"""The voices of vendors by name, as each vendor lists them for an account, and the samples it gives of them."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from photoplay.catalog._catalog import Catalog, Offer
from photoplay.catalog.errors import VoiceNotFound
from photoplay.catalog.forms import form_of
from photoplay.catalog.tables import VoiceRow
from photoplay.core import clock
from photoplay.providers import Voice

_SPEECH: Final = "text-to-speech"


@dataclass(frozen=True)
class VoiceView:
    """One voice of a vendor. `sample` is the vendor's address of a few words in it; None where it gives none."""

    id: str
    name: str
    about: str
    sample: str | None


@dataclass(frozen=True)
class VendorVoice:
    """One voice, as a request names it (`voice`), and the models that speak with it."""

    provider: str
    voice: str
    name: str
    about: str
    has_sample: bool
    models: list[str]


def voices_of(session: Session, provider: str) -> list[VoiceView]:
    """The voices of a vendor as it last listed them, in its order; none where it was never asked."""
    rows = session.scalars(select(VoiceRow).where(VoiceRow.provider == provider).order_by(VoiceRow.position))
    return [_view(row) for row in rows]


def voice_of(session: Session, provider: str, voice: str) -> VoiceView:
    """One voice. Raises `VoiceNotFound`."""
    row = session.get(VoiceRow, (provider, voice))
    if row is None:
        raise VoiceNotFound("This vendor lists no such voice.")
    return _view(row)


def voice_named(session: Session, provider: str, called: str) -> str:
    """The id of the voice that is called so, in any case of letters; what was given, where no voice is."""
    query = select(VoiceRow.voice).where(VoiceRow.provider == provider, func.lower(VoiceRow.name) == called.lower())
    return session.scalar(query.order_by(VoiceRow.position).limit(1)) or called


def all_voices(session: Session, catalog: Catalog, provider: str | None = None) -> list[VendorVoice]:
    """The voices to speak with, of one vendor or of all: those that vendors list, and those that models name in their form."""
    found: dict[tuple[str, str], VendorVoice] = {}
    for offer in catalog.orderable(_SPEECH):
        for voice in _voices_for(session, offer) if provider in (None, offer.provider) else ():
            found.setdefault((voice.provider, voice.voice), voice).models.append(offer.card.id)
    return list(found.values())


def keep_voices(session: Session, provider: str, voices: tuple[Voice, ...]) -> None:
    """Keeps what a vendor lists in the place of what it listed before."""
    session.execute(delete(VoiceRow).where(VoiceRow.provider == provider))
    listed = {voice.id: voice for voice in voices}.values()
    session.add_all(
        VoiceRow(
            provider=provider,
            voice=voice.id,
            position=at,
            name=voice.name,
            about=voice.about,
            sample=voice.sample,
            seen_at=clock.now(),
        )
        for at, voice in enumerate(listed)
    )


def _voices_for(session: Session, offer: Offer) -> list[VendorVoice]:
    """Of a model with a fixed set of voices those, else what its vendor lists; none of a model with one voice."""
    field = form_of(_SPEECH, offer.card)["properties"].get("voice")
    if field is None:
        return []
    if "enum" in field:
        names = [str(name) for name in field["enum"]]
        return [VendorVoice(offer.provider, name, name[:1].upper() + name[1:], "", False, []) for name in names]
    return [
        VendorVoice(offer.provider, view.id, view.name, view.about, view.sample is not None, [])
        for view in voices_of(session, offer.provider)
    ]


def _view(row: VoiceRow) -> VoiceView:
    return VoiceView(row.voice, row.name, row.about, row.sample)
