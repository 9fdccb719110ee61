"""Puts parts together: room around them, ducking under the kick, warmth, and an ending that fades."""

from random import Random

import numpy as np

from photoplay.makers.playing import RATE_HZ, Samples
from photoplay.makers.score import MoodRow, Part, Score

_BLOCK = 2**17
_BALANCE = ((45, -5), (90, 0), (180, -1), (360, -2), (720, -4), (1440, -7), (2880, -11), (5760, -16), (11500, -22))
"""Centre of each octave in Hz, and its usual level in dB."""
_SENDS = {"pad": 0.8, "chords": 0.7, "arp": 0.9, "bass": 0.06, "lead": 1.0, "drums": 0.22}


def send_of(part: Part) -> float:
    """How much of a part goes into the room."""
    return _SENDS[part.role]


def ducking(score: Score, frames: int, depth: float) -> Samples:
    """Gain that dips at every kick and comes back within most of a beat: the pump of dance music."""
    gain = np.ones(frames, np.float32)
    kicks = [note.start for part, notes in score.parts if part.role == "drums" for note in notes if note.pitch == 36]
    length = int(0.85 * score.beat_seconds * RATE_HZ)
    dip = (1 - depth * (1 - np.linspace(0, 1, length) ** 0.6)).astype(np.float32)
    dip[:64] = np.linspace(1, dip[64], 64)
    for kick in kicks:
        start = int(kick * score.beat_seconds * RATE_HZ)
        end = min(frames, start + length)
        gain[start:end] = np.minimum(gain[start:end], dip[: max(0, end - start)])
    return gain


def in_room(dry: Samples, row: MoodRow, seed: int) -> Samples:
    """What a room of `row.space` seconds gives back of the sound; highs die sooner, left and right differ."""
    answer = _impulse(row.space, seed)
    size = 2 ** int(np.ceil(np.log2(_BLOCK + len(answer))))
    response = np.fft.rfft(answer, size, axis=0)
    wet = np.zeros((len(dry) + len(answer) + size, 2), np.float32)
    for start in range(0, len(dry), _BLOCK):
        block = np.fft.rfft(dry[start : start + _BLOCK], size, axis=0)
        wet[start : start + size] += np.fft.irfft(block * response, size, axis=0).astype(np.float32)
    return wet[: len(dry)]


def _impulse(seconds: float, seed: int) -> Samples:
    random = np.random.default_rng(Random(f"room {seed}").randrange(2**32))
    length = int(seconds * RATE_HZ)
    spectrum = np.fft.rfft(random.standard_normal((length, 2)), axis=0)
    pitch = np.fft.rfftfreq(length, 1 / RATE_HZ)[:, None]
    time = np.arange(length)[:, None] / RATE_HZ
    answer = np.zeros((length, 2))
    for low, high, share in ((180, 900, 1.0), (900, 3200, 0.75), (3200, 9000, 0.4)):
        band = np.where((pitch >= low) & (pitch < high), spectrum, 0)
        answer += np.fft.irfft(band, length, axis=0) * np.exp(-6.9 * time / (seconds * share))
    rise = np.minimum(1, np.arange(length) / (0.012 * RATE_HZ))[:, None]
    late = np.concatenate([np.zeros((int(0.018 * RATE_HZ), 2)), answer * rise])
    even: Samples = (late / np.sqrt(np.square(late).sum(axis=0))).astype(np.float32)
    return even


def finished(mix: Samples, seconds: float) -> Samples:
    """Balanced, a little warm, with a soft end: the last stretch fades to silence."""
    even = _balanced(mix)
    loud = float(np.sqrt(np.square(even).mean())) or 1.0
    warm: Samples = np.tanh(even * np.float32(0.16 / loud))
    fade = int(min(2.5, 0.16 * seconds) * RATE_HZ)
    warm[-fade:] *= (0.5 + 0.5 * np.cos(np.linspace(0, np.pi, fade, dtype=np.float32)))[:, None]
    edge = int(0.004 * RATE_HZ)
    warm[:edge] *= np.linspace(0, 1, edge, dtype=np.float32)[:, None]
    return warm


def _balanced(mix: Samples) -> Samples:
    """Moves each octave part of the way to how finished music is usually spread, by at most 4.5 dB."""
    spectrum = np.fft.rfft(mix, axis=0)
    pitch = np.fft.rfftfreq(len(mix), 1 / RATE_HZ)
    power = np.square(np.abs(spectrum)).sum(axis=1)
    centers = np.array([center for center, _ in _BALANCE])
    edges = np.searchsorted(pitch, [centers[0] / 1.41, *(centers * 1.41)])
    found = 10 * np.log10(np.add.reduceat(power, edges[:-1]) + 1e-9)
    lacking = np.array([level for _, level in _BALANCE]) - found
    gains = np.clip(0.6 * (lacking - np.median(lacking)), -4.5, 4.5)
    curve = np.interp(np.log2(np.maximum(pitch, 20)), np.log2(centers), gains)
    curve = np.where(pitch < 25, -30, curve)
    even: Samples = np.fft.irfft(spectrum * (10 ** (curve / 20))[:, None], len(mix), axis=0).astype(np.float32)
    return even
