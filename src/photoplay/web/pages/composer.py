"""What the Create page shows before anything is pressed: kinds, inputs, models, settings, suggestions, and the price of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeGuard
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from photoplay import catalog
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio
from photoplay.catalog import ModelView, Suggestion, UnknownModel, VoiceView
from photoplay.generation import GenerationRequest
from photoplay.operations import Operation, find_operation
from photoplay.web.forms import Scalar, controls_of, is_light, is_usual, rows_of
from photoplay.web.pages.inputs import Given, Slot, given_of, references_of, slots_of
from photoplay.web.pages.kinds import (
    KINDS,
    Kind,
    Way,
    ask_of,
    first_values,
    kind_named,
    kind_of,
    operation_for,
    ways_for,
)
from photoplay.web.pages.model_groups import (
    AUTO_CHOICES,
    AutoChoice,
    auto_schema,
    models_for,
    named_choice,
)
from photoplay.web.pages.voices import with_voices

_MOST_INPUTS: Final = 32


@dataclass(frozen=True)
class Asked:
    """What the address of the page, or a form without scripts, asks for. Empty: what the studio begins with."""

    kind: str | None = None
    operation: str | None = None
    model: str | None = None
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Composer:
    """The form and what it stands on. `lights` are the settings beside the picture; without any, no live canvas.

    `choice` is the model, or how the studio chooses it; None where no model does the operation.
    """

    kind: Kind
    operation: Operation
    choice: ModelView | AutoChoice | None
    models: tuple[ModelView, ...]
    schema: Mapping[str, Any]
    slots: tuple[Slot, ...]
    spare: tuple[Given, ...]
    voices: tuple[VoiceView, ...] = ()
    """Those of the model's vendor, where the vendor lists them."""

    @property
    def model(self) -> ModelView | None:
        """The model, where one is named."""
        return self.choice if isinstance(self.choice, ModelView) else None

    @property
    def auto(self) -> AutoChoice | None:
        """How the studio chooses, where it does."""
        return self.choice if isinstance(self.choice, AutoChoice) else None

    @property
    def model_value(self) -> str:
        """The choice as the form carries it."""
        if self.auto is not None:
            return self.auto.value
        return self.model.id if self.model else ""

    @property
    def given(self) -> tuple[Given, ...]:
        """The inputs, the ones in use first."""
        return (*(one for slot in self.slots for one in slot.given), *self.spare)

    @property
    def takes_words(self) -> bool:
        """Whether there is a prompt."""
        return "prompt" in self.schema.get("properties", {})

    @property
    def ways(self) -> tuple[Way, ...]:
        """The operations to choose from; the present one is always among them."""
        media = self.given[0].kind if self.given else None
        fitting = ways_for(self.kind, media)
        present = (way for way in ways_for(self.kind, None) if way.operation == self.operation.name)
        return fitting if any(way.operation == self.operation.name for way in fitting) else (*fitting, *present)

    def address(self, kind: Kind | None = None) -> str:
        """What the address of the page says of all this; of another kind, with the inputs that it can take."""
        other = kind is not None and kind is not self.kind
        asked: list[tuple[str, str]] = [("kind", (kind or self.kind).name)]
        if not other:
            asked += [("operation", self.operation.name), ("model", self.model_value)]
            asked += [("input", one.value) for one in self.given]
        elif kind is not None and kind.others:
            asked += [("input", one.reference) for one in self.given if one.role != "mask" and _goes(one, kind)]
        return urlencode(asked)

    def address_of(self, way: Way) -> str:
        """The address of another operation, with the same inputs and, where it does that too, the same model."""
        asked = [("kind", way.kind), ("operation", way.operation), ("model", self.model_value)]
        return urlencode([*asked, *(("input", one.value) for one in self.given)])

    @property
    def heir_address(self) -> str | None:
        """The address of the same with the heir of a model that has ended; None where there is nothing to inherit."""
        life = self.model.lifecycle if self.model else None
        if life is None or life.can_order or life.heir is None:
            return None
        asked = [("kind", self.kind.name), ("operation", self.operation.name), ("model", life.heir)]
        return urlencode([*asked, *(("input", one.value) for one in self.given)])

    def request(self, params: Mapping[str, Any], presets: Sequence[str]) -> GenerationRequest:
        """What the form asks for."""
        return GenerationRequest(
            operation=self.operation.name,
            model=catalog.AUTO if self.auto else self.model_value,
            prefer=self.auto.prefer if self.auto else "cheapest",
            params=dict(params),
            inputs=references_of(self.slots),
            presets=list(presets),
            second_thought=True,
        )

    def context(self, values: Mapping[str, Scalar]) -> dict[str, object]:
        """What the template `_composer.html` wants of it, filled with `values`."""
        usual = {} if self.slots else {"aspect": self.kind.aspect}
        schema = self.schema
        if self.model is not None and self.voices:
            schema = with_voices(schema, self.model.provider, self.voices)
        controls = controls_of(schema, {**usual, **first_values(self.operation.name), **values})
        settings = [control for control in controls if not is_light(control)]
        prompt = self.schema.get("properties", {}).get("prompt", {})
        return {
            "composer": self,
            "kind": self.kind,
            "kinds": KINDS,
            "operation": self.operation,
            "ways": self.ways,
            "way": next(way for way in self.ways if way.operation == self.operation.name),
            "ask": ask_of(self.kind, self.operation.name),
            "is_wordless": "prompt" not in self.schema.get("required", ()),
            "model": self.model,
            "auto": self.auto,
            "auto_choices": AUTO_CHOICES,
            "slots": self.slots,
            "spare": self.spare,
            "rows": rows_of(control for control in settings if is_usual(control)),
            "more_rows": rows_of(control for control in settings if not is_usual(control)),
            "lights": [control for control in controls if is_light(control)],
            "suggested": _suggested(self.operation.name),
            "prompt": str(values.get("prompt") or ""),
            "prompt_characters": int(prompt.get("maxLength", 4000)),
            "price": self.model.price_text if self.model else "",
        }


