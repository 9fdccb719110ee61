"""A picture without something that was in it."""

from photoplay.operations._fields import Seed
from photoplay.operations._operation import InputRole, MediaKind, Operation, Params


class Erase(Params):
    """What is white in the mask vanishes, as if it had never been there."""

    seed: Seed = None


OPERATION = Operation(
    "erase",
    "Erase",
    "Your picture without what the mask covers.",
    MediaKind.IMAGE,
    Erase,
    roles=(
        InputRole("source", MediaKind.IMAGE, title="Picture"),
        InputRole("mask", MediaKind.IMAGE, title="Mask: white vanishes"),
    ),
)
