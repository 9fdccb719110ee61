"""A picture with more around it."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from photoplay.operations._fields import Seed
from photoplay.operations._operation import InputRole, MediaKind, Operation, Params

Pixels = Annotated[int, Field(ge=0, le=2048, description="Pixels added at this edge.")]


class Outpaint(Params):
    """How many pixels are added at each edge; at least one of them is above zero."""

    prompt: str = Field(
        default="",
        max_length=4000,
        description="What lies beyond the edges, in words.",
        json_schema_extra={"format": "prompt"},
    )
    left: Pixels = 0
    right: Pixels = 0
    top: Pixels = 0
    bottom: Pixels = 0
    seed: Seed = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if not (self.left or self.right or self.top or self.bottom):
            raise ValueError("Say how many pixels to add: left, right, top or bottom.")
        return self


OPERATION = Operation(
    "outpaint",
    "Extend",
    "Your picture with more around it.",
    MediaKind.IMAGE,
    Outpaint,
    roles=(InputRole("source", MediaKind.IMAGE, title="Picture"),),
)
