"""The words of music, read from `music.toml`, and a finished score: who plays which note when. Light, without sound."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Role = Literal["pad", "chords", "arp", "bass", "lead", "drums"]
Mode = Literal["major", "minor", "dorian", "lydian", "mixolydian", "phrygian"]

BEATS = 4
"""Beats of a bar."""
SCALES: dict[Mode, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Row):
    """One player. `joins`: the intensity of a section (1 to 4) from which it plays."""

    role: Role
    instrument: str = "drums"
    rhythm: str = "hold"
    step: float = 0.5
    level: float
    joins: int


class MoodRow(_Row):
    """One kind of music."""

    words: tuple[str, ...]
    tempo: tuple[int, int]
    modes: tuple[Mode, ...]
    progressions: tuple[tuple[int, ...], ...]
    sevenths: bool = False
    melody: str
    swing: float = 0.0
    space: float
    wet: float
    groove: str | None = None
    pump: float = 0.0
    parts: tuple[Part, ...]


class Ask(_Row):
    """Words that ask for an instrument to play the melody."""

    words: tuple[str, ...]
    lead: str


class Instrument(BaseModel):
    """How a note sounds. Further fields go to the synthesiser as they are."""

    model_config = ConfigDict(frozen=True, extra="allow")

    wave: str
    attack_seconds: float = 0.002
    release_seconds: float = 0.3
    ring_seconds: float = 30.0
    early_seconds: float = 0.0
    decays: bool = False
    stages: tuple[dict[str, Any], ...] = ()


class Tables(_Row):
    """The whole of `music.toml`."""

    instruments: dict[str, Instrument]
    grooves: dict[str, dict[str, str]]
    rhythms: dict[str, tuple[tuple[float, ...], ...]]
    melodies: dict[str, tuple[tuple[tuple[float, float], ...], ...]]
    asks: tuple[Ask, ...]
    moods: dict[str, MoodRow]


@cache
def tables() -> Tables:
    """The words of music."""
    path = Path(__file__).with_name("music.toml")
    return Tables.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Note:
    """`start` and `length` in beats; `pitch`: MIDI number (drums: General MIDI); `loudness` 0 to 1, `pan` -1 to 1."""

    start: float
    length: float
    pitch: int
    loudness: float
    pan: float = 0.0


@dataclass(frozen=True)
class Section:
    """A stretch of bars. `theme` names its chords and melody: the same letter comes back as the same music."""

    name: str
    first_bar: int
    bars: int
    intensity: int
    theme: str


@dataclass(frozen=True)
class Score:
    """A whole piece. `bars` are played, what is left of `seconds` rings out."""

    mood: str
    key: str
    mode: Mode
    tempo_bpm: float
    bars: int
    sections: tuple[Section, ...]
    parts: tuple[tuple[Part, tuple[Note, ...]], ...]

    @property
    def beat_seconds(self) -> float:
        """Length of a beat."""
        return 60 / self.tempo_bpm
