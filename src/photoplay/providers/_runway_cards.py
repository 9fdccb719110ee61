"""The models of Runway: what each takes and how long it takes. Prices and lifecycle stand in `runway.toml`."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import Field

from photoplay.providers._contract import LARGEST_RESULT_PIXELS, Limits, ModelCard, Options
from photoplay.providers._options import Audio, NegativePrompt

VENDOR: Final = "Runway"
KEPT_SECONDS: Final = 24 * 3600.0
IMAGE_RATIOS: Final = (
    "1280:720", "720:1280", "720:720", "960:720", "720:960", "1680:720",
    "1920:1080", "1080:1920", "1080:1080", "1440:1080", "1080:1440", "2112:912",
)  # fmt: skip
VIDEO_RATIOS: Final = ("1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672")
VEO_RATIOS: Final = ("1280:720", "720:1280", "1920:1080", "1080:1920")
RATIOS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("gen4_image", "text-to-image"): IMAGE_RATIOS,
    ("gen4_image", "image-to-image"): IMAGE_RATIOS,
    ("gen4_image_turbo", "image-to-image"): IMAGE_RATIOS,
    ("gen4.5", "text-to-video"): ("1280:720", "720:1280"),
    ("gen4.5", "image-to-video"): VIDEO_RATIOS,
    ("gen4_turbo", "image-to-video"): VIDEO_RATIOS,
    ("veo3.1", "text-to-video"): VEO_RATIOS,
    ("veo3.1", "image-to-video"): VEO_RATIOS,
    ("veo3.1_fast", "text-to-video"): VEO_RATIOS,
    ("veo3.1_fast", "image-to-video"): VEO_RATIOS,
}
"""Width and height in pixels, by model and operation: the Python SDK 5.24.0, read 2026-11-21."""
_Figures = Literal["auto", "low"]


class GenOptions(Options):
    """Settings of Runway's own models."""

    public_figure_threshold: _Figures = Field(
        default="auto", description='"low" is milder with recognisable public figures.'
    )


class AlephOptions(GenOptions):
    """Settings of Aleph."""

    target_aspect_ratio: Literal["16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "21:9"] | None = Field(
        default=None, description="Another shape, whose edges are painted anew. Empty: that of your film."
    )


class VeoOptions(Options):
    """Settings of Veo at Runway."""

    generate_audio: Audio = True
    negative_prompt: NegativePrompt = ""


class UpscaleOptions(Options):
    """Settings of the upscaler."""

    flavor: Literal["sublime", "photo", "photo_denoiser"] | None = Field(
        default=None, description="For illustrations, photographs, or photographs with noise."
    )
    sharpen: int | None = Field(default=None, ge=0, le=100, description="How much is sharpened.")
    smart_grain: int | None = Field(default=None, ge=0, le=100, description="How much grain and texture.")
    ultra_detail: int | None = Field(default=None, ge=0, le=100, description="How much fine detail.")


class SoundOptions(Options):
    """Settings of sound effects."""

    loop: bool = Field(default=False, description="Its end meets its beginning.")


class SpeechOptions(Options):
    """Settings of speech."""

    voice: str = Field(default="Maya", description="A voice of Runway, such as Maya, Bernard, Noah or Ella.")


def _card(name: str, title: str, about: str, **facts: Any) -> ModelCard:
    return ModelCard(
        id=f"runway:{name}",
        name=title,
        vendor=VENDOR,
        about=about,
        results_kept_for_seconds=KEPT_SECONDS,
        can_cancel=True,
        bills_refusals=True,
        tells_progress=True,
        check_floor_seconds=5.0,
        takes=dict.fromkeys(("source", "reference", "last"), ("inline", "address", "upload")),
        **facts,
    )


_IMAGE_ASPECTS: Final = ("16:9", "9:16", "1:1", "4:3", "3:4", "21:9")
_INPUT: Final[dict[str, Any]] = {"prompt_characters": 1000, "input_bytes": 16_000_000}
_GEN_FILM: Final = Limits(
    sizes=("720p",), durations_seconds=(2, 10), duration_step_seconds=1, input_count={"last": 0}, **_INPUT
)
_VEO: Final[dict[str, Any]] = {
    "operations": ("text-to-video", "image-to-video"),
    "options": VeoOptions,
    "limits": {
        "text-to-video": Limits(
            aspects=("16:9", "9:16"), sizes=("720p", "1080p"), durations_seconds=(8, 4, 6), prompt_characters=1000
        ),
        "image-to-video": Limits(sizes=("720p", "1080p"), durations_seconds=(8, 4, 6), **_INPUT),
    },
}

