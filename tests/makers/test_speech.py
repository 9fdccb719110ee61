"""The voice: sound of the right shape and loudness, pace, notes, and cancelling."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from photoplay.core.child_main import Cancelled
from photoplay.makers import speech
from tests.makers import made

TEXT = "Good morning. The sea is calm today."


def heard(path: str) -> np.ndarray:
    with wave.open(path) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def test_text_becomes_sound_and_waveform(tmp_path: Path) -> None:
    watcher = made.Watcher()
    result = speech.run({"prompt": TEXT, "out_dir": str(tmp_path)}, watcher)
    sound, peaks = result["files"]
    samples = heard(sound["path"])
    assert sound["duration_seconds"] == pytest.approx(len(samples) / 24_000)
    assert 2 < sound["duration_seconds"] < 6
    assert 0.1 < np.abs(samples).max() < 0.9
    assert np.nonzero(np.abs(samples) > 0.02)[0][0] < 0.4 * 24_000
    told = json.loads(Path(peaks["path"]).read_text())
    assert 200 <= len(told["peaks"]) <= 800
    assert told["duration_seconds"] == pytest.approx(sound["duration_seconds"], abs=0.01)
    assert result["metadata"]["sentences"] == 2
    assert watcher.shares == sorted(watcher.shares)


def test_faster_speech_is_shorter(tmp_path: Path) -> None:
    seconds = [
        speech.run({"prompt": TEXT, "out_dir": str(tmp_path), "speed": speed}, made.Watcher())["files"][0][
            "duration_seconds"
        ]
        for speed in (0.7, 1.0, 1.3)
    ]
    assert seconds[0] > seconds[1] > seconds[2]
    assert seconds[0] > 1.3 * seconds[2]


def test_same_text_gives_the_same_bytes(tmp_path: Path) -> None:
    first = Path(speech.run({"prompt": "Again.", "out_dir": str(tmp_path)}, made.Watcher())["files"][0]["path"])
    before = first.read_bytes()
    speech.run({"prompt": "Again.", "out_dir": str(tmp_path)}, made.Watcher())
    assert first.read_bytes() == before


def test_notes_reach_the_recipe(tmp_path: Path) -> None:
    result = speech.run({"prompt": "Off we go 🚀", "out_dir": str(tmp_path)}, made.Watcher())
    assert result["metadata"]["notes"] == ["1 emoji or symbol is not spoken."]


@pytest.mark.parametrize("stop_at", [1, 2, 4])
def test_cancelled_speech_leaves_no_file(tmp_path: Path, stop_at: int) -> None:
    with pytest.raises(Cancelled):
        speech.run({"prompt": TEXT, "out_dir": str(tmp_path)}, made.Watcher(stop_at))
    assert made.files_in(tmp_path) == []
