"""What a server of one's own that speaks OpenAI's dialect is asked for; what its model really does, its operator knows."""

from typing import Final

from pydantic import Field, JsonValue

from photoplay.providers._contract import Limits, ModelCard, Options
from photoplay.providers._options import CfgScale, NegativePrompt, Steps

VENDOR: Final = "Your own server"
ANY: Final = "custom-openai:server"
"""The card that names no model: the option `server_model` does, else the server chooses."""
OPERATIONS: Final = ("text-to-image", "image-to-image", "inpaint", "text-to-video", "image-to-video", "text-to-speech")
ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3")
_DRAWN: dict[str, JsonValue] = {
    "operations": ["text-to-image", "image-to-image", "inpaint", "text-to-video", "image-to-video"]
}


class ServerOptions(Options):
    """Settings that such servers have; one that the account's `dialect` does not know is not sent."""

    server_model: str = Field(
        default="", max_length=300, description="Its name on the server. Empty: the server's own choice."
    )
    negative_prompt: NegativePrompt | None = Field(default=None, json_schema_extra=_DRAWN)
    steps: Steps | None = Field(default=None, json_schema_extra=_DRAWN)
    cfg_scale: CfgScale | None = Field(default=None, json_schema_extra=_DRAWN)
    voice: str | None = Field(
        default=None,
        max_length=200,
        description="Who speaks, by the server's own name.",
        json_schema_extra={"operations": ["text-to-speech"]},
    )


def card(model: str, name: str) -> ModelCard:
    """A card for a model of a server, `model` with the provider's name."""
    film = Limits(sizes=("720p", "480p", "540p", "1080p"), durations_seconds=(1.0, 30.0), duration_step_seconds=1.0)
    return ModelCard(
        id=model,
        name=name,
        vendor=VENDOR,
        operations=OPERATIONS,
        about="A server that speaks OpenAI's dialect: vLLM-Omni, SGLang, LocalAI and others. You say what it costs.",
        options=ServerOptions,
        limits={
            "text-to-image": Limits(aspects=ASPECTS, sizes=(1024, 512, 768, 1536, 2048)),
            "text-to-video": film,
            "image-to-video": film,
        },
        typical_seconds=dict.fromkeys(OPERATIONS, 15.0),
        check_floor_seconds=1.0,
    )


CARDS: Final = (card(ANY, "Model of your server"),)
