"""The tune: a phrase of four bars for each theme, which repeats its opening and comes to rest at its end."""

import math
from random import Random
from typing import TYPE_CHECKING

from photoplay.makers.harmony import nearest
from photoplay.makers.score import BEATS, Note, Part, tables

if TYPE_CHECKING:
    from photoplay.makers.composing import Frame

_MIDDLES = {"A": 71, "B": 74, "C": 69}
_LOW_LEADS = {"brass": -7, "guitar": -7, "lead-synth": -2, "strings": -2, "bells": 7, "glass": 5}

Rhythm = tuple[tuple[float, float], ...]


def melody_notes(part: Part, frame: "Frame") -> tuple[Note, ...]:
    """The melody over the whole piece. The same theme is the same tune, fitted to its chords."""
    notes: list[Note] = []
    for section in frame.sections:
        rhythms = _rhythms(section.theme, frame)
        shape = Random(f"shape {section.theme} {frame.seed}")
        drift = [shape.uniform(-2.5, 2.5) for _ in range(64)]
        for bar in range(section.first_bar, section.first_bar + section.bars):
            if not frame.plays(part, bar):
                continue
            if bar == len(frame.chords) - 1:
                notes.append(_home(bar, notes, part, frame))
                continue
            place = (bar - section.first_bar) % 4
            middle = _MIDDLES[section.theme] + _LOW_LEADS.get(part.instrument, 0)
            notes += _bar(bar, rhythms[place], middle, (drift[8 * (place % 2) :], notes, frame))
    return tuple(notes)


def _rhythms(theme: str, frame: "Frame") -> tuple[Rhythm, ...]:
    """Bars one and three share a rhythm, two answers, four rests on a long note."""
    random = Random(f"rhythm {theme} {frame.seed}")
    choices = tables().melodies[frame.wish.row.melody]
    opening, answer = random.sample(choices, 2)
    closing = ((0.0, 1.0), (1.0, 2.5)) if random.random() < 0.5 else ((0.0, 3.0),)
    return opening, answer, opening, closing


def _bar(bar: int, rhythm: Rhythm, middle: int, context: tuple[list[float], list[Note], "Frame"]) -> list[Note]:
    """One bar: chord tones where it counts, steps of the scale between, along an arch over the phrase."""
    drift, before, frame = context
    chord, made = frame.chords[bar], list[Note]()
    for number, (beat, length) in enumerate(rhythm):
        arch = 4.5 * math.sin(math.pi * ((bar % 4) * BEATS + beat) / (4 * BEATS))
        wanted = middle + arch + drift[number]
        last = (before + made)[-1].pitch if before or made else None
        if last is not None:
            wanted = last + max(-5.0, min(5.0, wanted - last))
        strong = beat in {0.0, 2.0} or length >= 1.5
        pitch = nearest(chord if strong else frame.scale, wanted)
        if last == pitch and not strong:
            pitch = nearest(frame.scale, pitch + (2 if wanted >= pitch else -2))
        loudness = 0.78 if beat == 0 else (0.7 if strong else 0.6)
        made.append(Note(bar * BEATS + beat, length * 0.96, pitch, loudness))
    return made


def _home(bar: int, before: list[Note], part: Part, frame: "Frame") -> Note:
    last = before[-1].pitch if before else 71 + _LOW_LEADS.get(part.instrument, 0)
    return Note(bar * BEATS, 6.0, nearest((frame.scale[0],), last), 0.65)