CARDS: Final = (
    _card(
        "gen4_image",
        "Gen-4 Image",
        "Pictures, and pictures that keep to up to three of yours.",
        operations=("text-to-image", "image-to-image"),
        options=GenOptions,
        limits={
            "text-to-image": Limits(aspects=_IMAGE_ASPECTS, sizes=(1280, 1920), prompt_characters=1000),
            "image-to-image": Limits(aspects=_IMAGE_ASPECTS, input_count={"reference": 2}, **_INPUT),
        },
        typical_seconds={"text-to-image": 25.0, "image-to-image": 30.0},
    ),
    _card(
        "gen4_image_turbo",
        "Gen-4 Image Turbo",
        "Fast pictures from one to three of yours; none from words alone.",
        operations=("image-to-image",),
        options=GenOptions,
        limits={"image-to-image": Limits(aspects=_IMAGE_ASPECTS, input_count={"reference": 2}, **_INPUT)},
        typical_seconds={"image-to-image": 10.0},
    ),
    _card(
        "gen4.5",
        "Gen-4.5",
        "Runway's best films, from words or a first frame. Silent; a picture needs words too.",
        operations=("text-to-video", "image-to-video"),
        options=GenOptions,
        limits={
            "text-to-video": Limits(
                aspects=("16:9", "9:16"),
                sizes=("720p",),
                durations_seconds=(2, 10),
                duration_step_seconds=1,
                prompt_characters=1000,
            ),
            "image-to-video": _GEN_FILM,
        },
        typical_seconds={"text-to-video": 90.0, "image-to-video": 90.0},
    ),
    _card(
        "gen4_turbo",
        "Gen-4 Turbo",
        "Moves your picture, fast and cheap. Silent, and not from words alone.",
        operations=("image-to-video",),
        options=GenOptions,
        limits={"image-to-video": _GEN_FILM},
        typical_seconds={"image-to-video": 40.0},
    ),
    _card(
        "veo3.1",
        "Veo 3.1 at Runway",
        "Google's film model with sound, first and last frame.",
        typical_seconds={"text-to-video": 100.0, "image-to-video": 100.0},
        **_VEO,
    ),
    _card(
        "veo3.1_fast",
        "Veo 3.1 Fast at Runway",
        "Google's faster film model with sound, first and last frame.",
        typical_seconds={"text-to-video": 60.0, "image-to-video": 60.0},
        **_VEO,
    ),
    _card(
        "aleph2",
        "Aleph 2",
        "Changes your film as the words say: things, light, weather, angle, shape. A picture guides its first moment.",
        operations=("video-to-video",),
        options=AlephOptions,
        limits={
            "video-to-video": Limits(input_count={"reference": 1}, prompt_characters=1000, input_bytes=200_000_000)
        },
        typical_seconds={"video-to-video": 120.0},
    ),
    _card(
        "magnific_precision_upscaler_v2",
        "Magnific Precision",
        "Larger pictures, true to yours.",
        operations=("upscale",),
        options=UpscaleOptions,
        limits={"upscale": Limits(input_bytes=16_000_000, result_pixels=LARGEST_RESULT_PIXELS)},
        typical_seconds={"upscale": 40.0},
    ),
    _card(
        "eleven_text_to_sound_v2",
        "Sound effects at Runway",
        "Noises and atmospheres up to half a minute.",
        operations=("text-to-sound",),
        options=SoundOptions,
        limits={
            "text-to-sound": Limits(durations_seconds=(0.5, 30), duration_step_seconds=0.5, prompt_characters=1000)
        },
        typical_seconds={"text-to-sound": 12.0},
    ),
    _card(
        "eleven_multilingual_v2",
        "Speech at Runway",
        "A voice of Runway's choice that speaks your text.",
        operations=("text-to-speech",),
        options=SpeechOptions,
        limits={"text-to-speech": Limits(prompt_characters=1000)},
        typical_seconds={"text-to-speech": 10.0},
    ),
)
