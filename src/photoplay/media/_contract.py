"""The words of this room: what is asked of a file and told about it. Plain values that cross to the child as JSON."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal

Kind = Literal["image", "video", "audio"]
Role = Literal["webp", "avif", "thumb", "card", "poster", "preview", "peaks"]
State = Literal["valid", "invalid", "none"]

THUMB_PIXELS = 256
"""Longest side of a `thumb`."""
CARD_PIXELS = 640
"""Longest side of a `card` and a `poster`."""


@dataclass(frozen=True)
class Limits:
    """What is taken from outside. Read from the header, before anything is decoded."""

    pixels: int = 80_000_000
    film_pixels: int = 36_000_000
    """Pixels of one frame of a film (8K has 33 million)."""
    seconds: float = 2 * 3600
    frames: int = 2000
    """Pictures in one animated image."""


@dataclass(frozen=True)
class MediaType:
    """What a file is by its content."""

    kind: Kind
    mime: str
    extension: str
    """Without a dot."""


@dataclass(frozen=True)
class Finding:
    """A weakness of a result. `code` is stable (`blank`, `black`, `transparent`, `frozen`, `silent`, `clipped`)."""

    code: str
    message: str


@dataclass(frozen=True)
class Probe:
    """What a file is and how good it is. It has been decoded, so it can be shown and played."""

    kind: Kind
    mime: str
    extension: str
    size_bytes: int
    width: int | None = None
    """As shown, after the camera's rotation. None for sound."""
    height: int | None = None
    duration_seconds: float | None = None
    """None for a still."""
    fps: float | None = None
    frames: int | None = None
    """Pictures in an image: more than 1 if it is animated. None for film and sound."""
    has_alpha: bool = False
    video_codec: str | None = None
    audio_codec: str | None = None
    sample_rate_hz: int | None = None
    channels: int | None = None
    thumbhash: str | None = None
    """Base64 of a placeholder of about 25 bytes. None for sound."""
    findings: tuple[Finding, ...] = ()

    @property
    def has_sound(self) -> bool:
        """Whether there is a sound track."""
        return self.audio_codec is not None


@dataclass(frozen=True)
class RenderedFile:
    """A rendition in the folder that was asked for."""

    role: Role
    path: Path
    mime: str
    size_bytes: int
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None


@dataclass(frozen=True)
class MaskFile:
    """A mask as it is kept: grey, 8 bits, as large as what was sent. White is painted anew."""

    path: Path
    mime: str
    size_bytes: int
    width: int
    height: int
    white_share: float
    """0 to 1: how much of it is white."""


class SourceType(StrEnum):
    """How a file came to be, in the words of the IPTC (cv.iptc.org/newscodes/digitalsourcetype)."""

    TRAINED = "trainedAlgorithmicMedia"
    """Made by a trained model."""
    ALGORITHMIC = "algorithmicMedia"
    """Made by a program without training, such as our procedural scenes."""
    COMPOSITE = "compositeWithTrainedAlgorithmicMedia"
    """Something that was there before, edited by a trained model."""


@dataclass(frozen=True)
class Marks:
    """What a made file says about itself."""

    source: SourceType
    model: str
    """`provider:name`."""
    made_at: datetime
    """Aware."""
    model_version: str | None = None
    prompt: str | None = None
    """None: the file does not tell it."""
    title: str | None = None


@dataclass(frozen=True)
class Parent:
    """A file from which the marked one was made. Its own credentials, if any, are kept inside."""

    path: Path
    title: str


@dataclass(frozen=True)
class Marked:
    """The marked file as it lies there now. `xmp` and `signed` are False where its container has no place for them."""

    size_bytes: int
    sha256: str
    xmp: bool
    signed: bool
    vendor_manifest_kept: bool


@dataclass(frozen=True)
class CredentialReport:
    """What the file's credentials say, and whether they hold. `valid`: nothing was changed since it was signed."""

    state: State
    summary: str
    """One or two sentences for people."""
    ours: bool = False
    """Signed with the certificate of this installation."""
    signer: str | None = None
    source: str | None = None
    """A `SourceType` value, or another term of the IPTC list; from the signed part, else from the XMP packet."""
    model: str | None = None
    made_at: str | None = None
    prompt: str | None = None
    parents: tuple[str, ...] = ()
    """Titles of the files it was made from."""
