"""Plays a part: each note once by the synthesiser `tono`, then laid down at its place, as a sampler does."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import numpy as np
import numpy.typing as npt
import tono

from photoplay.makers.score import Instrument, Note, Part, Score, tables

RATE_HZ = 44_100
_LEVELS = 3
"""Steps of loudness that are synthesised apart, because louder is also brighter."""
_EXTRA = 4000
_ENDLESS_SECONDS = 20
"""An instrument that rings longer holds a note as long as wanted, so its notes are synthesised at their length."""
Samples = npt.NDArray[np.float32]


@dataclass
class _Taken:
    """What has been synthesised for one part, and how many seconds it ever holds each pitch."""

    longest: dict[int, float]
    sounds: dict[tuple[int, int, int], Samples] = field(default_factory=dict)


def play(part: Part, notes: tuple[Note, ...], score: Score, *, frames: int, tick: Callable[[], None]) -> Samples:
    """The part as stereo of `frames` frames, at its level in the mix. `tick` is called for each note."""
    row = tables().moods[score.mood]
    stem, taken = np.zeros((frames + _EXTRA, 2), np.float32), _Taken(_longest(part, notes, score))
    random = Random(f"touch {part.role} {part.instrument}")
    for note in notes:
        tick()
        seconds = _swung(note.start, row.swing) * score.beat_seconds
        sound = _drum(note, row.groove or "soft", taken) if part.role == "drums" else _tone(note, part, score, taken)
        late = random.gauss(0, 0.004) - (0 if part.role == "drums" else _instrument(part).early_seconds)
        start = max(0, int((seconds + late) * RATE_HZ))
        length = min(len(sound), len(stem) - start)
        if length <= 0:
            continue
        gain = note.loudness * random.uniform(0.92, 1.0)
        angle = (max(-1.0, min(1.0, note.pan)) * 0.8 + 1) * np.pi / 4
        stem[start : start + length, 0] += sound[:length] * np.float32(gain * np.cos(angle))
        stem[start : start + length, 1] += sound[:length] * np.float32(gain * np.sin(angle))
    return _leveled(stem[:frames], part.level)


def _longest(part: Part, notes: tuple[Note, ...], score: Score) -> dict[int, float]:
    longest: dict[int, float] = {}
    if part.role != "drums":
        for note in notes:
            longest[note.pitch] = max(longest.get(note.pitch, 0.0), _held(note, _instrument(part), score))
    return longest


def _instrument(part: Part) -> Instrument:
    return tables().instruments[part.instrument]


def _swung(beat: float, swing: float) -> float:
    """Delays what falls between the beats: eighths by a share of an eighth."""
    return beat + swing * 0.5 if beat % 1 == 0.5 else beat


def _tone(note: Note, part: Part, score: Score, taken: _Taken) -> Samples:
    """A note of its length. Each pitch is synthesised once, as long as the part ever holds it, and released here."""
    made = _instrument(part)
    held = _held(note, made, score)
    level = max(1, round(note.loudness * _LEVELS))
    key = (note.pitch, level, round(held * 100) if made.ring_seconds > _ENDLESS_SECONDS else 0)
    if key not in taken.sounds:
        longest = held if key[2] else taken.longest[note.pitch]
        taken.sounds[key] = _synthesised(made, note.pitch, level / _LEVELS, longest)
    return _released(taken.sounds[key], held, made.release_seconds)


def _held(note: Note, made: Instrument, score: Score) -> float:
    return min(max(0.05, note.length * score.beat_seconds), made.ring_seconds)


def _synthesised(made: Instrument, pitch: int, loudness: float, seconds: float) -> Samples:
    extra = dict(made.model_extra or {})
    fades = {"d": made.ring_seconds * 0.7, "s": 0.0} if made.decays else {"d": 0.0, "s": 1.0}
    envelope = {"a": made.attack_seconds, **fades, "r": made.release_seconds}
    note = {"step": 0, "len": max(1, round(seconds * 100)), "pitch": f"midi:{pitch}", "gain": 0.25 + 0.35 * loudness}
    sequence = {"type": "seq", "bpm": 60, "steps_per_beat": 100, "wave": made.wave, "env": envelope, "notes": [note]}
    return _rendered({**sequence, **extra}, list(made.stages), seconds + made.release_seconds, pitch)


def _drum(note: Note, groove: str, taken: _Taken) -> Samples:
    key = (note.pitch, 0, 0)
    if key not in taken.sounds:
        hit = {"step": 0, "len": 10, "pitch": f"midi:{note.pitch}", "gain": 0.8}
        kit = tables().grooves[groove]["kit"]
        sequence = {"type": "seq", "bpm": 60, "steps_per_beat": 100, "wave": "kit", "kit": kit, "env": {"s": 1.0}}
        taken.sounds[key] = _rendered({**sequence, "notes": [hit]}, [], 1.4, note.pitch)
    return taken.sounds[key]


def _rendered(sequence: dict[str, object], stages: list[dict[str, object]], seconds: float, seed: int) -> Samples:
    root = {"type": "chain", "stages": [sequence, *stages]} if stages else sequence
    sound = {"name": "note", "duration": seconds, "sample_rate": RATE_HZ, "seed": seed, "root": root}
    return tono.render(json.dumps(sound))


def _released(sound: Samples, held: float, release: float) -> Samples:
    """The sound let go after `held` seconds."""
    start, length = int(held * RATE_HZ), int(release * RATE_HZ)
    if start + length >= len(sound):
        return sound
    short = sound[: start + length].copy()
    short[start:] *= np.linspace(1, 0, length, dtype=np.float32) ** 2
    return short


def _leveled(stem: Samples, level_db: float) -> Samples:
    """At `level_db` by the louder of its half-second stretches, so that a part's pauses do not make it louder."""
    length = RATE_HZ // 2
    count = max(1, len(stem) // length)
    energy = np.square(stem[: count * length]).reshape(count, -1).mean(axis=1)
    loud = float(np.quantile(energy, 0.85))
    if loud <= 1e-12:
        return stem
    return stem * np.float32(10 ** (level_db / 20) * 0.1 / np.sqrt(loud))
