"""The subject of a picture on a transparent ground."""

from photoplay.operations._operation import InputRole, MediaKind, Operation, Params


class RemoveBackground(Params):
    """Takes nothing but the picture."""


OPERATION = Operation(
    "remove-background",
    "Cut out",
    "The subject of a picture on a transparent ground.",
    MediaKind.IMAGE,
    RemoveBackground,
    roles=(InputRole("source", MediaKind.IMAGE),),
)
