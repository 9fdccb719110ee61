"""What a server of one's own that speaks the dialect of Stable Diffusion web UI is asked for."""

from typing import Final

from pydantic import Field

from photoplay.providers._contract import LARGEST_RESULT_PIXELS, Limits, ModelCard, Options
from photoplay.providers._options import CfgScale, NegativePrompt, Steps, Strength

VENDOR: Final = "Your Stable Diffusion server"
ANY: Final = "custom-a1111:server"
"""The card that names no checkpoint: the one that is loaded paints."""
OPERATIONS: Final = ("text-to-image", "image-to-image", "inpaint", "upscale")
ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3")
_PAINTING: Final = ("text-to-image", "image-to-image", "inpaint")
_ON_A_PICTURE: Final = ("image-to-image", "inpaint")


class WebUiOptions(Options):
    """Settings of Stable Diffusion web UI; empty ones are left to the server."""

    negative_prompt: NegativePrompt = Field(default="", json_schema_extra={"operations": [*_PAINTING]})
    steps: Steps = Field(default=25, json_schema_extra={"operations": [*_PAINTING]})
    cfg_scale: CfgScale = Field(default=7.0, json_schema_extra={"operations": [*_PAINTING]})
    sampler: str = Field(
        default="",
        max_length=100,
        description='Sampler by the server\'s own name, such as "Euler a". Empty: its usual one.',
        json_schema_extra={"operations": [*_PAINTING]},
    )
    scheduler: str = Field(
        default="",
        max_length=100,
        description='Scheduler by the server\'s own name, such as "Karras". Empty: its usual one.',
        json_schema_extra={"operations": [*_PAINTING]},
    )
    checkpoint: str = Field(
        default="",
        max_length=300,
        description="Checkpoint by its title on the server. Empty: the one of the model, or the one that is loaded.",
        json_schema_extra={"operations": [*_PAINTING]},
    )
    strength: Strength = Field(default=0.75, json_schema_extra={"operations": [*_ON_A_PICTURE]})
    upscaler: str = Field(
        default="R-ESRGAN 4x+",
        max_length=100,
        description="Upscaler by the server's own name.",
        json_schema_extra={"operations": ["upscale"]},
    )


def card(model: str, name: str) -> ModelCard:
    """A card for a checkpoint of a server, `model` with the provider's name."""
    return ModelCard(
        id=model,
        name=name,
        vendor=VENDOR,
        operations=OPERATIONS,
        about="Stable Diffusion web UI, Forge, SD.Next and others of that dialect. A restart begins a picture anew. "
        "You say what it costs.",
        options=WebUiOptions,
        limits={
            "text-to-image": Limits(aspects=ASPECTS, sizes=(1024, 512, 768, 1536, 2048)),
            "upscale": Limits(result_pixels=LARGEST_RESULT_PIXELS),
        },
        typical_seconds=dict.fromkeys(OPERATIONS, 12.0),
        recovery="key",
        can_cancel=True,
        tells_progress=True,
        check_floor_seconds=0.5,
    )


CARDS: Final = (card(ANY, "Checkpoint of your server"),)
