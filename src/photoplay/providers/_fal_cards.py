"""The models of fal with a card, the endpoint that does each operation, and what each calls things."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from pydantic import Field

from photoplay.providers._contract import LARGEST_RESULT_PIXELS, Limits, ModelCard, Options
from photoplay.providers._dialect import Dialect
from photoplay.providers._options import CfgScale, NegativePrompt, Strength

VENDOR: Final = "fal"
KEPT_SECONDS: Final = 7 * 86_400.0
"""Files are said to stay at least seven days: fal.ai/docs, data retention, read 2026-11-21; not proved."""
STILL_ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9", "9:21")
BANANA_ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "5:4", "4:5", "21:9")


@dataclass(frozen=True)
class Hosted:
    """A card, the endpoint of each operation, and how it speaks. `with_last`: the endpoint that takes a last frame."""

    card: ModelCard
    routes: Mapping[str, str]
    dialect: Dialect = field(default_factory=Dialect)
    dialects: Mapping[str, Dialect] = field(default_factory=dict)
    """By endpoint, where one speaks otherwise."""
    with_last: str = ""


class FluxOptions(Options):
    """Settings of FLUX.1 schnell."""

    output_format: Literal["png", "jpeg"] = Field(default="png", description="File type of the picture.")
    steps: int = Field(default=4, ge=1, le=12, description="Steps of refinement: more is slower and finer.")


class FluxDevOptions(Options):
    """Settings of FLUX.1 dev."""

    output_format: Literal["png", "jpeg"] = Field(default="png", description="File type of the picture.")
    steps: int = Field(default=28, ge=10, le=50, description="Steps of refinement: more is slower and finer.")
    cfg_scale: float = Field(default=3.5, ge=1, le=20, description="How closely the words are followed.")
    strength: Strength | None = Field(default=None, json_schema_extra={"operations": ["image-to-image"]})


class FluxProOptions(Options):
    """Settings of FLUX 1.1 Pro."""

    output_format: Literal["png", "jpeg"] = Field(default="png", description="File type of the picture.")
    safety_tolerance: Literal["1", "2", "3", "4", "5", "6"] = Field(
        default="2", description="1 is the strictest filter, 6 the mildest."
    )


class BananaOptions(Options):
    """Settings of nano-banana."""

    output_format: Literal["png", "jpeg", "webp"] = Field(default="png", description="File type of the picture.")


class SoundOptions(Options):
    """Settings of films with sound."""

    generate_audio: bool = Field(default=True, description="Whether the film gets sound.")


class VeoOptions(SoundOptions):
    """Settings of Veo 3.1."""

    negative_prompt: NegativePrompt | None = None
    auto_fix: bool = Field(default=False, description="Whether words that the filter refuses are rewritten.")


class VeoReferenceOptions(SoundOptions):
    """Settings of Veo 3.1 from pictures: it takes no words for what is not wanted."""

    auto_fix: bool = Field(default=False, description="Whether words that the filter refuses are rewritten.")


class KlingOptions(SoundOptions):
    """Settings of Kling 3."""

    negative_prompt: NegativePrompt | None = None
    cfg_scale: CfgScale = Field(default=0.5, le=1)


class KlingEditOptions(Options):
    """Settings of Kling's changes to a film."""

    keep_audio: bool = Field(default=True, description="Whether the film keeps its sound.")


class HailuoOptions(Options):
    """Settings of Hailuo."""

    prompt_optimizer: bool = Field(default=True, description="Whether the vendor enriches the words.")


def _card(name: str, title: str, about: str, *, seconds: float, routes: Mapping[str, str], **facts: Any) -> ModelCard:
    return ModelCard(
        id=f"fal:{name}",
        name=title,
        vendor=VENDOR,
        about=about,
        operations=tuple(routes),
        typical_seconds=dict.fromkeys(routes, seconds),
        recovery="none",
        results_kept_for_seconds=KEPT_SECONDS,
        can_cancel=True,
        takes=dict.fromkeys(("source", "mask", "reference", "last"), ("inline", "upload")),
        **facts,
    )


def described_card(model: str, title: str, about: str, *, operations: tuple[str, ...], **facts: Any) -> ModelCard:
    """The card of an endpoint that only its schema tells about."""
    return _card(model, title, about, seconds=20.0, routes=dict.fromkeys(operations, model), **facts)


def _stills(
    sizes: tuple[int, ...], *, references: int = 0, aspects: tuple[str, ...] = STILL_ASPECTS, characters: int = 4000
) -> dict[str, Limits]:
    return {
        "text-to-image": Limits(aspects=aspects, sizes=sizes, prompt_characters=characters),
        "image-to-image": Limits(aspects=aspects, input_count={"reference": references}, prompt_characters=characters),
    }


def _films(limits: Limits, *, takes_last: bool = True) -> dict[str, Limits]:
    last = {} if takes_last else {"last": 0}
    return {"text-to-video": limits, "image-to-video": replace(limits, aspects=(), input_count=last)}


def _pair(endpoint: str) -> dict[str, str]:
    return {"text-to-video": f"{endpoint}/text-to-video", "image-to-video": f"{endpoint}/image-to-video"}


