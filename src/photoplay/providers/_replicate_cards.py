"""The models of Replicate that have a card of their own, and what each calls things. Any other is described by its schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from pydantic import Field

from photoplay.providers._contract import LARGEST_RESULT_PIXELS, Limits, ModelCard, Options
from photoplay.providers._dialect import Dialect
from photoplay.providers._options import CfgScale, NegativePrompt, Steps, Strength

VENDOR: Final = "Replicate"
KEPT_SECONDS: Final = 3600.0
"""Inputs, outputs and files are deleted an hour after the end: replicate.com/docs, data retention, read 2026-11-21."""
LISTED_SECONDS: Final = 10.0

ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "4:5", "5:4", "21:9", "9:21")
_BANANA_ASPECTS: Final = ASPECTS[:-1]
FILM_ASPECTS: Final = ("16:9", "9:16", "1:1", "4:3", "3:4", "21:9", "9:21")
_Format = Literal["png", "jpg", "webp"]
_FORMAT: Final[Any] = Field(default="png", description="File type of the picture.")
_TOLERANCE: Final = Field(default=2, ge=1, le=6, description="1 is the strictest filter, 6 the mildest.")


@dataclass(frozen=True)
class Curated:
    """A card, how its model speaks, and whether a version must be named (community models)."""

    card: ModelCard
    dialect: Dialect = field(default_factory=Dialect)
    is_versioned: bool = False
    version: str = ""
    """The version to run; empty with `is_versioned`: the latest, read before each order."""

    @property
    def slug(self) -> str:
        """`owner/name`."""
        return self.card.id.partition(":")[2]


class SchnellOptions(Options):
    """Settings of FLUX.1 schnell."""

    output_format: _Format = _FORMAT
    steps: int = Field(default=4, ge=1, le=4, description="Steps of refinement: more is slower and finer.")


class DevOptions(Options):
    """Settings of FLUX.1 dev."""

    output_format: _Format = _FORMAT
    steps: int = Field(default=28, ge=1, le=50, description="Steps of refinement: more is slower and finer.")
    cfg_scale: float = Field(default=3, ge=0, le=10, description="How closely the words are followed.")
    strength: Strength | None = Field(default=None, json_schema_extra={"operations": ["image-to-image"]})


class FluxProOptions(Options):
    """Settings of FLUX pro."""

    output_format: _Format = _FORMAT
    safety_tolerance: int = _TOLERANCE


class Flux2Options(Options):
    """Settings of FLUX.2."""

    output_format: _Format = _FORMAT
    safety_tolerance: int = Field(default=2, ge=1, le=5, description="1 is the strictest filter, 5 the mildest.")


class SdxlOptions(Options):
    """Settings of SDXL."""

    negative_prompt: NegativePrompt | None = None
    steps: Steps = 50
    cfg_scale: CfgScale = 7.5
    sampler: Literal[
        "DDIM", "DPMSolverMultistep", "HeunDiscrete", "KarrasDPM", "K_EULER_ANCESTRAL", "K_EULER", "PNDM"
    ] = Field(default="K_EULER", description="How noise becomes a picture, step by step.")
    refine: Literal["no_refiner", "expert_ensemble_refiner", "base_image_refiner"] = Field(
        default="no_refiner", description="Whether a second model works on the details."
    )
    apply_watermark: bool = Field(default=True, description="Whether an invisible watermark is put in.")
    strength: Strength | None = Field(default=None, json_schema_extra={"operations": ["image-to-image", "inpaint"]})


class NanoBananaOptions(Options):
    """Settings of nano-banana."""

    output_format: Literal["png", "jpg"] = _FORMAT


class SeedanceOptions(Options):
    """Settings of Seedance 1.0."""

    camera_fixed: bool = Field(default=False, description="Whether the camera stands still.")


class SoundOptions(Options):
    """Settings of films with sound."""

    generate_audio: bool = Field(default=True, description="Whether the film gets sound.")


class VeoOptions(SoundOptions):
    """Settings of Veo 3."""

    negative_prompt: NegativePrompt | None = None


class KlingOptions(Options):
    """Settings of Kling."""

    negative_prompt: NegativePrompt | None = None


class HailuoOptions(Options):
    """Settings of Hailuo."""

    prompt_optimizer: bool = Field(default=True, description="Whether the vendor enriches the words.")


class MusicgenOptions(Options):
    """Settings of MusicGen."""

    model_version: Literal["stereo-melody-large", "stereo-large", "melody-large", "large"] = Field(
        default="stereo-melody-large", description="Which of the trained models plays."
    )
    output_format: Literal["wav", "mp3"] = Field(default="wav", description="File type of the sound.")
    cfg_scale: int = Field(default=3, ge=0, le=50, description="How closely the words are followed.")
    temperature: float = Field(default=1, ge=0, le=10, description="How daring the next note is.")


class RiffusionOptions(Options):
    """Settings of Riffusion."""

    prompt_b: str | None = Field(default=None, max_length=1000, description="Words that the piece goes over to.")
    denoising: float = Field(default=0.75, ge=0, le=1, description="How much the spectrogram is painted anew.")
    steps: int = Field(default=50, ge=1, le=500, description="Steps of refinement: more is slower and finer.")
    seed_image_id: Literal["vibes", "agile", "marim", "motorway", "og_beat"] = Field(
        default="vibes", description="The spectrogram that it starts from."
    )


class EsrganOptions(Options):
    """Settings of Real-ESRGAN."""

    face_enhance: bool = Field(default=False, description="Whether faces are restored with a model of their own.")


def _card(slug: str, title: str, about: str, *, has_seed: bool = True, **facts: Any) -> ModelCard:
    return ModelCard(
        id=f"replicate:{slug}",
        name=title,
        vendor=VENDOR,
        about=about,
        recovery="search" if has_seed else "none",
        listed_within_seconds=LISTED_SECONDS if has_seed else None,
        results_kept_for_seconds=KEPT_SECONDS,
        can_cancel=True,
        tells_progress=True,
        takes=dict.fromkeys(("source", "mask", "reference", "last"), ("inline", "upload")),
        **facts,
    )


def described_card(slug: str, title: str, about: str, **facts: Any) -> ModelCard:
    """The card of a model that only its schema tells about. Without a seed nothing finds a lost order."""
    return _card(slug, title, about, **facts)


def _picture(slug: str, title: str, about: str, *, dialect: Dialect, seconds: float, **facts: Any) -> Curated:
    operations = facts.pop("operations", ("text-to-image",))
    versioned = facts.pop("is_versioned", False)
    card = _card(slug, title, about, operations=operations, typical_seconds=dict.fromkeys(operations, seconds), **facts)
    return Curated(card, dialect, is_versioned=versioned)


def _stills(sizes: tuple[int, ...], *, references: int = 0, aspects: tuple[str, ...] = ASPECTS) -> dict[str, Limits]:
    return {
        "text-to-image": Limits(aspects=aspects, sizes=sizes),
        "image-to-image": Limits(aspects=aspects, input_count={"reference": references}),
        "inpaint": Limits(),
    }


_JPEG_TOO: Final = ("text-to-image", "image-to-image")
_MEGAPIXELS: Final[Mapping[str | int, Any]] = {1024: {"megapixels": "1"}, 512: {"megapixels": "0.25"}}
_K: Final[Mapping[str | int, Any]] = {
    1024: {"resolution": "1K"},
    2048: {"resolution": "2K"},
    4096: {"resolution": "4K"},
}
_FLUX: Final = Dialect(names={"cfg_scale": "guidance"}, sizes=_MEGAPIXELS, fixed={"num_outputs": 1})
_BANANA: Final = Dialect(
    names={"seed": ""}, files={"source": "image_input[]", "reference": "image_input[]"}, sizes={1024: {}}
)

PICTURES: Final = (
    _picture(
        "black-forest-labs/flux-schnell", "FLUX.1 schnell", "Fast and cheap drafts in four steps.",
        dialect=_FLUX, seconds=2.0, options=SchnellOptions, limits=_stills((1024, 512)),
    ),
    _picture(
        "black-forest-labs/flux-dev", "FLUX.1 dev", "Open weights; good pictures and variations of yours.",
        operations=_JPEG_TOO, options=DevOptions, limits=_stills((1024, 512)), seconds=5.0,
        dialect=replace(_FLUX, names={"cfg_scale": "guidance", "strength": "prompt_strength"}, files={"source": "image"}),
    ),
    _picture(
        "black-forest-labs/flux-1.1-pro", "FLUX 1.1 Pro", "Clean, detailed pictures from words.",
        dialect=Dialect(pixels="custom", multiple=32), seconds=5.0, options=FluxProOptions,
        limits=_stills((1024, 512, 768, 1280, 1440)),
    ),
    _picture(
        "black-forest-labs/flux-2-pro", "FLUX.2 Pro", "Strong all-round pictures and edits with up to eight references.",
        operations=_JPEG_TOO, seconds=9.0, options=Flux2Options, limits=_stills((1024, 512, 768, 1536, 2048), references=7),
        dialect=Dialect(pixels="custom", files={"source": "input_images[]", "reference": "input_images[]"}),
    ),
    _picture(
        "stability-ai/sdxl", "SDXL", "The open classic: negative words, samplers, repainting. Weak at lettering.",
        operations=("text-to-image", "image-to-image", "inpaint"), seconds=8.0, options=SdxlOptions,
        limits=_stills((1024, 512, 768, 1536)), is_versioned=True,
        dialect=Dialect(
            names={"strength": "prompt_strength"}, files={"source": "image", "mask": "mask"}, pixels="flat", multiple=8,
            fixed={"num_outputs": 1},
        ),
    ),
    _picture(
        "google/nano-banana", "nano-banana", "Gemini 2.5 Flash Image: edits that keep people and things alike.",
        operations=_JPEG_TOO, seconds=8.0, options=NanoBananaOptions,
        limits=_stills((1024,), references=9, aspects=_BANANA_ASPECTS),
        dialect=_BANANA, has_seed=False,
    ),
    _picture(
        "google/nano-banana-2", "nano-banana 2", "Faster and finer than the first, up to 4K.",
        operations=_JPEG_TOO, seconds=12.0, options=NanoBananaOptions,
        limits=_stills((1024, 2048, 4096), references=13, aspects=_BANANA_ASPECTS),
        dialect=replace(_BANANA, sizes=_K), has_seed=False,
    ),
    _picture(
        "google/nano-banana-pro", "nano-banana Pro", "Good lettering and planning, up to 4K. Slower and dearer.",
        operations=_JPEG_TOO, seconds=25.0, options=NanoBananaOptions,
        limits=_stills((1024, 2048, 4096), references=13, aspects=_BANANA_ASPECTS),
        dialect=replace(_BANANA, sizes=_K), has_seed=False,
    ),
    _picture(
        "nightmareai/real-esrgan", "Real-ESRGAN", "Larger pictures, sharper edges; fine textures may look painted.",
        operations=("upscale",), seconds=6.0, options=EsrganOptions, is_versioned=True, has_seed=False,
        dialect=Dialect(names={"factor": "scale"}, files={"source": "image"}),
        limits={"upscale": Limits(input_pixels=2_000_000, result_pixels=LARGEST_RESULT_PIXELS)},
    ),
)  # fmt: skip


def _film(slug: str, title: str, about: str, *, films: Limits, dialect: Dialect, **facts: Any) -> Curated:
    operations = facts.pop("operations", ("text-to-video", "image-to-video"))
    last = {} if "last" in dialect.files else {"last": 0}
    limits = {"text-to-video": films, "image-to-video": replace(films, aspects=(), input_count=last)}
    if references := facts.pop("references", 0):
        operations = (*operations, "reference-to-video")
        limits["reference-to-video"] = replace(films, input_count={"reference": references})
    seconds = dict.fromkeys(operations, facts.pop("seconds", 90.0))
    card = _card(slug, title, about, operations=operations, limits=limits, typical_seconds=seconds, **facts)
    return Curated(card, dialect)


_FRAMES: Final = {"source": "image", "last": "last_frame_image"}
_DRAWS_TOO: Final = {**_FRAMES, "reference": "reference_images[]"}
_HD: Final = ("720p", "480p", "1080p")
_SEEDANCE: Final = Limits(
    aspects=FILM_ASPECTS, sizes=_HD, durations_seconds=(2.0, 12.0), duration_step_seconds=1.0, prompt_characters=2000
)
_KLING: Final = Limits(aspects=("16:9", "9:16", "1:1"), sizes=("720p", "1080p"), durations_seconds=(5.0, 10.0))

FILMS: Final = (
    _film(
        "bytedance/seedance-2.0", "Seedance 2.0",
        "Films of up to 15 seconds with sound, from words, frames or nine pictures, which the words call [Image1] and so on.",
        films=replace(_SEEDANCE, durations_seconds=(4.0, 15.0)), options=SoundOptions, seconds=120.0,
        dialect=Dialect(files=_DRAWS_TOO), references=9,
    ),
    _film(
        "bytedance/seedance-1-lite", "Seedance 1 Lite", "Cheap short films, silent.",
        films=_SEEDANCE, options=SeedanceOptions, seconds=45.0, dialect=Dialect(files=_DRAWS_TOO), references=4,
    ),
    _film(
        "bytedance/seedance-1-pro", "Seedance 1 Pro", "Short films with several shots, silent.",
        films=_SEEDANCE, options=SeedanceOptions, seconds=60.0, dialect=Dialect(files=_FRAMES),
    ),
    _film(
        "kwaivgi/kling-v2.1", "Kling 2.1", "Moves your picture, silent. A last frame needs 1080p.",
        operations=("image-to-video",), films=_KLING, options=KlingOptions, seconds=150.0, has_seed=False,
        dialect=Dialect(
            names={"seed": ""}, files={"source": "start_image", "last": "end_image"},
            sizes={"720p": {"mode": "standard"}, "1080p": {"mode": "pro"}},
        ),
    ),
    _film(
        "kwaivgi/kling-v2.5-turbo-pro", "Kling 2.5 Turbo Pro", "Fluent motion in full HD, silent.",
        films=replace(_KLING, sizes=("1080p",)), options=KlingOptions, seconds=120.0, has_seed=False,
        dialect=Dialect(names={"seed": ""}, files={"source": "start_image", "last": "end_image"}, sizes={"1080p": {}}),
    ),
    _film(
        "minimax/hailuo-02", "Hailuo 02", "Physical motion; six or ten seconds, silent. Full HD for six seconds only.",
        films=Limits(aspects=("16:9",), sizes=("768p", "1080p"), durations_seconds=(6.0, 10.0), prompt_characters=2000),
        options=HailuoOptions, seconds=180.0, has_seed=False,
        dialect=Dialect(
            names={"seed": "", "aspect": ""}, files={"source": "first_frame_image", "last": "last_frame_image"}
        ),
    ),
    _film(
        "google/veo-3", "Veo 3", "Films with speech and sound.",
        films=Limits(aspects=("16:9", "9:16"), sizes=("720p", "1080p"), durations_seconds=(4.0, 6.0, 8.0)),
        options=VeoOptions, seconds=100.0, dialect=Dialect(files={"source": "image"}),
    ),
    Curated(
        _card(
            "xai/grok-imagine-video-extension", "Grok Imagine Extension",
            "Continues a film of 2 to 15 seconds by 2 to 10, with sound, from its last moment on. At most 720p, no seed.",
            operations=("extend-video",), typical_seconds={"extend-video": 60.0}, has_seed=False,
            limits={
                "extend-video": Limits(durations_seconds=(2.0, 10.0), duration_step_seconds=1.0, input_seconds=15.0)
            },
        ),
        Dialect(names={"seed": ""}, files={"source": "video"}),
    ),
)  # fmt: skip

_MUSIC: Final = ("text-to-music",)
SOUNDS: Final = (
    Curated(
        _card(
            "meta/musicgen", "MusicGen", "Instrumental music in stereo, up to half a minute. No voices.",
            operations=_MUSIC, options=MusicgenOptions, typical_seconds={"text-to-music": 45.0},
            limits={"text-to-music": Limits(durations_seconds=(1.0, 30.0), duration_step_seconds=1.0)},
        ),
        Dialect(names={"cfg_scale": "classifier_free_guidance"}),
        is_versioned=True,
    ),
    Curated(
        _card(
            "riffusion/riffusion", "Riffusion", "Five seconds of lo-fi music, painted as a spectrogram.",
            operations=_MUSIC, options=RiffusionOptions, typical_seconds={"text-to-music": 9.0}, has_seed=False,
            limits={"text-to-music": Limits(durations_seconds=(5.0,), prompt_characters=1000)},
        ),
        Dialect(names={"prompt": "prompt_a", "seed": "", "duration_seconds": ""}),
        is_versioned=True,
        version="8cf61ea6c56afd61d8f5b9ffd14d7c216c0a93844ce2d82ac1c9ecc9c7f24e05",
    ),
)  # fmt: skip

CURATED: Final = {one.slug: one for one in (*PICTURES, *FILMS, *SOUNDS)}
CARDS: Final = tuple(replace(one.card, lacks=one.dialect.lacks) for one in CURATED.values())
