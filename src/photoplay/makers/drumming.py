"""What the drums play: the mood's groove, softer or fuller by section, with fills and crashes at the joints."""

from random import Random
from typing import TYPE_CHECKING

from photoplay.makers.score import BEATS, Note, Part, tables

if TYPE_CHECKING:
    from photoplay.makers.composing import Frame

DRUMS = {
    "kick": 36,
    "side": 37,
    "snare": 38,
    "clap": 39,
    "low-tom": 43,
    "hat": 42,
    "tom": 47,
    "crash": 49,
    "ride": 51,
    "open-hat": 46,
}
_PANS = {"hat": 0.3, "ride": -0.35, "crash": -0.25, "tom": 0.2, "low-tom": -0.2, "clap": 0.08}
_STEPS = 16


def drum_notes(part: Part, frame: "Frame") -> tuple[Note, ...]:
    """The groove over the piece. Hats and rides stay behind in quiet sections."""
    groove = tables().grooves[frame.wish.row.groove or "soft"]
    random = Random(f"drums {frame.seed}")
    notes: list[Note] = []
    for section in frame.sections:
        for bar in range(section.first_bar, section.first_bar + section.bars):
            if not frame.plays(part, bar):
                continue
            closing = bar == section.first_bar + section.bars - 1 and section.bars >= 3
            notes += _groove_bar(bar, groove, random, until=12 if closing else _STEPS)
            if closing:
                notes += _fill(bar, random, "snare" if "snare" in groove else "tom")
            if bar == section.first_bar and section.intensity >= 3:
                notes.append(Note(bar * BEATS, 1, DRUMS["crash"], 0.5, _PANS["crash"]))
    return tuple(notes)


def _groove_bar(bar: int, groove: dict[str, str], random: Random, *, until: int) -> list[Note]:
    notes = []
    for drum, row in groove.items():
        if drum == "kit":
            continue
        for step, sign in enumerate(row[:until]):
            if sign == ".":
                continue
            loudness = (0.85 if sign == "*" else 0.45) * random.uniform(0.9, 1.0)
            if drum in {"hat", "ride"}:
                loudness *= 0.75 if step % 4 else 0.9
            notes.append(Note(bar * BEATS + step / 4, 0.25, DRUMS[drum], loudness, _PANS.get(drum, 0.0)))
    return notes


def _fill(bar: int, random: Random, drum: str) -> list[Note]:
    """The last beat of a section, rising into the next."""
    drums = (drum, drum, "tom", "low-tom") if random.random() < 0.6 else (drum, "tom", "tom", "low-tom")
    places = enumerate(drums)
    return [
        Note(bar * BEATS + 3 + number / 4, 0.25, DRUMS[name], 0.5 + 0.1 * number, _PANS.get(name, 0.0))
        for number, name in places
    ]
