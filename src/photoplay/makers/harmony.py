"""Chords of a key: their notes, and voicings that move little from one to the next."""

from photoplay.makers.music_words import KEYS
from photoplay.makers.score import SCALES, Mode

Chord = tuple[int, ...]
"""Pitch classes from the root up, 0 to 11."""


def scale_of(key: str, mode: Mode) -> tuple[int, ...]:
    """The seven pitch classes of the key, from its tonic."""
    tonic = KEYS.index(key)
    return tuple((tonic + step) % 12 for step in SCALES[mode])


def chord_on(degree: int, scale: tuple[int, ...], *, seventh: bool) -> Chord:
    """The chord on a degree (1 to 7) by thirds. A diminished fifth is raised: it would sound like a mistake."""
    steps = (0, 2, 4, 6) if seventh else (0, 2, 4)
    notes = [scale[(degree - 1 + step) % 7] for step in steps]
    if (notes[2] - notes[0]) % 12 == 6:
        notes[2] = (notes[0] + 7) % 12
    return tuple(notes)


def voiced(chord: Chord, before: tuple[int, ...] | None, *, middle: int = 60) -> tuple[int, ...]:
    """The chord as pitches around `middle`, in the inversion nearest to the voicing `before`."""
    choices = []
    for turn in range(len(chord)):
        for octave in (-12, 0, 12):
            pitch = middle + octave + (chord[turn] - middle) % 12
            notes = [pitch]
            for number in range(1, len(chord)):
                wanted = chord[(turn + number) % len(chord)]
                notes.append(notes[-1] + (wanted - notes[-1]) % 12)
            choices.append(tuple(notes))
    if before is None:
        return min(choices, key=lambda notes: abs(sum(notes) / len(notes) - middle - 2))
    return min(choices, key=lambda notes: _way(notes, before) + abs(sum(notes) / len(notes) - middle - 2) * 0.4)


def _way(notes: tuple[int, ...], before: tuple[int, ...]) -> float:
    return sum(min(abs(note - other) for other in before) for note in notes)


def nearest(pitch_classes: tuple[int, ...], pitch: float) -> int:
    """The pitch nearest to `pitch` that belongs to one of the classes."""
    around = range(round(pitch) - 6, round(pitch) + 7)
    return min((note for note in around if note % 12 in pitch_classes), key=lambda note: abs(note - pitch))
