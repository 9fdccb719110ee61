"""What the models of Black Forest Labs can do: docs.bfl.ai, read 2026-11-21."""

from typing import Any, Final, Literal

from pydantic import Field

from photoplay.providers._contract import Limits, ModelCard, Options

VENDOR: Final = "Black Forest Labs"
LINK_SECONDS: Final = 600.0
FILM_LINK_SECONDS: Final = 7200.0
ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9", "9:21")
FILM_ASPECTS: Final = ("16:9", "21:9", "2:1", "4:3", "1:1", "3:4", "9:16", "9:21")
SIZES: Final = (1024, 512, 768, 1536, 2048)
OLD_SIZES: Final = (1024, 512, 768, 1440)
LARGEST_INPUT: Final = 16_000_000


class Flux2Options(Options):
    """Settings of FLUX.2."""

    safety_tolerance: int = Field(default=2, ge=0, le=5, description="0 is the strictest filter, 5 the mildest.")
    output_format: Literal["png", "jpeg", "webp"] = Field(default="png", description="File type of the picture.")


class FlexOptions(Flux2Options):
    """Settings of FLUX.2 Flex."""

    prompt_upsampling: bool = Field(default=True, description="Let the vendor enrich the words.")
    steps: int = Field(default=50, ge=1, le=50, description="Steps of refinement: more is slower and finer.")
    guidance: float = Field(default=5, ge=1.5, le=10, description="How closely the words are followed.")


class KontextOptions(Options):
    """Settings of FLUX.1 Kontext."""

    safety_tolerance: int = Field(default=2, ge=0, le=2, description="0 is the strictest filter.")
    prompt_upsampling: bool = Field(default=False, description="Let the vendor enrich the words.")
    output_format: Literal["png", "jpeg"] = Field(default="png", description="File type of the picture.")


class Flux1Options(Options):
    """Settings of FLUX 1.1."""

    safety_tolerance: int = Field(default=2, ge=0, le=6, description="0 is the strictest filter, 6 the mildest.")
    prompt_upsampling: bool = Field(default=False, description="Let the vendor enrich the words.")
    output_format: Literal["png", "jpeg", "webp"] = Field(default="png", description="File type of the picture.")


class UltraOptions(Options):
    """Settings of FLUX 1.1 Ultra."""

    safety_tolerance: int = Field(default=2, ge=0, le=6, description="0 is the strictest filter, 6 the mildest.")
    raw: bool = Field(default=False, description="Less processed, more like a photograph.")
    output_format: Literal["png", "jpeg"] = Field(default="png", description="File type of the picture.")


class DevOptions(Flux1Options):
    """Settings of FLUX.1 Dev."""

    steps: int = Field(default=28, ge=1, le=50, description="Steps of refinement: more is slower and finer.")
    guidance: float = Field(default=3, ge=1.5, le=5, description="How closely the words are followed.")


class FillOptions(Options):
    """Settings of FLUX.1 Fill and Expand."""

    steps: int = Field(default=50, ge=15, le=50, description="Steps of refinement: more is slower and finer.")
    guidance: float = Field(default=60, ge=1.5, le=100, description="How closely the words are followed.")
    safety_tolerance: int = Field(default=2, ge=0, le=6, description="0 is the strictest filter, 6 the mildest.")
    output_format: Literal["png", "jpeg"] = Field(default="png", description="File type of the picture.")


class EraseOptions(Options):
    """Settings of the eraser."""

    dilate_pixels: int = Field(default=10, ge=0, le=25, description="How far beyond the mask it reaches, in pixels.")


class FilmOptions(Options):
    """Settings of FLUX 3 Video."""

    generate_audio: bool = Field(default=True, description="With sound.")
    safety_tolerance: int = Field(default=2, ge=0, le=2, description="0 is the strictest filter.")


def _card(name: str, title: str, about: str, **facts: Any) -> ModelCard:
    given = {"results_kept_for_seconds": LINK_SECONDS, "check_floor_seconds": 0.5} | facts
    return ModelCard(
        id=f"black-forest-labs:{name}",
        name=title,
        vendor=VENDOR,
        about=about,
        recovery="none",
        tells_progress=True,
        **given,
    )


def _flux_2(options: type[Options], seconds: float, references: int) -> dict[str, Any]:
    return {
        "operations": ("text-to-image", "image-to-image"),
        "options": options,
        "limits": {
            "text-to-image": Limits(aspects=ASPECTS, sizes=SIZES),
            "image-to-image": Limits(
                aspects=ASPECTS, input_count={"reference": references}, input_pixels=LARGEST_INPUT
            ),
        },
        "typical_seconds": {"text-to-image": seconds, "image-to-image": seconds * 1.3},
    }


