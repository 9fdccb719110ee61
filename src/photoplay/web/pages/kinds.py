"""The kinds of media on Create and the operations behind each: the one from words alone first, those with inputs after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from photoplay.operations import MediaKind, Operation, find_operation


@dataclass(frozen=True)
class Kind:
    """One kind of media on Create: its operations, its words. Kinds with the same `shares` share the prompt."""

    name: str
    word: str
    operation: str
    icon: str
    ask: str
    teach: str = ""
    note: str = ""
    shares: str = "picture"
    aspect: str | None = None
    """The aspect to begin with, where the model has it."""
    media: str = "image"
    others: tuple[str, ...] = ()
    """Its other operations, in the order people look for them."""

    @property
    def add_word(self) -> str:
        """What the button says that adds an input; empty where none of its operations takes one."""
        if not self.others:
            return ""
        return {"image": "Add a picture", "video": "Add a file", "audio": "Add a sound"}[self.media]

    @property
    def operations(self) -> tuple[str, ...]:
        """All of them, the one from words alone first."""
        return (self.operation, *self.others)


KINDS = (
    Kind(
        "image", "Image", "text-to-image", "image", "What should it show?",
        "What you make stands here, as large as it fits.", aspect="16:9",
        others=(
            "stock-image", "image-to-image", "inpaint", "erase", "search-and-replace", "outpaint",
            "upscale", "remove-background", "control-image",
        ),
    ),
    Kind(
        "video", "Video", "text-to-video", "film", "What should happen?",
        "What you make plays here.", media="video",
        others=("stock-video", "image-to-video", "reference-to-video", "video-to-video", "extend-video"),
    ),
    Kind(
        "speech", "Speech", "text-to-speech", "mic", "What should be said?",
        "Your words, read aloud.", "Word for word.", "speech", media="audio",
    ),
    Kind(
        "music", "Music", "text-to-music", "music", "How should it sound?",
        "A mood, a tempo, an instrument.", "Made from your words.", "music", media="audio",
        others=("audio-to-audio",),
    ),
    Kind(
        "sound", "Sound", "text-to-sound", "volume-2", "What should be heard?",
        "Rain on a tin roof, a door, a crowd.", "A sound or noise from your words.", "sound", media="audio",
    ),
)  # fmt: skip

_FIRST_WORD = "From words"
_ASKS = {
    "stock-image": "What should be found?",
    "stock-video": "What should be found?",
    "image-to-image": "What should change?",
    "inpaint": "What should be there instead?",
    "outpaint": "What lies beyond the edges?",
    "search-and-replace": "What should come there?",
    "image-to-video": "What should move?",
    "reference-to-video": "What happens with them?",
    "video-to-video": "What should change?",
    "extend-video": "What happens next?",
    "audio-to-audio": "How should it sound instead?",
}

_FIRST_VALUES: Mapping[str, Mapping[str, int]] = {"outpaint": {"left": 256, "right": 256}}


def kind_named(name: str | None) -> Kind:
    """The kind of this name; the first where there is none."""
    return next((kind for kind in KINDS if kind.name == name), KINDS[0])


def kind_of(operation: str) -> Kind:
    """The kind that an operation belongs to."""
    return next((kind for kind in KINDS if operation in kind.operations), KINDS[0])


def ask_of(kind: Kind, operation: str) -> str:
    """What the prompt asks for."""
    return _ASKS.get(operation, kind.ask)


def first_values(operation: str) -> Mapping[str, int]:
    """What stands in settings at first, where their own first value would do nothing."""
    return _FIRST_VALUES.get(operation, {})


@dataclass(frozen=True)
class Way:
    """One operation as it is offered beside others. `begins_with`: the kind of media it needs, "" where words do."""

    operation: str
    kind: str
    word: str
    about: str
    begins_with: str


def ways_for(kind: Kind, media: str | None) -> tuple[Way, ...]:
    """The operations that fit: with an input of this kind of media all that begin with it, else all of the kind."""
    if media is None:
        return tuple(_way(name) for name in kind.operations)
    first = sorted(KINDS, key=lambda one: one is not kind)
    return tuple(way for one in first for name in one.operations if (way := _way(name)).begins_with == media)


def operation_for(kind: Kind, wanted: str | None, media: Sequence[str]) -> str:
    """The operation to show: the wanted one where it can take the first input, else the first that can."""
    known = {name for one in KINDS for name in one.operations}
    wanted = wanted if wanted in known else None
    fits = [way.operation for way in ways_for(kind, media[0] if media else None)]
    if wanted is not None and (not media or wanted in fits or not fits):
        return wanted
    return fits[0] if fits else kind.operation


def _begins_with(operation: Operation) -> MediaKind | None:
    return next((role.kind for role in operation.roles if role.required), None)


def _way(name: str) -> Way:
    operation, kind = find_operation(name), kind_of(name)
    word = _FIRST_WORD if name == kind.operation else operation.title
    return Way(name, kind.name, word, operation.about, _begins_with(operation) or "")
