"""Finished sound: loudness (ITU-R BS.1770), a limiter, the waveform's peaks, and WAV files."""

import json
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from photoplay.makers._job import whole_file

Samples = npt.NDArray[np.float32]
"""Shape (frames, channels), -1 to 1."""

TARGET_LUFS = -16.0
CEILING_DB = -1.5
PEAKS = (200, 800)
"""Fewest and most numbers of a waveform: twenty a second in between, as the room `media` makes them."""
_SLOT_SECONDS = 0.1
_GAIN_SLOT_SECONDS = 0.002
_AHEAD_SLOTS = 4


def mastered(samples: Samples, rate_hz: int, *, target_lufs: float = TARGET_LUFS) -> Samples:
    """The same sound at the target loudness, with no sample above the ceiling (-1.5 dBFS). Silence stays silence."""
    loudness = loudness_lufs(samples, rate_hz)
    if loudness == -np.inf:
        return samples
    first = _limited(samples * np.float32(10 ** ((target_lufs - loudness) / 20)), rate_hz)
    lost = target_lufs - loudness_lufs(first, rate_hz)  # what the limiter took away, given back once
    return _limited(first * np.float32(10 ** (min(lost, 3.0) / 20)), rate_hz) if lost > 0.2 else first


def loudness_lufs(samples: Samples, rate_hz: int) -> float:
    """Integrated loudness with both gates of BS.1770-4; minus infinity for silence."""
    slots = _slot_energies(samples, rate_hz)
    blocks = np.convolve(slots, np.full(4, 0.25), "valid") if len(slots) >= 4 else slots
    heard = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not len(heard):
        return -np.inf
    loud = heard[heard > heard.mean() / 10]
    return float(-0.691 + 10 * np.log10(loud.mean()))


def _slot_energies(samples: Samples, rate_hz: int) -> npt.NDArray[np.float64]:
    """Weighted energy of each tenth of a second, channels added up. The weighting is done on the spectrum."""
    length = int(rate_hz * _SLOT_SECONDS)
    count = max(1, len(samples) // length)
    padded = np.zeros((count * length, samples.shape[1]), np.float32)
    used = min(len(samples), len(padded))
    padded[:used] = samples[:used]
    spectrum = np.fft.rfft(padded.reshape(count, length, samples.shape[1]), axis=1)
    power = np.abs(spectrum) ** 2 * _ear_weights(length, rate_hz)[None, :, None]
    power[:, 1:-1] *= 2
    energies: npt.NDArray[np.float64] = power.sum(axis=(1, 2)) / length**2
    return energies


def _ear_weights(length: int, rate_hz: int) -> npt.NDArray[np.float64]:
    """Power response of the K-weighting filters: a high shelf for the head, a high pass against rumble."""
    step = np.exp(-2j * np.pi * np.fft.rfftfreq(length))
    tan = np.tan(np.pi * 1681.974450955533 / rate_hz)
    quality, height = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = height**0.4996667741545416
    over = [height + band * tan / quality + tan**2, 2 * (tan**2 - height), height - band * tan / quality + tan**2]
    under = [1 + tan / quality + tan**2, 2 * (tan**2 - 1), 1 - tan / quality + tan**2]
    shelf = np.polyval(over[::-1], step) / np.polyval(under[::-1], step)
    tan, quality = np.tan(np.pi * 38.13547087602444 / rate_hz), 0.5003270373238773
    below = [1 + tan / quality + tan**2, 2 * (tan**2 - 1), 1 - tan / quality + tan**2]
    rumble = (1 - step) ** 2 / (np.polyval(below[::-1], step) / below[0])
    weights: npt.NDArray[np.float64] = np.abs(shelf * rumble) ** 2
    return weights


def _limited(samples: Samples, rate_hz: int) -> Samples:
    """Turns down around peaks, ahead of them and for a while after, so that nothing is cut off."""
    ceiling = 10 ** (CEILING_DB / 20)
    if np.abs(samples).max(initial=0) <= ceiling:
        return samples
    length = int(rate_hz * _GAIN_SLOT_SECONDS)
    slots = -(-len(samples) // length)
    padded = np.zeros(slots * length, np.float32)
    padded[: len(samples)] = np.abs(samples).max(axis=1)
    gain = np.minimum(1.0, ceiling / np.maximum(padded.reshape(slots, length).max(axis=1), 1e-9))
    gain = _smooth_gain(gain)
    points = np.arange(slots) * length + length / 2
    curve = np.interp(np.arange(len(samples)), points, gain).astype(np.float32)
    limited: Samples = np.clip(samples * curve[:, None], -ceiling, ceiling)
    return limited


def _smooth_gain(gain: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Lowest gain nearby, then its mean over a shorter stretch: turned down in time, turned up slowly."""
    reach, half = 3 * _AHEAD_SLOTS, 2 * _AHEAD_SLOTS
    lowest = np.lib.stride_tricks.sliding_window_view(np.pad(gain, reach, mode="edge"), 2 * reach + 1).min(axis=1)
    smooth: npt.NDArray[np.float64] = np.convolve(np.pad(lowest, half, mode="edge"), np.ones(2 * half + 1), "valid")
    return smooth / (2 * half + 1)


def write_wav(path: Path, samples: Samples, rate_hz: int) -> None:
    """Writes 16-bit WAV with a faint, fixed dither (the same samples give the same bytes)."""
    noise = np.random.default_rng(0).random((2, *samples.shape), dtype=np.float32)
    values = np.rint(samples * np.float32(32766) + (noise[0] - noise[1]) * np.float32(0.5))
    with whole_file(path) as part, wave.open(str(part), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.clip(values, -32767, 32767).astype("<i2").tobytes())


def write_peaks(path: Path, samples: Samples, rate_hz: int) -> None:
    """Writes the waveform as JSON: `duration_seconds` and `peaks`, 200 to 800 numbers from 0 to 1, evenly spaced."""
    loudest = np.abs(samples).max(axis=1, initial=0)
    seconds = len(samples) / rate_hz
    count = max(PEAKS[0], min(PEAKS[1], round(seconds * 20)))
    if len(loudest) < count:
        loudest = np.repeat(np.append(loudest, np.float32(0)), count)
    starts = np.linspace(0, len(loudest), count, endpoint=False).astype(np.int64)
    peaks = [round(float(peak), 3) for peak in np.maximum.reduceat(loudest, starts)]
    told = {"version": 1, "duration_seconds": round(seconds, 3), "peaks": peaks}
    with whole_file(path) as part:
        part.write_text(json.dumps(told, separators=(",", ":")))
