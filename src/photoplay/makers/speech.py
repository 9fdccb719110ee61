"""Speaks a text in one English voice, sentence by sentence."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from pydantic import Field

from photoplay.core.child_main import Progress
from photoplay.makers._job import Job, MadeFile, all_or_nothing, answer
from photoplay.makers.script import pieces_of, read_script
from photoplay.makers.sound import Samples, mastered, write_peaks, write_wav

TASK = "text-to-speech"
RATE_HZ = 24_000
BETWEEN_PARAGRAPHS_SECONDS = 0.35
_AUDIBLE = 0.006


class SpeechJob(Job):
    """`prompt` is spoken word for word; `speed` 1 is a natural pace."""

    prompt: str = Field(max_length=20_000)
    speed: float = Field(default=1.0, ge=0.5, le=2.0)
    seed: int = 0


def run(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Writes `speech.wav` (24 kHz, mono, 16 bits, -16 LUFS) and `peaks.json`. Progress counts breaths.

    Raises `TaskFailed`: "nothing_to_say", "language".
    """
    job = SpeechJob.model_validate(params)
    script = read_script(job.prompt)
    progress(0, 1, word="Speaking")
    paragraphs = [_sentences(paragraph) for paragraph in script.paragraphs]
    samples = mastered(_spoken(paragraphs, job, progress), RATE_HZ)
    seconds = len(samples) / RATE_HZ
    sound, peaks = job.out_dir / "speech.wav", job.out_dir / "peaks.json"
    with all_or_nothing(sound, peaks):
        write_wav(sound, samples, RATE_HZ)
        write_peaks(peaks, samples, RATE_HZ)
        progress(1, 1, word="Speaking")
    return answer(
        MadeFile(sound, "audio/wav", duration_seconds=seconds),
        MadeFile(peaks, "application/json", role="peaks", duration_seconds=seconds),
        metadata={
            "voice": "heart",
            "language": "en-US",
            "speed": job.speed,
            "sentences": sum(len(sentences) for sentences in paragraphs),
            "notes": list(script.notes),
        },
    )


def _sentences(paragraph: str) -> tuple[tuple[str, ...], ...]:
    """The sentences of a paragraph, each in pieces short enough for one breath."""
    pieces = (pieces_of(sentence) for sentence in _voice().split_sentences(paragraph))
    return tuple(found for found in pieces if found)


def _spoken(paragraphs: list[tuple[tuple[str, ...], ...]], job: SpeechJob, progress: Progress) -> Samples:
    of = sum(len(pieces) for sentences in paragraphs for pieces in sentences) + 1
    random, done = np.random.default_rng(job.seed), 0
    parts: list[Samples] = []
    for sentences in paragraphs:
        if parts:
            parts.append(np.zeros((int(BETWEEN_PARAGRAPHS_SECONDS * RATE_HZ), 1), np.float32))
        for pieces in sentences:
            spoken = []
            for piece in pieces:
                spoken.append(_said(piece, job.speed, random))
                done += 1
                progress(done, of, word="Speaking")
            # Within a sentence the silence that the voice puts around each piece would sound like a full stop.
            parts += [_trimmed(part, before=0.02, after=0.12) for part in spoken[:-1]]
            parts.append(_trimmed(spoken[-1], before=0.02 if len(pieces) > 1 else 0.2, after=0.3))
    return np.concatenate(parts)


def _said(piece: str, speed: float, random: np.random.Generator) -> Samples:
    voice = _voice()
    parts = [voice.from_ids(voice.ids(phonemes), speed, random) for phonemes in voice.phonemize(piece)]
    return np.concatenate([*parts, np.zeros(1, np.float32)])[:, None]


def _trimmed(samples: Samples, *, before: float, after: float) -> Samples:
    """Leaves at most so many seconds of silence before and after the words."""
    heard = np.nonzero(np.abs(samples[:, 0]) > _AUDIBLE)[0]
    if not len(heard):
        return samples[:1]
    start = max(0, int(heard[0] - before * RATE_HZ))
    return samples[start : int(heard[-1] + after * RATE_HZ)]


@cache
def _voice() -> Any:
    """Loads the voice once for the life of the process. Only the voice inside the package: nothing is downloaded."""
    from hibari import Hibari

    return Hibari(voice="heart", threads=1)
