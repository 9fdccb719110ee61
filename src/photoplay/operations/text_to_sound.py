"""A sound from words."""

from photoplay.operations._fields import DurationSeconds, Prompt
from photoplay.operations._operation import MediaKind, Operation, Params


class TextToSound(Params):
    """`duration_seconds` is narrowed by the limits of the model's card."""

    prompt: Prompt
    duration_seconds: DurationSeconds = 5


OPERATION = Operation("text-to-sound", "Sound", "A sound or noise from words.", MediaKind.AUDIO, TextToSound)
