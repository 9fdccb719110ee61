"""A sound or a piece of music made anew from another one."""

from photoplay.operations._fields import DurationSeconds, Prompt, Seed
from photoplay.operations._operation import InputRole, MediaKind, Operation, Params


class AudioToAudio(Params):
    """`duration_seconds` is the length of the result, narrowed by the limits of the model's card."""

    prompt: Prompt
    duration_seconds: DurationSeconds = 15
    seed: Seed = None


OPERATION = Operation(
    "audio-to-audio",
    "Rework",
    "Your music or sound, made anew as the words say.",
    MediaKind.AUDIO,
    AudioToAudio,
    roles=(InputRole("source", MediaKind.AUDIO, title="Sound"),),
)
