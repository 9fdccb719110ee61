"""A picture from words."""

from pydantic import Field

from photoplay.operations._fields import Aspect, Prompt, Seed
from photoplay.operations._operation import MediaKind, Operation, Params


class TextToImage(Params):
    """`aspect` and `size` are narrowed by the limits of the model's card; `size` is the longer edge in pixels."""

    prompt: Prompt
    aspect: Aspect = "1:1"
    size: int = Field(default=1024, ge=64, le=16384, description="The longer edge in pixels.")
    seed: Seed = None


OPERATION = Operation("text-to-image", "Image", "A picture from words.", MediaKind.IMAGE, TextToImage)
