"""From the JSON schema of what may be set to the controls a page shows, and from a posted form back to typed params."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from photoplay.web.setting_words import setting_words

Kind = Literal[
    "segments", "aspects", "menu", "palette", "seed", "slider", "light", "number", "text", "toggle", "plain", "voice"
]
Scalar = str | int | float | bool | None

_MOST_SEGMENTS = 5
_MOST_ASPECT_WORDS = 4
_MOST_ASPECTS = 9
_LETTERS_IN_HALF = 22
_LETTERS_IN_ROW = 56
_NEVER_SECOND = ("segments", "toggle")


@dataclass(frozen=True)
class Choice:
    """One value of a menu, as sent and as read. `swatches` are colours to show beside it."""

    value: str
    label: str
    swatches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Control:
    """One setting. `value` is as it stands in the form: an empty string is "not set"."""

    name: str
    label: str
    kind: Kind
    type: Literal["string", "integer", "number", "boolean"]
    value: str
    about: str = ""
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    unit: str = ""
    may_be_empty: bool = False
    is_required: bool = False
    """Whether nothing can be ordered while it is empty."""
    samples: tuple[tuple[str, str], ...] = ()
    """Of voices: where each can be heard, by value."""

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return next((choice.label for choice in self.choices if choice.value == self.value), self.value)

    @property
    def is_half(self) -> bool:
        """Whether half a row is enough for it."""
        if self.kind == "segments":
            return sum(len(choice.label) + 3 for choice in self.choices) <= _LETTERS_IN_HALF
        return self.kind in ("menu", "palette", "seed", "plain", "number", "toggle")


def controls_of(schema: Mapping[str, Any], values: Mapping[str, Scalar] | None = None) -> list[Control]:
    """The controls for an operation's schema, in the order people read them; the prompt has its own place."""
    properties: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
    names = sorted((name for name in properties if name != "prompt"), key=setting_words().place)
    required = schema.get("required", ())
    controls = [_control(name, _flat(properties[name], schema), (values or {}).get(name)) for name in names]
    return [replace(one, is_required=one.name in required and one.kind in ("text", "number")) for one in controls]


def is_light(control: Control) -> bool:
    """Whether this stands beside the live picture (the hour, the haze), as its schema says: `"x-control": "light"`."""
    return control.kind == "light"


def is_usual(control: Control) -> bool:
    """Whether it is shown at once; the others stand under "More settings"."""
    return control.is_required or control.name in setting_words().usual


def rows_of(controls: Iterable[Control]) -> list[tuple[Control, ...]]:
    """Pairs of controls that need half a row, and single ones. The second has its label inside, so no segments."""
    rows: list[tuple[Control, ...]] = []
    for control in controls:
        last = rows[-1] if rows else ()
        is_pair = len(last) == 1 and last[0].is_half and control.is_half
        if is_pair and control.kind not in _NEVER_SECOND:
            rows[-1] = (last[0], control)
        elif is_pair and last[0].kind not in _NEVER_SECOND:
            rows[-1] = (control, last[0])
        else:
            rows.append((control,))
    return rows


def params_of(schema: Mapping[str, Any], form: Mapping[str, object]) -> dict[str, Scalar]:
    """The params of a posted form, typed by the schema. Empty and unknown fields are left out, so defaults hold."""
    params: dict[str, Scalar] = {}
    for name, field in schema.get("properties", {}).items():
        value = form.get(name)
        if isinstance(value, str) and value != "":
            params[name] = _typed(value, _type_of(_flat(field, schema)))
    return params


