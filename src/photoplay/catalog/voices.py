"""The voices of vendors by name, as each vendor lists them for an account, and the samples it gives of them."""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from photoplay.catalog.errors import VoiceNotFound
from photoplay.catalog.tables import VoiceRow
from photoplay.core import clock
from photoplay.providers import Voice


@dataclass(frozen=True)
class VoiceView:
    """One voice of a vendor. `sample` is the vendor's address of a few words in it; None where it gives none."""

    id: str
    name: str
    about: str
    sample: str | None


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


def _view(row: VoiceRow) -> VoiceView:
    return VoiceView(row.voice, row.name, row.about, row.sample)
