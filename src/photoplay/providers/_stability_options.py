"""Settings of Stability AI's services."""

from typing import Final, Literal

from pydantic import Field
from pydantic.config import JsonDict

from photoplay.providers._contract import Options
from photoplay.providers._options import CfgScale, NegativePrompt, Strength

OVER: Final[JsonDict] = {"operations": ["image-to-image"]}
"""What only painting over a picture has."""
Format = Literal["png", "jpeg", "webp"]
Style = Literal[
    "enhance", "anime", "photographic", "digital-art", "comic-book", "fantasy-art", "line-art", "analog-film", "neon-punk",
    "isometric", "low-poly", "origami", "modeling-compound", "cinematic", "3d-model", "pixel-art", "tile-texture",
]  # fmt: skip


class PictureOptions(Options):
    """Settings of what paints from words."""

    negative_prompt: NegativePrompt | None = None
    style_preset: Style | None = Field(default=None, description="A look to lean to.")
    output_format: Format = Field(default="png", description="File type of the picture.")


class PaintOptions(PictureOptions):
    """Settings of what also paints over a picture."""

    strength: Strength = Field(default=0.6, json_schema_extra=OVER)


class DiffusionOptions(PaintOptions):
    """Settings of Stable Diffusion 3.5."""

    cfg_scale: CfgScale | None = Field(default=None, ge=1, le=10, description="How closely the words are followed.")


class FlashOptions(DiffusionOptions):
    """Settings of Stable Diffusion 3.5 Flash, which wants to leave a picture far behind."""

    strength: Strength = Field(default=0.95, json_schema_extra=OVER)


class InpaintOptions(PictureOptions):
    """Settings of repainting."""

    grow_mask: int = Field(default=5, ge=0, le=100, description="Pixels by which the mask grows, to hide its edge.")


class EraseOptions(Options):
    """Settings of erasing."""

    grow_mask: int = Field(default=5, ge=0, le=20, description="Pixels by which the mask grows, to hide its edge.")
    output_format: Format = Field(default="png", description="File type of the picture.")


class OutpaintOptions(Options):
    """Settings of extending."""

    creativity: float = Field(default=0.5, ge=0, le=1, description="How freely it invents what lies outside.")
    style_preset: Style | None = Field(default=None, description="A look to lean to.")
    output_format: Format = Field(default="png", description="File type of the picture.")


class SearchOptions(PictureOptions):
    """Settings of replacing and recolouring."""

    grow_mask: int = Field(default=3, ge=0, le=20, description="Pixels by which what is found grows.")


class CutOutOptions(Options):
    """Settings of cutting out: only file types that know transparency."""

    output_format: Literal["png", "webp"] = Field(default="png", description="File type of the picture.")


class PlainOptions(Options):
    """The file type alone."""

    output_format: Format = Field(default="png", description="File type of the picture.")


class UpscaleOptions(Options):
    """Settings of the upscalers that are led by words."""

    prompt: str = Field(
        default="sharp, finely detailed", min_length=1, max_length=4000, description="What is in the picture, in words."
    )
    negative_prompt: NegativePrompt | None = None
    creativity: float = Field(default=0.35, ge=0.2, le=0.5, description="How much detail it may invent.")
    output_format: Format = Field(default="png", description="File type of the picture.")


class CreativeOptions(UpscaleOptions):
    """Settings of the upscaler that invents."""

    creativity: float = Field(default=0.3, ge=0.1, le=0.5, description="How much detail it may invent.")
    style_preset: Style | None = Field(default=None, description="A look to lean to.")


class ControlOptions(PictureOptions):
    """Settings of following lines or a structure."""

    control_strength: float = Field(default=0.7, ge=0, le=1, description="How closely your picture is followed.")


class StyleOptions(PictureOptions):
    """Settings of following a style."""

    fidelity: float = Field(default=0.5, ge=0, le=1, description="How closely the look of your picture is followed.")


class RelightOptions(Options):
    """Settings of a new background and light."""

    foreground_prompt: str | None = Field(default=None, max_length=4000, description="What the subject is, in words.")
    negative_prompt: NegativePrompt | None = None
    preserve_original_subject: float = Field(default=0.6, ge=0, le=1, description="How much of the subject is kept.")
    light_source_direction: Literal["above", "below", "left", "right"] | None = Field(
        default=None, description="Where the light comes from."
    )
    output_format: Format = Field(default="png", description="File type of the picture.")


class SoundOptions(Options):
    """Settings of Stable Audio 2.5 and 3."""

    steps: int = Field(default=8, ge=4, le=8, description="Steps of refinement: more is slower and finer.")
    cfg_scale: float = Field(default=1.0, ge=1, le=25, description="How closely the words are followed.")
    strength: float = Field(
        default=0.7,
        ge=0.01,
        le=1,
        description="How far it may leave your sound: 1 as if there were none.",
        json_schema_extra={"operations": ["audio-to-audio"]},
    )
    output_format: Literal["mp3", "wav"] = Field(default="mp3", description="File type of the sound.")
