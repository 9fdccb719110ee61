"""What the Create page shows before anything is pressed: kinds, models, settings, suggestions, and the price of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from photoplay.catalog import ModelView, Suggestion
from photoplay.web.forms import Control, Scalar, controls_of, is_light, rows_of


@dataclass(frozen=True)
class Kind:
    """One kind of media on Create: its operation, its words. Kinds with the same `shares` share the prompt."""

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


KINDS = (
    Kind("image", "Image", "text-to-image", "image", "What should it show?", aspect="16:9"),
    Kind("video", "Video", "text-to-video", "film", "What should happen?"),
    Kind(
        "speech", "Speech", "text-to-speech", "mic", "What should be said?",
        "Your words, read aloud.", "Spoken on this machine, word for word.", "speech",
    ),
    Kind(
        "music", "Music", "text-to-music", "music", "How should it sound?",
        "A mood, a tempo, an instrument.", "Played and mixed on this machine.", "music",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Composer:
    """The form and what it stands on. `lights` are the settings beside the picture; without any, no live canvas."""

    kind: Kind
    model: ModelView
    models: tuple[ModelView, ...]
    rows: tuple[tuple[Control, ...], ...]
    lights: tuple[Control, ...]
    suggested: Mapping[str, list[Suggestion]]
    prompt: str
    prompt_characters: int

    @property
    def context(self) -> dict[str, object]:
        """What the template `_composer.html` wants of it."""
        price = self.model.price_text
        held = "Runs on this machine." if price == "Free" else f"{price}. Held now, billed when it arrives."
        return {**self.__dict__, "kinds": KINDS, "price": price, "sum": held}


def kind_named(name: str | None) -> Kind:
    """The kind of this name; the first where there is none."""
    return next((kind for kind in KINDS if kind.name == name), KINDS[0])


def kind_of(operation: str) -> Kind:
    """The kind that an operation belongs to."""
    return next((kind for kind in KINDS if kind.operation == operation), KINDS[0])


def compose(
    kind: Kind,
    models: Sequence[ModelView],
    suggestions: Sequence[Suggestion],
    *,
    model_id: str | None = None,
    values: Mapping[str, Scalar] | None = None,
) -> Composer:
    """The form of a kind on a model, filled with `values` where given. `models` do the kind and are at least one."""
    model = next((model for model in models if model.id == model_id), models[0])
    schema = model.form[kind.operation]
    controls = controls_of(schema, {"aspect": kind.aspect, **(values or {})})
    suggested: dict[str, list[Suggestion]] = {}
    for suggestion in suggestions:
        if suggestion.operation == kind.operation:
            suggested.setdefault(suggestion.category, []).append(suggestion)
    return Composer(
        kind=kind,
        model=model,
        models=tuple(models),
        rows=tuple(rows_of(control for control in controls if not is_light(control))),
        lights=tuple(control for control in controls if is_light(control)),
        suggested=suggested,
        prompt=str((values or {}).get("prompt") or ""),
        prompt_characters=int(schema.get("properties", {}).get("prompt", {}).get("maxLength", 4000)),
    )
