"""A larger picture with the same content."""

from typing import Literal

from pydantic import Field

from photoplay.operations._operation import InputRole, MediaKind, Operation, Params


class Upscale(Params):
    """`factor` multiplies both edges."""

    factor: Literal[2, 4, 8] = Field(default=2, description="How many times larger both edges become.")


OPERATION = Operation(
    "upscale",
    "Upscale",
    "The same picture, larger and sharper.",
    MediaKind.IMAGE,
    Upscale,
    roles=(InputRole("source", MediaKind.IMAGE),),
)
