"""A spoken voice from a text."""

from photoplay.operations._fields import Prompt
from photoplay.operations._operation import MediaKind, Operation, Params


class TextToSpeech(Params):
    """`prompt` is the text that is spoken, word for word."""

    prompt: Prompt


OPERATION = Operation("text-to-speech", "Speech", "A voice that speaks your text.", MediaKind.AUDIO, TextToSpeech)
