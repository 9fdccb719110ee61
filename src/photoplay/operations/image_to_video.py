"""A film that begins with a picture."""

from pydantic import Field

from photoplay.operations._fields import DurationSeconds, Seed, Size
from photoplay.operations._operation import InputRole, MediaKind, Operation, Params


class ImageToVideo(Params):
    """The aspect is that of the picture; `size` (lines: "720p") and `duration_seconds` are narrowed by the model's card."""

    prompt: str = Field(
        default="", max_length=4000, description="What should move, in words.", json_schema_extra={"format": "prompt"}
    )
    size: Size = "720p"
    duration_seconds: DurationSeconds = 8
    seed: Seed = None


OPERATION = Operation(
    "image-to-video",
    "Animate",
    "A film that begins with your picture.",
    MediaKind.VIDEO,
    ImageToVideo,
    roles=(
        InputRole("source", MediaKind.IMAGE, title="First frame"),
        InputRole("last", MediaKind.IMAGE, required=False, title="Last frame"),
    ),
)
