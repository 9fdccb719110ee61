"""The shape every operation has."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class MediaKind(StrEnum):
    """The kinds of media the studio keeps."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


class Params(BaseModel):
    """What a person may set for an operation. Unknown fields are refused; a model's own options are added by its card."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


@dataclass(frozen=True)
class InputRole:
    """One input an operation takes: its name on the wire ("source"), the kind of media, and whether it must be there.

    `most`: how many files may be given; a model's card may allow fewer. A mask is 8-bit, as large as the source, and what
    is white in it is painted anew.
    """

    name: str
    kind: MediaKind
    required: bool = True
    most: int = 1
    title: str = ""
    """As people read it: "Last frame". Empty: the name."""


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked for, such as `text-to-image`."""

    name: str
    title: str
    """As people read it: "Image", "Upscale"."""
    about: str
    """One plain sentence: what goes in and what comes out."""
    output: MediaKind
    params: type[Params]
    roles: tuple[InputRole, ...] = ()

    def role(self, name: str) -> InputRole | None:
        """The input role of this name, or None."""
        return next((role for role in self.roles if role.name == name), None)
