"""A part of a picture painted anew."""

from photoplay.operations._fields import Prompt, Seed
from photoplay.operations._operation import InputRole, MediaKind, Operation, Params


class Inpaint(Params):
    """What is white in the mask is painted as the prompt says."""

    prompt: Prompt
    seed: Seed = None


OPERATION = Operation(
    "inpaint",
    "Repaint",
    "A part of your picture painted anew.",
    MediaKind.IMAGE,
    Inpaint,
    roles=(
        InputRole("source", MediaKind.IMAGE, title="Picture"),
        InputRole("mask", MediaKind.IMAGE, title="Mask: white is painted anew"),
    ),
)