def _words_alone(options: type[Options], sizes: tuple[int, ...], seconds: float) -> dict[str, Any]:
    return {
        "operations": ("text-to-image",),
        "options": options,
        "limits": {"text-to-image": Limits(aspects=ASPECTS, sizes=sizes)},
        "typical_seconds": {"text-to-image": seconds},
    }


def _of_picture(operation: str, options: type[Options], seconds: float) -> dict[str, Any]:
    return {
        "operations": (operation,),
        "options": options,
        "limits": {operation: Limits(input_pixels=LARGEST_INPUT)},
        "typical_seconds": {operation: seconds},
    }


_KONTEXT: Final[dict[str, Any]] = {
    "operations": ("image-to-image",),
    "options": KontextOptions,
    "limits": {
        "image-to-image": Limits(aspects=ASPECTS, input_count={"reference": 3}, input_pixels=LARGEST_INPUT),
    },
    "typical_seconds": {"image-to-image": 9.0},
}
_FILM: Final[dict[str, Any]] = {
    "operations": ("text-to-video", "image-to-video"),
    "options": FilmOptions,
    "limits": {
        "text-to-video": Limits(
            aspects=FILM_ASPECTS,
            sizes=("720p", "1080p", "1440p", "2160p"),
            durations_seconds=(5, 20),
            duration_step_seconds=1,
        ),
        "image-to-video": Limits(
            sizes=("720p", "1080p", "1440p", "2160p"),
            durations_seconds=(5, 20),
            duration_step_seconds=1,
            input_pixels=LARGEST_INPUT,
        ),
    },
    "typical_seconds": {"text-to-video": 120.0, "image-to-video": 120.0},
    "results_kept_for_seconds": FILM_LINK_SECONDS,
    "check_floor_seconds": 5.0,
}

CARDS: Final = (
    _card("flux-2-klein-4b", "FLUX.2 Klein 4B", "Fast and cheap sketches.", **_flux_2(Flux2Options, 3.0, 3)),
    _card(
        "flux-2-klein-9b",
        "FLUX.2 Klein 9B",
        "Fast, with more detail than the small one.",
        **_flux_2(Flux2Options, 4.0, 3),
    ),
    _card(
        "flux-2-pro",
        "FLUX.2 Pro",
        "Strong all-round pictures and edits with up to eight inputs.",
        **_flux_2(Flux2Options, 8.0, 7),
    ),
    _card("flux-2-max", "FLUX.2 Max", "The finest detail of the FLUX.2 family.", **_flux_2(Flux2Options, 15.0, 7)),
    _card(
        "flux-2-flex", "FLUX.2 Flex", "Steps and guidance are yours; strong lettering.", **_flux_2(FlexOptions, 15.0, 7)
    ),
    _card("flux-kontext-pro", "FLUX.1 Kontext Pro", "Edits your picture as the words say.", **_KONTEXT),
    _card("flux-kontext-max", "FLUX.1 Kontext Max", "Edits with better lettering and finer following.", **_KONTEXT),
    _card("flux-pro-1.1", "FLUX 1.1 Pro", "Quick, clean pictures.", **_words_alone(Flux1Options, OLD_SIZES, 6.0)),
    _card(
        "flux-pro-1.1-ultra",
        "FLUX 1.1 Pro Ultra",
        "Four megapixels at once; raw for a photographic look.",
        **_words_alone(UltraOptions, (2048,), 12.0),
    ),
    _card(
        "flux-dev",
        "FLUX.1 Dev",
        "The open model: steps and guidance are yours.",
        **_words_alone(DevOptions, OLD_SIZES, 6.0),
    ),
    _card(
        "flux-pro-1.0-fill", "FLUX.1 Fill", "Paints a masked part anew.", **_of_picture("inpaint", FillOptions, 12.0)
    ),
    _card(
        "flux-pro-1.0-expand",
        "FLUX.1 Expand",
        "Paints what lies beyond the edges.",
        **_of_picture("outpaint", FillOptions, 12.0),
    ),
    _card("flux-tools/erase-v1", "FLUX Erase", "Takes a masked thing away.", **_of_picture("erase", EraseOptions, 8.0)),
    _card("flux-3-video", "FLUX 3 Video", "Films of up to twenty seconds with sound, up to 4K.", **_FILM),
)