def _flat(field: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    flat = dict(field)
    branches = [*flat.pop("anyOf", []), *flat.pop("allOf", []), {"$ref": flat.pop("$ref", None)}]
    for branch in (_named(branch, schema) for branch in branches):
        if branch.get("type") == "null":
            flat["nullable"] = True
        else:
            flat = {**{key: value for key, value in branch.items() if key != "title" and value is not None}, **flat}
    return flat


def _named(branch: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = branch.get("$ref")
    if not reference:
        return branch
    found: Mapping[str, Any] = schema.get("$defs", {}).get(reference.rsplit("/", 1)[-1], {})
    return found


def _control(name: str, field: Mapping[str, Any], given: Scalar) -> Control:
    value = given if given is not None else field.get("default")
    text = _text(value)
    choices = _choices(name, field)
    if "x-samples" in field and text and text not in {choice.value for choice in choices}:
        choices = (Choice(text, text), *choices)
    if choices and text not in {choice.value for choice in choices}:
        text = choices[0].value
    return Control(
        name=name,
        label=_label(name, field),
        kind=_kind(name, field, choices),
        type=_type_of(field),
        value=text,
        about=str(field.get("description", "")),
        choices=choices,
        minimum=field.get("minimum", field.get("exclusiveMinimum")),
        maximum=field.get("maximum", field.get("exclusiveMaximum")),
        step=field.get("multipleOf", field.get("x-step")),
        unit=_unit(name, field),
        may_be_empty=bool(field.get("nullable")),
        samples=tuple(field.get("x-samples", {}).items()),
    )


def _kind(name: str, field: Mapping[str, Any], choices: Sequence[Choice]) -> Kind:
    if name == "seed":
        return "seed"
    if field.get("x-control") == "light":
        return "light"
    if "x-samples" in field:
        return "voice"
    if choices:
        return _kind_of_choice(name, field, choices)
    match _type_of(field):
        case "boolean":
            return "toggle"
        case "integer" | "number":
            bounded = "minimum" in field and "maximum" in field and not field.get("nullable")
            return "slider" if bounded else "number"
        case _:
            return "text"


def _kind_of_choice(name: str, field: Mapping[str, Any], choices: Sequence[Choice]) -> Kind:
    if len(choices) == 1:
        return "plain"
    if any(choice.swatches for choice in choices):
        return "palette"
    if name == "aspect" and len(choices) > _MOST_ASPECT_WORDS:
        return "aspects" if len(choices) <= _MOST_ASPECTS else "menu"
    is_wide = len(choices) * (max(len(choice.label) for choice in choices) + 2) > _LETTERS_IN_ROW
    return "menu" if field.get("nullable") or is_wide or len(choices) > _MOST_SEGMENTS else "segments"


def _choices(name: str, field: Mapping[str, Any]) -> tuple[Choice, ...]:
    values = field.get("enum") or ([field["const"]] if "const" in field else [])
    if not values:
        return ()
    labels, swatches, unit = field.get("x-labels", {}), field.get("x-swatches", {}), _unit(name, field)
    empty = (Choice("", str(field.get("x-empty", "Auto"))),) if field.get("nullable") else ()
    return empty + tuple(
        Choice(
            _text(value), labels.get(_text(value)) or _spoken(name, value, unit), tuple(swatches.get(_text(value), ()))
        )
        for value in values
        if value is not None
    )


def _label(name: str, field: Mapping[str, Any]) -> str:
    own = field.get("x-label") or setting_words().labels.get(name)
    title = str(own or name.removesuffix("_seconds").replace("_", " "))
    return title[:1].upper() + title[1:]


def _unit(name: str, field: Mapping[str, Any]) -> str:
    return str(field.get("x-unit") or setting_words().units.get(name) or ("s" if name.endswith("_seconds") else ""))


def _type_of(field: Mapping[str, Any]) -> Literal["string", "integer", "number", "boolean"]:
    match field.get("type"):
        case "integer":
            return "integer"
        case "number":
            return "number"
        case "boolean":
            return "boolean"
        case _:
            return _type_of_values(field.get("enum") or [field.get("const")])


def _type_of_values(values: Sequence[object]) -> Literal["string", "integer", "number"]:
    numbers = [value for value in values if isinstance(value, int | float)]
    if not numbers or len(numbers) < len(values):
        return "string"
    return "integer" if all(isinstance(value, int) for value in numbers) else "number"


def _spoken(name: str, value: object, unit: str) -> str:
    text = _text(value)
    if (word := setting_words().value(name, text)) is not None:
        return word
    if unit:
        return f"{text} {unit}"
    words = text.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:] if text.islower() and not text[0].isdigit() else text


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else ""
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def _typed(text: str, kind: Literal["string", "integer", "number", "boolean"]) -> Scalar:
    try:
        match kind:
            case "integer":
                return int(text)
            case "number":
                return float(text)
            case "boolean":
                return text in ("true", "on", "1")
            case "string":
                return text
    except ValueError:
        return text
