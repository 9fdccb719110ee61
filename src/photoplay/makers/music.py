"""Makes a piece of music from words: composed by rule from a seed, played by synthesised instruments, mixed."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import Field

from photoplay.core.child_main import Progress
from photoplay.makers._job import Job, MadeFile, all_or_nothing, answer
from photoplay.makers.composing import compose
from photoplay.makers.mixing import ducking, finished, in_room, send_of
from photoplay.makers.music_words import read_wish
from photoplay.makers.options import Mood
from photoplay.makers.playing import RATE_HZ, Samples, play
from photoplay.makers.score import Score, tables
from photoplay.makers.sound import mastered, write_peaks, write_wav

TASK = "text-to-music"


class MusicJob(Job):
    """`tempo_bpm`, `key` ("D minor") and `mood` override what the words say."""

    prompt: str = Field(max_length=20_000)
    duration_seconds: float = Field(default=15, ge=5, le=120)
    seed: int = 0
    mood: Mood = "auto"
    tempo_bpm: int | None = Field(default=None, ge=50, le=180)
    key: str | None = None


def run(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Writes `music.wav` (44.1 kHz, stereo, 16 bits, -16 LUFS) and `peaks.json`. Progress counts notes.

    The same words, settings and seed give the same bytes.
    """
    job = MusicJob.model_validate(params)
    wish = read_wish(job.prompt, seed=job.seed, mood=job.mood, tempo_bpm=job.tempo_bpm, key=job.key)
    score = compose(wish, seconds=job.duration_seconds, seed=job.seed)
    samples = _performed(score, job, progress)
    sound, peaks = job.out_dir / "music.wav", job.out_dir / "peaks.json"
    with all_or_nothing(sound, peaks):
        write_wav(sound, samples, RATE_HZ)
        write_peaks(peaks, samples, RATE_HZ)
        progress(1, 1, word="Saving")
    return answer(
        MadeFile(sound, "audio/wav", duration_seconds=job.duration_seconds),
        MadeFile(peaks, "application/json", role="peaks", duration_seconds=job.duration_seconds),
        metadata={
            "mood": score.mood,
            "key": f"{score.key} {score.mode}",
            "tempo_bpm": round(score.tempo_bpm, 1),
            "bars": score.bars,
            "instruments": sorted({part.instrument for part, _ in score.parts}),
        },
    )


def _performed(score: Score, job: MusicJob, progress: Progress) -> Samples:
    """Part by part into two mixes: what is heard straight, and what the room gives back."""
    frames = int(job.duration_seconds * RATE_HZ)
    row = tables().moods[score.mood]
    dry, room = np.zeros((frames, 2), np.float32), np.zeros((frames, 2), np.float32)
    pump = ducking(score, frames, row.pump)[:, None] if row.pump else None
    total = sum(len(notes) for _, notes in score.parts)
    of, done = total * 1.15, 0

    def tick() -> None:
        nonlocal done
        done += 1
        progress(done, of, word="Playing")

    for part, notes in score.parts:
        stem = play(part, notes, score, frames=frames, tick=tick)
        if pump is not None and part.role != "drums":
            stem *= pump
        dry += stem
        stem *= np.float32(send_of(part))
        room += stem
    progress(total, of, word="Mixing")
    dry += in_room(room, row, job.seed) * np.float32(row.wet * 2)
    progress(total * 1.05, of, word="Mixing")
    return mastered(finished(dry, job.duration_seconds), RATE_HZ)
