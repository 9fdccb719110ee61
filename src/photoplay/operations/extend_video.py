"""A film that goes on where another one ends."""

from pydantic import Field

from photoplay.operations._fields import Prompt, Seed
from photoplay.operations._operation import InputRole, MediaKind, Operation, Params


class ExtendVideo(Params):
    """`duration_seconds` is what is added, within the limits of the model's card."""

    prompt: Prompt
    duration_seconds: float = Field(default=5, gt=0, le=60, description="How many seconds are added.")
    seed: Seed = None


OPERATION = Operation(
    "extend-video",
    "Continue",
    "Your film, going on where it ended.",
    MediaKind.VIDEO,
    ExtendVideo,
    roles=(InputRole("source", MediaKind.VIDEO, title="Film"),),
)
