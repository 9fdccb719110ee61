"""A film with what pictures show, which need not be in its first moment."""

from photoplay.operations._fields import Aspect, DurationSeconds, Prompt, Seed, Size
from photoplay.operations._operation import InputRole, MediaKind, Operation, Params


class ReferenceToVideo(Params):
    """`aspect`, `size` (lines: "720p") and `duration_seconds` are narrowed by the limits of the model's card."""

    prompt: Prompt
    aspect: Aspect = "16:9"
    size: Size = "720p"
    duration_seconds: DurationSeconds = 8
    seed: Seed = None


OPERATION = Operation(
    "reference-to-video",
    "From pictures",
    "A film with the people, things and places of your pictures.",
    MediaKind.VIDEO,
    ReferenceToVideo,
    roles=(InputRole("reference", MediaKind.IMAGE, most=9, title="Picture"),),
)
