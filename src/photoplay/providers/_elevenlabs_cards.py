"""The models of ElevenLabs. Prices and lifecycle stand in `elevenlabs.toml`."""

from typing import Any, Final, Literal

from pydantic import Field

from photoplay.providers._contract import Limits, ModelCard, Options

VENDOR: Final = "ElevenLabs"
_Format = Literal["mp3_44100_128", "mp3_44100_192", "wav_44100", "mp3_22050_32"]
_FORMAT: Final[Any] = Field(
    default="mp3_44100_128", description="File type, samples and bits a second; 192 and wav need a larger plan."
)


class SpeechOptions(Options):
    """Settings of speech."""

    voice: str = Field(
        default="JBFqnCBsd6RMkjVDRZzb",
        min_length=1,
        max_length=64,
        description="Id of a voice of your account; at first George, a warm British storyteller.",
    )
    stability: float | None = Field(default=None, ge=0, le=1, description="Low is livelier, high is steadier.")
    similarity_boost: float | None = Field(default=None, ge=0, le=1, description="How near to the voice's original.")
    style: float | None = Field(
        default=None, ge=0, le=1, description="How much of the voice's style; 0 is the fastest."
    )
    speed: float | None = Field(default=None, ge=0.7, le=1.2, description="1 is normal.")
    language_code: str | None = Field(default=None, pattern=r"^[a-z]{2}$", description='Language, such as "de".')
    seed: int | None = Field(
        default=None, ge=0, le=2**31 - 1, description="The same seed gives nearly the same voice. Empty: a new one."
    )
    output_format: _Format = _FORMAT


class SoundOptions(Options):
    """Settings of sound effects."""

    loop: bool = Field(default=False, description="Its end meets its beginning.")
    prompt_influence: float | None = Field(default=None, ge=0, le=1, description="How closely the words are followed.")
    output_format: _Format = _FORMAT


class MusicOptions(Options):
    """Settings of music."""

    instrumental: bool = Field(default=False, description="Without a voice.")
    output_format: Literal["mp3_44100_128", "mp3_44100_192"] = Field(
        default="mp3_44100_128", description="File type, samples and bits a second; 192 needs a larger plan."
    )


def _speech(name: str, title: str, about: str, characters: int) -> ModelCard:
    return ModelCard(
        id=f"elevenlabs:{name}",
        name=title,
        vendor=VENDOR,
        operations=("text-to-speech",),
        about=about,
        options=SpeechOptions,
        limits={"text-to-speech": Limits(prompt_characters=characters)},
        typical_seconds={"text-to-speech": 4.0},
        recovery="search",
        listed_within_seconds=120.0,
        results_kept_for_seconds=7 * 24 * 3600.0,
    )


def _made(name: str, title: str, about: str, **facts: Any) -> ModelCard:
    return ModelCard(id=f"elevenlabs:{name}", name=title, vendor=VENDOR, about=about, **facts)


def _music(name: str, title: str, about: str) -> ModelCard:
    return _made(
        name,
        title,
        about,
        operations=("text-to-music",),
        lacks=("seed",),
        options=MusicOptions,
        limits={"text-to-music": Limits(durations_seconds=(3, 600), duration_step_seconds=0.1, prompt_characters=2000)},
        typical_seconds={"text-to-music": 30.0},
    )


def _sound(name: str, title: str, about: str) -> ModelCard:
    return _made(
        name,
        title,
        about,
        operations=("text-to-sound",),
        options=SoundOptions,
        limits={"text-to-sound": Limits(durations_seconds=(0.5, 30), duration_step_seconds=0.1)},
        typical_seconds={"text-to-sound": 8.0},
    )


CARDS: Final = (
    _speech("eleven_v4", "Eleven v4", "The most expressive voices.", 4000),
    _speech("eleven_v4_turbo", "Eleven v4 Turbo", "Expressive voices, faster and at half the price.", 4000),
    _speech("eleven_v3", "Eleven v3", "Expressive voices that follow tags such as [whispers].", 4000),
    _speech("eleven_multilingual_v2", "Multilingual v2", "Steady voices for long texts in 29 languages.", 4000),
    _speech("eleven_flash_v2_5", "Flash v2.5", "The fastest voices, in 32 languages, at half the price.", 4000),
    _music("music_v2_5", "Eleven Music v2.5", "Songs and music up to ten minutes, with or without a voice."),
    _music("music_v2", "Eleven Music v2", "Songs and music up to ten minutes."),
    _music("music_v1", "Eleven Music v1", "The first music model."),
    _sound("eleven_text_to_sound_v3", "Sound Effects v3", "Noises and atmospheres up to half a minute."),
    _sound("eleven_text_to_sound_v2", "Sound Effects v2", "Noises and atmospheres up to half a minute."),
)
