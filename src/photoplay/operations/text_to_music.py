"""Music from words."""

from photoplay.operations._fields import DurationSeconds, Prompt, Seed
from photoplay.operations._operation import MediaKind, Operation, Params


class TextToMusic(Params):
    """`duration_seconds` is narrowed by the limits of the model's card."""

    prompt: Prompt
    duration_seconds: DurationSeconds = 15
    seed: Seed = None


OPERATION = Operation("text-to-music", "Music", "A piece of music from words.", MediaKind.AUDIO, TextToMusic)