def compose(session: Session, studio: Studio, viewer: Viewer, asked: Asked) -> Composer:
    """The form for what is asked, with the nearest that there is where it is not there. Reads assets and vendors' accounts."""
    given = given_of(session, viewer, asked.inputs[:_MOST_INPUTS])
    first = sorted(given, key=lambda one: one.role != "source")
    media = [one.kind for one in first]
    wanted = asked.operation or (_done_by(studio, asked.model, media) if asked.kind is None else None)
    kind = kind_of(wanted) if wanted and asked.kind is None else kind_named(asked.kind)
    operation = find_operation(operation_for(kind, wanted, media))
    models = models_for(session, studio, operation.name)
    choice = named_choice(asked.model, models)
    limits = None
    if isinstance(choice, ModelView):
        card = studio.runtime.catalog.find(choice.id).card
        limits = card.limits[operation.name].input_count if operation.name in card.limits else {}
        schema = choice.form[operation.name] if choice.lifecycle.can_order else _words_of(choice.form[operation.name])
    else:
        schema = auto_schema(operation.name)
    slots, spare = slots_of(operation, first, limits)
    voices = tuple(catalog.voices_of(session, choice.provider)) if _has_voices(choice, schema) else ()
    return Composer(kind_of(operation.name), operation, choice, tuple(models), schema, slots, spare, voices)


def _has_voices(choice: ModelView | AutoChoice | None, schema: Mapping[str, Any]) -> TypeGuard[ModelView]:
    """Whether the model speaks with a voice that is named by an id, of which the vendor may know the name."""
    voice = schema.get("properties", {}).get("voice", {})
    return isinstance(choice, ModelView) and voice.get("type") == "string" and "enum" not in voice


def _goes(given: Given, kind: Kind) -> bool:
    """Whether an input may go along to another kind: sounds among sounds, pictures and films among those."""
    return (given.kind == "audio") == (kind.media == "audio")


def _words_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A form with a prompt alone, where it has one: what has ended has nothing to set."""
    return {**schema, "properties": {name: one for name, one in schema["properties"].items() if name == "prompt"}}


def _done_by(studio: Studio, model: str | None, media: Sequence[str]) -> str | None:
    """What a model that alone is named can do with these inputs; None where none or an unknown one is named."""
    try:
        able = studio.runtime.catalog.find(model or "").card.operations
    except UnknownModel:
        return None
    fitting = [way.operation for kind in KINDS for way in ways_for(kind, media[0] if media else None)]
    return next((name for name in fitting if name in able), None)


def _suggested(operation: str) -> dict[str, list[Suggestion]]:
    """The prompts to begin with, by category."""
    suggested: dict[str, list[Suggestion]] = {}
    for suggestion in catalog.suggestions():
        if suggestion.operation == operation:
            suggested.setdefault(suggestion.category, []).append(suggestion)
    return suggested
