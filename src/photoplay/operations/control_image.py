"""A new picture that follows another one."""

from pydantic import Field

from photoplay.operations._fields import Aspect, Prompt, Seed
from photoplay.operations._operation import InputRole, MediaKind, Operation, Params


class ControlImage(Params):
    """What is kept is a matter of the model: a sketch, a structure or a style."""

    prompt: Prompt
    aspect: Aspect | None = Field(default=None, description="Width to height; empty: that of your picture.")
    seed: Seed = None


OPERATION = Operation(
    "control-image",
    "Guide",
    "A new picture that keeps the lines, the structure or the style of yours.",
    MediaKind.IMAGE,
    ControlImage,
    roles=(InputRole("source", MediaKind.IMAGE, title="Picture to follow"),),
)