def _banana(name: str, title: str, about: str, *, sizes: tuple[int, ...], seconds: float) -> Hosted:
    routes = {"text-to-image": f"fal-ai/{name}", "image-to-image": f"fal-ai/{name}/edit"}
    limits = _stills(sizes, references=9, aspects=BANANA_ASPECTS)
    said: dict[str | int, Any] = {size: {"resolution": f"{size // 1024}K"} if len(sizes) > 1 else {} for size in sizes}
    files = {"source": "image_urls[]", "reference": "image_urls[]"}
    card = _card(name, title, about, seconds=seconds, routes=routes, options=BananaOptions, limits=limits)
    return Hosted(card, routes, Dialect({"seed": ""}, files, said, fixed={"num_images": 1}))


_SCHNELL: Final = {"text-to-image": "fal-ai/flux/schnell"}
_DEV: Final = {"text-to-image": "fal-ai/flux/dev", "image-to-image": "fal-ai/flux/dev/image-to-image"}
_PRO: Final = {"text-to-image": "fal-ai/flux-pro/v1.1"}
_VEO: Final = {
    "text-to-video": "fal-ai/veo3.1",
    "image-to-video": "fal-ai/veo3.1/image-to-video",
    "extend-video": "fal-ai/veo3.1/extend-video",
}
_VEO_FAST: Final = {"extend-video": "fal-ai/veo3.1/fast/extend-video"}
_VEO_EXTENDS: Final = Limits(durations_seconds=(7.0,), input_seconds=8.0)
"""At 720p; the film that is given has 720 or 1080 lines: fal.ai/models/fal-ai/veo3.1/extend-video/api, read 2026-11-21."""
_EXTENDING: Final = Dialect(files={"source": "video_url"}, duration="{:g}s")
_VEO_DRAWS: Final = {"reference-to-video": "fal-ai/veo3.1/reference-to-video"}
_SEEDANCE: Final = {
    **_pair("bytedance/seedance-2.0"), "reference-to-video": "bytedance/seedance-2.0/reference-to-video"
}  # fmt: skip
_DRAWING: Final = Dialect(files={"reference": "image_urls[]"}, duration="{:g}")
_SEEDANCE_FILMS: Final = Limits(
    aspects=("16:9", "9:16", "1:1", "4:3", "3:4", "21:9"), sizes=("720p", "480p", "1080p"),
    durations_seconds=(4.0, 15.0), duration_step_seconds=1.0, prompt_characters=3000,
)  # fmt: skip
_KLING: Final = _pair("fal-ai/kling-video/v3/standard")
_KLING_PRO: Final = _pair("fal-ai/kling-video/v3/pro")
_KLING_EDIT: Final = {"video-to-video": "fal-ai/kling-video/o3/pro/video-to-video/edit"}
_HAILUO: Final = _pair("fal-ai/minimax/hailuo-2.3/standard")
_ESRGAN: Final = {"upscale": "fal-ai/esrgan"}
_IN_PIXELS: Final = Dialect(files={"source": "image_url"}, pixels="image_size", multiple=16, fixed={"num_images": 1})
_KLING_LIMITS: Final = Limits(
    aspects=("16:9", "9:16", "1:1"), durations_seconds=(3.0, 15.0), duration_step_seconds=1.0, prompt_characters=2500
)
_KLING_SPEAKS: Final = Dialect(
    names={"seed": "", "cfg_scale": "cfg_scale"}, files={"source": "start_image_url", "last": "end_image_url"},
    sizes={"720p": {}, "1080p": {}}, duration="{:g}",
)  # fmt: skip

