"""What the local models can do."""

from photoplay.makers import LANES, CameraOptions, SceneOptions, SynthOptions, UpscaleOptions, VoiceOptions
from photoplay.providers._contract import LARGEST_RESULT_PIXELS, Limits, ModelCard, NoOptions, Options

PICTURE_ASPECTS = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9")
PICTURE_SIZES = (512, 768, 1024, 1536, 2048)
FILM_ASPECTS = ("16:9", "9:16", "1:1", "21:9")
FILM_SIZES = ("540p", "720p", "1080p")


class SceneSettings(SceneOptions, Options):
    """Settings of `local:scene`."""


class UpscaleSettings(UpscaleOptions, Options):
    """Settings of `local:upscale`."""


class CameraSettings(CameraOptions, Options):
    """Settings of `local:camera`."""


class VoiceSettings(VoiceOptions, Options):
    """Settings of `local:voice`."""


class SynthSettings(SynthOptions, Options):
    """Settings of `local:synth`."""


def _card(
    name: str,
    title: str,
    about: str,
    *,
    seconds: dict[str, float],
    is_trained: bool,
    options: type[Options] = NoOptions,
    limits: dict[str, Limits] | None = None,
) -> ModelCard:
    return ModelCard(
        id=f"local:{name}",
        name=title,
        vendor="This machine",
        operations=tuple(seconds),
        about=about,
        options=options,
        limits=limits or {},
        is_trained=is_trained,
        typical_seconds=seconds,
        recovery="key",
        can_cancel=True,
        lanes={operation: LANES[operation] for operation in seconds},
        runs_here=True,
        lane_limits={"stills": 2, "pictures": 1, "films": 1},
    )


CARDS = (
    _card(
        "scene",
        "Local scenes",
        "Procedural scenes, painted here: places and abstracts by any light, weather, colour and mood. "
        "Not people, animals, products or text.",
        seconds={"text-to-image": 0.5, "text-to-video": 30.0},
        is_trained=False,
        options=SceneSettings,
        limits={
            "text-to-image": Limits(aspects=PICTURE_ASPECTS, sizes=PICTURE_SIZES, prompt_characters=1000),
            "text-to-video": Limits(
                aspects=FILM_ASPECTS, sizes=FILM_SIZES, durations_seconds=(8.0,), prompt_characters=1000
            ),
        },
    ),
    _card(
        "upscale",
        "Local upscale",
        "Two, four or eight times larger, up to 8192 x 8192, with sharp edges and the texture of the source. It invents nothing.",
        seconds={"upscale": 8.0},
        is_trained=True,
        options=UpscaleSettings,
        limits={"upscale": Limits(input_pixels=2**24, result_pixels=LARGEST_RESULT_PIXELS)},
    ),
    _card(
        "cutout",
        "Local cutout",
        "Cuts the main subject out. Hair and glass come out soft; a picture without a clear subject is refused.",
        seconds={"remove-background": 2.0},
        is_trained=True,
        limits={"remove-background": Limits(input_pixels=40_000_000)},
    ),
    _card(
        "camera",
        "Local camera",
        "Moves a camera over your picture. What is in the picture does not move by itself.",
        seconds={"image-to-video": 12.0},
        is_trained=False,
        options=CameraSettings,
        limits={
            "image-to-video": Limits(sizes=FILM_SIZES, durations_seconds=(4.0, 6.0, 8.0, 10.0), input_pixels=40_000_000)
        },
    ),
    _card(
        "voice",
        "Local voice",
        "One clear American voice. It speaks English only.",
        seconds={"text-to-speech": 1.0},
        is_trained=True,
        options=VoiceSettings,
    ),
    _card(
        "synth",
        "Local synth",
        "Plays small pieces by rule, in a mood taken from your words. No singing, no imitation of anybody.",
        seconds={"text-to-music": 1.5},
        is_trained=False,
        options=SynthSettings,
        limits={"text-to-music": Limits(durations_seconds=(5.0, 120.0), duration_step_seconds=1.0)},
    ),
)
