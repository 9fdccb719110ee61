"""A new picture from a picture and words."""

from pydantic import Field

from photoplay.operations._fields import Aspect, Prompt, Seed
from photoplay.operations._operation import InputRole, MediaKind, Operation, Params


class ImageToImage(Params):
    """`strength` says how far the result may leave the source: 0 not at all, 1 as if there were none. Not every model has it."""

    prompt: Prompt
    aspect: Aspect | None = Field(default=None, description="Width to height; empty: that of your picture.")
    seed: Seed = None


OPERATION = Operation(
    "image-to-image",
    "Edit",
    "A new picture from yours and words: an edit, a variation, another style.",
    MediaKind.IMAGE,
    ImageToImage,
    roles=(
        InputRole("source", MediaKind.IMAGE, title="Picture"),
        InputRole("reference", MediaKind.IMAGE, required=False, most=14, title="More pictures to draw from"),
    ),
)
