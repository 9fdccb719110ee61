"""From the words of a prompt to what is to be played: mood, tempo, key, who has the melody. Light, without sound."""

import re
from dataclasses import dataclass
from random import Random

from photoplay.makers.options import Mood
from photoplay.makers.score import Mode, MoodRow, tables

KEYS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_FLATS = {"Db": "C#", "D#": "Eb", "Gb": "F#", "G#": "Ab", "A#": "Bb"}
_USUAL_KEYS = ("C", "D", "Eb", "F", "G", "A", "Bb")
_UNDECIDED = ("corporate", "calm", "happy", "dreamy")


@dataclass(frozen=True)
class Wish:
    """What to play. `tempo_fixed`: a person named it, so it is kept exactly."""

    mood: str
    key: str
    mode: Mode
    tempo_bpm: float
    tempo_fixed: bool
    lead: str | None
    drums: bool

    @property
    def row(self) -> MoodRow:
        """The mood's line in the table."""
        return tables().moods[self.mood]


def read_wish(words: str, *, seed: int, mood: Mood = "auto", tempo_bpm: int | None, key: str | None) -> Wish:
    """Settings that are given win, then the words, then the seed."""
    plain, random = words.lower(), Random(f"wish {seed}")
    name = pick_mood(plain, random) if mood == "auto" else mood
    row = tables().moods[name]
    named = tempo_bpm or _named_tempo(plain)
    tonic, mode = _named_key(key or words) or (random.choice(_USUAL_KEYS), random.choice(row.modes))
    asked = (ask.lead for ask in tables().asks if any(_says(plain, word) for word in ask.words))
    return Wish(
        mood=name,
        key=tonic,
        mode=mode,
        tempo_bpm=named or _swayed(random.uniform(*row.tempo), plain),
        tempo_fixed=named is not None,
        lead=next(asked, None),
        drums=not re.search(r"\b(no|without) (drums|percussion|beat)", plain),
    )


def pick_mood(plain: str, random: Random) -> str:
    """The mood most of whose words are said; where none is, one that fits most films."""
    scores = {name: sum(_says(plain, word) for word in row.words) for name, row in tables().moods.items()}
    best = max(scores.values())
    if best == 0:
        return random.choice(_UNDECIDED)
    return next(name for name, score in scores.items() if score == best)


def _says(plain: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", plain) is not None


def _named_tempo(plain: str) -> int | None:
    found = re.search(r"\b(\d{2,3}) ?bpm\b", plain)
    return min(180, max(50, int(found[1]))) if found else None


def _swayed(tempo: float, plain: str) -> float:
    if re.search(r"\b(slow|slowly|downtempo|relaxed)\b", plain):
        return tempo * 0.9
    return tempo * 1.12 if re.search(r"\b(fast|quick|uptempo|driving|rapid)\b", plain) else tempo


def _named_key(words: str) -> tuple[str, Mode] | None:
    found = re.search(r"\b([A-G])([#b]?|[ -](?:sharp|flat)) (major|minor)\b", words)
    if not found:
        return None
    sign = {"sharp": "#", "flat": "b"}.get(found[2].strip(" -"), found[2])
    tonic = _FLATS.get(found[1] + sign, found[1] + sign)
    return (tonic, "major" if found[3] == "major" else "minor") if tonic in KEYS else None
