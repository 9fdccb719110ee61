"""The models of Kling. Prices and lifecycle stand in `kling.toml`."""

from typing import Any, Final, Literal

from pydantic import Field

from photoplay.providers._contract import Limits, ModelCard, Options
from photoplay.providers._options import Audio, NegativePrompt

VENDOR: Final = "Kling"
KEPT_SECONDS: Final = 30 * 24 * 3600.0
"""Results are deleted after 30 days."""
Route = Literal["images/generations", "videos/text2video", "videos/image2video", "videos/omni-video"]
MODES: Final = {"720p": "std", "1080p": "pro"}
_FILM: Final = ["text-to-video", "image-to-video"]
MOST_REFERENCES: Final = 7


class SilentOptions(Options):
    """Settings of the models without sound."""

    negative_prompt: NegativePrompt = ""


class SoundOptions(SilentOptions):
    """Settings of the models with sound."""

    generate_audio: Audio = Field(
        default=False,
        description="Whether it makes the sound of the film too.",
        json_schema_extra={"operations": [*_FILM]},
    )


class OmniOptions(Options):
    """Settings of Omni."""

    generate_audio: Audio = Field(default=False, description="Whether it makes the sound of the film too.")


def has_sound(model: str) -> bool:
    """Whether a model knows the field for sound, which came with 2.6."""
    return model in ("kling-v3", "kling-v3-omni", "kling-v2-6")


def _card(name: str, title: str, about: str, **facts: Any) -> ModelCard:
    return ModelCard(
        id=f"kling:{name}",
        name=title,
        vendor=VENDOR,
        about=about,
        lacks=("seed",),
        recovery="key",
        key_valid_for_seconds=KEPT_SECONDS,
        listed_within_seconds=60.0,
        results_kept_for_seconds=KEPT_SECONDS,
        check_floor_seconds=3.0,
        **facts,
    )


_ASPECTS: Final = ("16:9", "9:16", "1:1")
_PICTURE_ASPECTS: Final = (*_ASPECTS, "4:3", "3:4", "3:2", "2:3", "21:9")
_INPUT: Final[dict[str, Any]] = {"prompt_characters": 2500, "input_bytes": 10_000_000}


def _films(sizes: tuple[str, ...], seconds: tuple[float, ...], step: float | None, *, last: int) -> dict[str, Limits]:
    length: dict[str, Any] = {"sizes": sizes, "durations_seconds": seconds, "duration_step_seconds": step}
    return {
        "text-to-video": Limits(aspects=_ASPECTS, prompt_characters=2500, **length),
        "image-to-video": Limits(input_count={"last": last}, **length, **_INPUT),
    }


_FILM_SECONDS: Final = {"text-to-video": 150.0, "image-to-video": 150.0}

CARDS: Final = (
    _card(
        "kling-v3",
        "Kling 3.0",
        "Films of three to fifteen seconds with sound, first and last frame; pictures too. No seed.",
        operations=("text-to-video", "image-to-video", "text-to-image", "image-to-image"),
        options=SoundOptions,
        limits={
            **_films(("720p", "1080p"), (3, 15), 1, last=1),
            "text-to-image": Limits(aspects=_PICTURE_ASPECTS, sizes=(1024, 2048), prompt_characters=2500),
            "image-to-image": Limits(aspects=_PICTURE_ASPECTS, input_count={"reference": 0}, **_INPUT),
        },
        typical_seconds={**_FILM_SECONDS, "text-to-image": 25.0, "image-to-image": 25.0},
    ),
    _card(
        "kling-v3-omni",
        "Kling 3.0 Omni",
        "Films with what up to seven pictures show, which the words may call <<<image_1>>>, <<<image_2>>> and so on. No seed.",
        operations=("reference-to-video",),
        options=OmniOptions,
        limits={
            "reference-to-video": Limits(
                aspects=_ASPECTS,
                sizes=("720p", "1080p"),
                durations_seconds=(3, 15),
                duration_step_seconds=1,
                input_count={"reference": MOST_REFERENCES},
                prompt_characters=2350,
                input_bytes=10_000_000,
            )
        },
        typical_seconds={"reference-to-video": 180.0},
    ),
    _card(
        "kling-v2-6",
        "Kling 2.6",
        "Films of five or ten seconds with sound. No seed.",
        operations=("text-to-video", "image-to-video"),
        options=SoundOptions,
        limits=_films(("1080p",), (5, 10), None, last=0),
        typical_seconds=_FILM_SECONDS,
    ),
    _card(
        "kling-v2-5-turbo",
        "Kling 2.5 Turbo",
        "Silent films of five or ten seconds, cheap and quick, with first and last frame. No seed.",
        operations=("text-to-video", "image-to-video"),
        options=SilentOptions,
        limits=_films(("1080p",), (5, 10), None, last=1),
        typical_seconds={"text-to-video": 90.0, "image-to-video": 90.0},
    ),
)