HOSTED: Final = (
    Hosted(
        _card(
            "flux-schnell", "FLUX.1 schnell", "Fast and cheap drafts in four steps.",
            seconds=2.0, routes=_SCHNELL, options=FluxOptions, limits=_stills((1024, 512, 768, 1536)),
        ),
        _SCHNELL, _IN_PIXELS,
    ),
    Hosted(
        _card(
            "flux-dev", "FLUX.1 dev", "Open weights; good pictures and variations of yours.",
            seconds=5.0, routes=_DEV, options=FluxDevOptions, limits=_stills((1024, 512, 768, 1536)),
        ),
        _DEV, _IN_PIXELS,
    ),
    Hosted(
        _card(
            "flux-pro-1.1", "FLUX 1.1 Pro", "Clean, detailed pictures from words.",
            seconds=6.0, routes=_PRO, options=FluxProOptions, limits=_stills((1024, 512, 768, 1440)),
        ),
        _PRO, replace(_IN_PIXELS, multiple=32),
    ),
    _banana("nano-banana", "nano-banana", "Gemini 2.5 Flash Image: edits that keep people alike.", sizes=(1024,), seconds=8.0),
    _banana("nano-banana-2", "nano-banana 2", "Faster and finer than the first.", sizes=(1024, 2048, 4096), seconds=12.0),
    _banana("nano-banana-pro", "nano-banana Pro", "Good lettering and planning.", sizes=(1024, 2048, 4096), seconds=25.0),
    Hosted(
        _card(
            "seedance-2.0", "Seedance 2.0",
            "Films of up to 15 seconds with sound, from words, frames or up to nine pictures to draw from, which the words "
            "may call @Image1, @Image2 and so on.",
            seconds=120.0, routes=_SEEDANCE, options=SoundOptions,
            limits=_films(_SEEDANCE_FILMS)
            | {"reference-to-video": replace(_SEEDANCE_FILMS, input_count={"reference": 9}, input_bytes=30_000_000)},
        ),
        _SEEDANCE, Dialect(files={"source": "image_url", "last": "end_image_url"}, duration="{:g}"),
        dialects={_SEEDANCE["reference-to-video"]: _DRAWING},
    ),
    Hosted(
        _card(
            "kling-v3", "Kling 3 Standard", "Fluent motion in 720p, with sound if wanted.",
            seconds=120.0, routes=_KLING, options=KlingOptions, limits=_films(replace(_KLING_LIMITS, sizes=("720p",))),
        ),
        _KLING, _KLING_SPEAKS,
    ),
    Hosted(
        _card(
            "kling-v3-pro", "Kling 3 Pro", "Fluent motion in 1080p, with sound if wanted.",
            seconds=180.0, routes=_KLING_PRO, options=KlingOptions, limits=_films(replace(_KLING_LIMITS, sizes=("1080p",))),
        ),
        _KLING_PRO, _KLING_SPEAKS,
    ),
    Hosted(
        _card(
            "kling-o3-pro-edit", "Kling O3 Pro Edit",
            "Changes a film of 3 to 10 seconds as the words say, with up to four pictures to draw from. No seed.",
            seconds=320.0, routes=_KLING_EDIT, options=KlingEditOptions,
            limits={
                "video-to-video": Limits(
                    input_count={"reference": 4}, input_seconds=10.0, input_bytes=200_000_000, prompt_characters=2500
                )
            },
        ),
        _KLING_EDIT, Dialect({"seed": ""}, {"source": "video_url", "reference": "image_urls[]"}),
    ),
    Hosted(
        _card(
            "hailuo-2.3", "Hailuo 2.3", "Physical motion in 768p; six or ten seconds, silent. No last frame.",
            seconds=120.0, routes=_HAILUO, options=HailuoOptions,
            limits=_films(
                Limits(aspects=("16:9",), sizes=("768p",), durations_seconds=(6.0, 10.0), prompt_characters=2000),
                takes_last=False,
            ),
        ),
        _HAILUO, Dialect({"seed": "", "aspect": ""}, {"source": "image_url"}, {"768p": {}}, duration="{:g}"),
    ),
    Hosted(
        _card(
            "veo3.1", "Veo 3.1", "Google's films with speech and sound. It continues a film of up to 8 seconds by 7.",
            seconds=90.0, routes=_VEO, options=VeoOptions,
            limits=_films(
                Limits(aspects=("16:9", "9:16"), sizes=("720p", "1080p"), durations_seconds=(8.0, 4.0, 6.0))
            )
            | {"extend-video": _VEO_EXTENDS},
        ),
        _VEO, Dialect(files={"source": "image_url"}, duration="{:g}s"),
        dialects={
            _VEO["extend-video"]: _EXTENDING,
            "fal-ai/veo3.1/first-last-frame-to-video": Dialect(
                files={"source": "first_frame_url", "last": "last_frame_url"}, duration="{:g}s"
            )
        },
        with_last="fal-ai/veo3.1/first-last-frame-to-video",
    ),
    Hosted(
        _card(
            "veo3.1-fast", "Veo 3.1 Fast", "Continues a film of up to 8 seconds by 7, with sound.",
            seconds=60.0, routes=_VEO_FAST, options=VeoOptions, limits={"extend-video": _VEO_EXTENDS},
        ),
        _VEO_FAST, _EXTENDING,
    ),
    Hosted(
        _card(
            "veo3.1-reference", "Veo 3.1 from pictures", "Films of 8 seconds with sound, with what up to three pictures show.",
            seconds=90.0, routes=_VEO_DRAWS, options=VeoReferenceOptions,
            limits={
                "reference-to-video": Limits(
                    aspects=("16:9", "9:16"), sizes=("720p", "1080p"), durations_seconds=(8.0,),
                    input_count={"reference": 3}, input_bytes=8_000_000,
                )
            },
        ),
        _VEO_DRAWS, replace(_DRAWING, names={"seed": ""}, duration="{:g}s"),
    ),
    Hosted(
        _card(
            "esrgan", "ESRGAN", "Larger pictures, sharper edges; fine textures may look painted.",
            seconds=4.0, routes=_ESRGAN, limits={"upscale": Limits(input_pixels=4_000_000, result_pixels=LARGEST_RESULT_PIXELS)},
        ),
        _ESRGAN, Dialect({"factor": "scale"}, {"source": "image_url"}, fixed={"output_format": "png"}),
    ),
)  # fmt: skip
BY_ID: Final = {one.card.id: one for one in HOSTED}
CARDS: Final = tuple(replace(one.card, lacks=one.dialect.lacks) for one in HOSTED)
