"""Loudness as the standard measures it, the limiter, and the waveform."""

import json
from pathlib import Path

import numpy as np
import pytest

from photoplay.makers.sound import CEILING_DB, loudness_lufs, mastered, write_peaks

RATE = 48_000


def tone(level_db: float, *, seconds: float = 3, hertz: float = 997, channels: int = 1) -> np.ndarray:
    time = np.arange(int(seconds * RATE)) / RATE
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * hertz * time)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def test_a_tone_has_the_loudness_of_the_standard() -> None:
    assert loudness_lufs(tone(-23, channels=2), RATE) == pytest.approx(-23, abs=0.1)
    assert loudness_lufs(tone(-20), RATE) == pytest.approx(-23, abs=0.1)


def test_low_and_high_tones_weigh_as_the_ear_hears_them() -> None:
    assert loudness_lufs(tone(-20, hertz=40), RATE) < loudness_lufs(tone(-20), RATE) - 3
    assert loudness_lufs(tone(-20, hertz=6000), RATE) > loudness_lufs(tone(-20), RATE) + 2.5


def test_pauses_do_not_count() -> None:
    paused = np.concatenate([tone(-20), np.zeros((3 * RATE, 1), np.float32)])
    assert loudness_lufs(paused, RATE) == pytest.approx(loudness_lufs(tone(-20), RATE), abs=0.3)


def test_silence_stays_silence() -> None:
    assert not mastered(np.zeros((RATE, 2), np.float32), RATE).any()
    assert loudness_lufs(np.zeros((10, 1), np.float32), RATE) == -np.inf


def test_quiet_sound_with_sharp_peaks_meets_the_target_under_the_ceiling() -> None:
    sound = tone(-34, channels=2)
    sound[:: RATE // 4] = 0.9
    result = mastered(sound, RATE)
    assert loudness_lufs(result, RATE) == pytest.approx(-16, abs=1.5)
    assert np.abs(result).max() <= 10 ** (CEILING_DB / 20) + 1e-6


@pytest.mark.parametrize("frames", [0, 1, 150, 48_000])
def test_waveform_has_its_numbers_for_any_length(tmp_path: Path, frames: int) -> None:
    write_peaks(tmp_path / "peaks.json", np.full((frames, 2), -0.5, np.float32), RATE)
    peaks = json.loads((tmp_path / "peaks.json").read_text())["peaks"]
    assert len(peaks) == 200
    assert max(peaks) == (0.5 if frames else 0)
