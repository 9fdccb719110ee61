"""Settings of the local models load without the libraries that do the work."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from photoplay.makers.options import CameraOptions, SynthOptions, UpscaleOptions, VoiceOptions

HEAVY = ("numpy", "PIL", "pyvips", "onnxruntime", "ncnn", "tono", "hibari", "av", "moderngl")


def test_options_load_nothing_heavy() -> None:
    program = f"import sys, photoplay.makers.options; print([name for name in {HEAVY} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_nothing_has_to_be_set() -> None:
    assert UpscaleOptions().look == "natural"
    assert CameraOptions().move == "auto"
    assert VoiceOptions().speed == 1.0
    assert SynthOptions().mood == "auto"


@pytest.mark.parametrize("settings", [{"speed": 0.5}, {"speed": 1.4}, {"voice": "emma"}])
def test_what_the_voice_cannot_do_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        VoiceOptions.model_validate(settings)


@pytest.mark.parametrize("speed", [0.7, 0.85, 1.1, 1.3])
def test_every_step_of_the_pace_is_taken(speed: float) -> None:
    assert VoiceOptions(speed=speed).speed == speed
