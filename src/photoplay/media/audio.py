"""Sound: what it is, how good it is, and its renditions."""

import json
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from photoplay.core.child_main import Progress
from photoplay.media import ffmpeg, formats, streams
from photoplay.media._contract import Finding, Limits, MediaType, Probe, RenderedFile, Role
from photoplay.media.containers import riff
from photoplay.media.errors import DamagedMedia
from photoplay.media.marks import carry_on
from photoplay.media.renditions import Job

ROLES: tuple[Role, ...] = ("peaks", "preview")
"""The renditions of a sound, the dearest last."""

PEAKS = (200, 800)
"""Fewest and most numbers of a waveform: twenty a second in between."""

_PREVIEW = ("-map", "0:a:0", "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-movflags", "+faststart")
_BLOCK = 256
"""Samples that share one maximum."""
_SILENT = 0.001
_FULL = 0.999
_CLIPPED_PART = 0.0005
_BAD_PART = 0.05
"""So many packets may fail to decode, as happens at the start of a streamed MP3."""


@dataclass
class Heard:
    """What listening to a sound gives. Levels are 0 to 1."""

    peaks: "array[float]"
    """The loudest sample of each block, in order."""
    samples: int = 0
    full_samples: int = 0
    """As loud as can be."""
    rate_hz: int = 0

    @property
    def seconds(self) -> float:
        """How much was heard."""
        return self.samples / self.rate_hz if self.rate_hz else 0.0


def probe(path: Path, found: MediaType, limits: Limits) -> Probe:
    """Decodes the whole sound."""
    with streams.opened(path, found) as container:
        track = streams.sound_of(container)
        if track is None:
            raise DamagedMedia("There is neither film nor sound in the file. Send another.")
        codec = streams.checked_codec(track, streams.SOUND_CODECS)
        told = streams.seconds_of(container, limits)
        rate_hz, channels = track.rate, track.channels
    _refuse_cut_wav(path, found)
    heard = listen(path, found, most_seconds=limits.seconds + 1)
    streams.refuse_long(heard.seconds, limits)
    if told is not None and heard.seconds < told * 0.95 - 0.5:
        raise DamagedMedia(
            f"The sound is not whole: it ends after {heard.seconds:.1f} of {told:.1f} seconds. Send it again."
        )
    mime, extension = ("audio/webm", "weba") if found == formats.WEBM else (found.mime, found.extension)
    return Probe(
        kind="audio",
        mime=mime,
        extension=extension,
        size_bytes=path.stat().st_size,
        duration_seconds=round(heard.seconds, 3),
        audio_codec=codec,
        sample_rate_hz=rate_hz,
        channels=channels,
        findings=judge(heard),
    )


def _refuse_cut_wav(path: Path, found: MediaType) -> None:
    """A decoder takes the length of a WAV from the file's own size, and so never misses what was cut off."""
    if found == formats.WAV:
        with path.open("rb") as file:
            missing = riff.missing_wav_bytes(file)
        if missing:
            raise DamagedMedia(f"The sound is not whole: {missing} bytes are missing at its end. Send it again.")


def listen(path: Path, found: MediaType, *, most_seconds: float) -> Heard:
    """Decodes the first sound track and keeps its peaks. Raises `DamagedMedia` if too little of it can be decoded."""
    heard, bad, good = Heard(array("f")), 0, 0
    with streams.opened(path, found) as container:
        track = streams.sound_of(container)
        assert track is not None
        for packet in container.demux(track):
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                bad += 1
                continue
            good += len(frames)
            for frame in frames:
                _hear(heard, frame)
            if heard.seconds > most_seconds:
                break
    if good == 0 or bad > max(2, good * _BAD_PART):
        raise DamagedMedia(f"The sound cannot be decoded: {bad} parts of it are broken. Save it again or send another.")
    return heard


def judge(heard: Heard) -> tuple[Finding, ...]:
    """What is plainly wrong with a sound, by its level alone."""
    loudest = max(heard.peaks, default=0.0)
    if loudest < _SILENT:
        return (Finding("silent", "The sound is silent."),)
    if heard.full_samples > heard.samples * _CLIPPED_PART:
        return (Finding("clipped", "The sound is too loud: its tops are cut off."),)
    return ()


def peaks(heard: Heard) -> list[float]:
    """The waveform as 200 to 800 numbers from 0 to 1."""
    count = max(PEAKS[0], min(PEAKS[1], round(heard.seconds * 20)))
    levels = np.frombuffer(heard.peaks, np.float32)
    if len(levels) < count:
        levels = np.repeat(levels, -(-count // max(1, len(levels))))
    starts = np.linspace(0, len(levels), count, endpoint=False).astype(np.int64)
    return [round(min(1.0, float(level)), 3) for level in np.maximum.reduceat(levels, starts)]


def render(job: Job, limits: Limits, progress: Progress) -> tuple[RenderedFile, ...]:
    """The waveform, and a compressed copy."""
    roles, made = [role for role in ROLES if role in job.roles], list[RenderedFile]()
    progress(0, len(roles))
    if "peaks" in roles:
        made.append(_peaks_file(job, limits))
        progress(len(made), len(roles))
    if "preview" in roles:
        made.append(_preview(job, limits, lambda part: progress(len(made) + part, len(roles))))
    return tuple(made)


def _peaks_file(job: Job, limits: Limits) -> RenderedFile:
    heard = listen(job.path, job.found, most_seconds=limits.seconds)
    target = job.folder / "peaks.json"
    words = {"version": 1, "duration_seconds": round(heard.seconds, 3), "peaks": peaks(heard)}
    target.write_text(json.dumps(words, separators=(",", ":")))
    return RenderedFile("peaks", target, "application/json", target.stat().st_size, duration_seconds=heard.seconds)


def _preview(job: Job, limits: Limits, progress: Callable[[float], None]) -> RenderedFile:
    target = job.folder / "preview.m4a"
    with streams.opened(job.path, job.found) as container:
        seconds = streams.seconds_of(container, limits)
    ffmpeg.run(
        ["-f", streams.DEMUXERS[job.found], "-i", f"file:{job.path}", *_PREVIEW],
        target,
        seconds=seconds,
        progress=progress,
    )
    if job.origin is not None:
        carry_on(target, formats.M4A, job.origin)
    return RenderedFile("preview", target, formats.M4A.mime, target.stat().st_size, duration_seconds=seconds)


def _hear(heard: Heard, frame: av.AudioFrame) -> None:
    levels = _levels(frame.to_ndarray(), len(frame.layout.channels), planar=frame.format.is_planar)
    heard.rate_hz = frame.sample_rate
    heard.samples += len(levels)
    heard.full_samples += int(np.count_nonzero(levels >= _FULL))
    blocks = np.maximum.reduceat(levels, np.arange(0, len(levels), _BLOCK)) if len(levels) else levels
    heard.peaks.frombytes(np.ascontiguousarray(blocks, np.float32).tobytes())


def _levels(samples: NDArray[Any], channels: int, *, planar: bool) -> NDArray[np.float32]:
    """The loudest channel at each moment, 0 to 1."""
    by_channel = samples if planar else samples.reshape(-1, channels).T
    centred: NDArray[np.float32]
    if by_channel.dtype.kind == "u":
        centred = (by_channel.astype(np.float32) - np.float32(128)) / np.float32(128)
    elif by_channel.dtype.kind == "i":
        centred = by_channel.astype(np.float32) / np.float32(np.iinfo(by_channel.dtype).max)
    else:
        centred = np.nan_to_num(by_channel.astype(np.float32))
    levels: NDArray[np.float32] = np.abs(centred).max(axis=0)
    return levels
