"""A film changed by words."""

from photoplay.operations._fields import Prompt, Seed
from photoplay.operations._operation import InputRole, MediaKind, Operation, Params


class VideoToVideo(Params):
    """The length is that of the source, within the limits of the model's card."""

    prompt: Prompt
    seed: Seed = None


OPERATION = Operation(
    "video-to-video",
    "Change",
    "Your film, changed as the words say.",
    MediaKind.VIDEO,
    VideoToVideo,
    roles=(
        InputRole("source", MediaKind.VIDEO, title="Film"),
        InputRole("reference", MediaKind.IMAGE, required=False, most=4, title="Pictures to draw from"),
    ),
)
