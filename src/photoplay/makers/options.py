"""Settings of the local models' own, as a person sees them. Light: the web process imports this for its forms."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Move = Literal["auto", "push-in", "pull-out", "pan-left", "pan-right", "tilt-up", "tilt-down", "orbit", "drift"]
Look = Literal["natural", "drawing"]
Mood = Literal[
    "auto", "calm", "happy", "epic", "dark", "dreamy", "electronic", "lofi", "jazz", "corporate", "sad", "funky", "folk"
]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UpscaleOptions(_Settings):
    """How the added pixels look."""

    look: Look = Field(
        default="natural",
        description="Natural keeps the grain and texture of a photo; drawing gives clean lines and flat areas.",
    )


class CameraOptions(_Settings):
    """How the camera moves over the picture."""

    move: Move = Field(default="auto", description="The camera move. Auto follows the words, else pushes in slowly.")
    strength: float = Field(
        default=1.0, ge=0.3, le=2.0, multiple_of=0.1, description="How far the camera travels. 1 is a calm move."
    )


class VoiceOptions(_Settings):
    """How the voice speaks."""

    speed: float = Field(default=1.0, ge=0.7, le=1.3, multiple_of=0.05, description="Pace of the voice. 1 is natural.")


class SynthOptions(_Settings):
    """What the music is built from. What is left on auto follows the words."""

    mood: Mood = Field(default="auto", description="Kind of music. Auto follows the words.")
    tempo_bpm: int | None = Field(
        default=None, ge=50, le=180, description="Beats per minute. Empty: as the mood suggests."
    )
    key: str | None = Field(
        default=None,
        pattern=r"^[A-G][#b]? (major|minor)$",
        description='The key, such as "D minor". Empty: as the mood suggests.',
    )
