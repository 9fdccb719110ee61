"""A film from words."""

from photoplay.operations._fields import Aspect, DurationSeconds, Prompt, Seed, Size
from photoplay.operations._operation import MediaKind, Operation, Params


class TextToVideo(Params):
    """`aspect`, `size` (lines: "720p") and `duration_seconds` are narrowed by the limits of the model's card."""

    prompt: Prompt
    aspect: Aspect = "16:9"
    size: Size = "720p"
    duration_seconds: DurationSeconds = 8
    seed: Seed = None


OPERATION = Operation("text-to-video", "Video", "A film from words.", MediaKind.VIDEO, TextToVideo)
