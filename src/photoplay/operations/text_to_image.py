"""A picture from words."""

from photoplay.operations._fields import Aspect, Prompt, Seed
from photoplay.operations._operation import MediaKind, Operation, Params


class TextToImage(Params):
    """`aspect` and `size` are narrowed by the limits of the model's card; `size` is the longer edge in pixels."""

    prompt: Prompt
    aspect: Aspect = "1:1"
    size: int = 1024
    seed: Seed = None


OPERATION = Operation("text-to-image", "Image", "A picture from words.", MediaKind.IMAGE, TextToImage)
