"""Fits the settings of a request to a model: by its names and words, the nearest it can do, or a notice that it cannot."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from photoplay.catalog._catalog import Offer
from photoplay.catalog.common_settings import CommonSetting, common_settings
from photoplay.catalog.forms import InvalidParams, check_params, form_of
from photoplay.catalog.nearest import Form, duration_fields, frame_fields, is_exact, resolution_fields
from photoplay.providers import Json, Limits, Notice


@dataclass(frozen=True)
class Fitted:
    """The params as the model takes them, defaults filled in, and what became of the settings that it lacks."""

    params: Mapping[str, Json]
    notices: tuple[Notice, ...]


def fit(offer: Offer, operation: str, asked: Mapping[str, Json]) -> Fitted:
    """Fits what was asked for to a model. Raises `InvalidParams`: an unknown setting, or a value that no model would take."""
    fitting = _Fitting(offer, operation)
    for name, value in asked.items():
        fitting.take(name, value)
    fitting.place_lacking()
    return Fitted(check_params(offer, operation, fitting.params), tuple(fitting.notices))


@dataclass
class _Fitting:
    """One request on its way to one model. `lacking` has the settings that the model has no field for."""

    offer: Offer
    operation: str
    params: dict[str, Json] = field(default_factory=dict)
    lacking: dict[str, Json] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    @property
    def schema(self) -> Mapping[str, Any]:
        fields: Mapping[str, Any] = form_of(self.operation, self.offer.card).get("properties", {})
        return fields

    @property
    def name(self) -> str:
        return self.offer.card.name

    def take(self, name: str, value: Json) -> None:
        """Gives the model a setting that it has; keeps back one that it lacks."""
        common = common_settings().settings.get(name)
        own = self.offer.data.names.get(name, name)
        if own in self.schema and not self._is_said_better(name, own, value):
            self.params[own] = self._own_value(name, own, value)
        elif common is None:
            self.params[name] = value
        elif value is not None:
            if wrong := common.wrong(value):
                raise InvalidParams(f"Some settings do not fit {self.name}.", fields={name: wrong})
            self.lacking[name] = value

    def place_lacking(self) -> None:
        """Finds the nearest, puts into words, or leaves out, and says so."""
        self._place_frame()
        for name, value in self.lacking.items():
            common = common_settings().settings[name]
            how = self.offer.data.lacking.get(name, common.lacking)
            if how == "nearest" and name == "duration":
                self._place_duration(value)
            elif how == "nearest" and name == "resolution":
                self._place_resolution(value)
            elif not (how == "into-prompt" and self._say_in_prompt(common, value)):
                self._leave_out(name, common)

    def _own_value(self, name: str, own: str, value: Json) -> Json:
        words = self.offer.data.words.get(name, {})
        if isinstance(value, str) and value.lower() in words:
            return words[value.lower()]
        common, allowed = common_settings().settings.get(name), _bounds(self.schema[own])
        if common is None or value is None:
            return value
        if common.outside == "nearest" and isinstance(value, int | float) and not isinstance(value, bool):
            within = _within(value, allowed)
            if within != value:
                self._tell(f"{common.title}: {value} becomes {within}, the nearest that {self.name} takes.")
            return within
        alike = [option for option in allowed.get("enum", ()) if _plain(option) == _plain(value)]
        return value if value in alike or not alike else alike[0]

    def _is_said_better(self, name: str, own: str, value: Json) -> bool:
        """Whether the model has the setting, but no such value of it, and words can say it."""
        common, allowed = common_settings().settings.get(name), _bounds(self.schema[own])
        is_known = value is None or str(value).lower() in self.offer.data.words.get(name, {})
        if common is None or common.outside != "into-prompt" or is_known:
            return False
        is_other = isinstance(value, str) and "string" not in allowed["types"] and "enum" not in allowed
        named = [_plain(option) for option in allowed.get("enum", ())]
        return is_other or bool(named and _plain(value) not in named)

    def _place_frame(self) -> None:
        """Width and height are one thing: an aspect and a size."""
        sides = {name: self.lacking.pop(name) for name in ("width", "height") if name in self.lacking}
        width, height = (
            int(side) if isinstance(side := sides.get(name), int | float) else None for name in ("width", "height")
        )
        if not sides:
            return
        if any(side is not None and side < 1 for side in (width, height)):
            raise InvalidParams(
                f"Some settings do not fit {self.name}.", fields=dict.fromkeys(sides, "At least 1 pixel.")
            )
        found = frame_fields(self._form(), width=width, height=height)
        asked = f"{width} x {height} pixels" if width and height else f"{' '.join(sides)} {width or height}"
        self._fill(found, asked, is_exact=is_exact(found, width=width, height=height))

    def _place_resolution(self, value: Json) -> None:
        found = resolution_fields(self._form(), str(value), self.params.get("aspect"))
        if found is None:
            wrong = {"resolution": 'Say it as "1920x1080", "1080p" or "2K".'}
            raise InvalidParams(f"Some settings do not fit {self.name}.", fields=wrong)
        self._fill(found, f"Resolution {value}", is_exact=str(value) in [str(one) for one in found.values()])

    def _place_duration(self, value: Json) -> None:
        seconds = float(value) if isinstance(value, int | float) else 0.0
        found = duration_fields(self._form(), seconds)
        self._fill(found, f"{seconds:g} seconds", is_exact=found.get("duration_seconds") == seconds)

    def _fill(self, found: Mapping[str, Json], asked: str, *, is_exact: bool) -> None:
        """What was asked for in the model's own terms wins over what is derived."""
        if not found:
            self.notices.append(Notice("setting_ignored", f"{asked}: {self.name} decides this by itself."))
            return
        new = {name: value for name, value in found.items() if name not in self.params}
        self.params.update(new)
        if not is_exact:
            chosen = ", ".join(f"{name.removesuffix('_seconds')} {self.params[name]}" for name in found)
            self._tell(f"{asked} becomes {chosen} on {self.name}.")

    def _say_in_prompt(self, common: CommonSetting, value: Json) -> bool:
        if "prompt" not in self.schema or self.operation in common_settings().literal_prompts or not common.words:
            return False
        said = common.words.format(value=str(value).replace("-", " ").replace("_", " "))
        prompt = str(self.params.get("prompt") or "").strip()
        longer = f"{prompt.rstrip('.')}. {said}" if prompt else said
        if len(longer) > self._form().limits.prompt_characters:
            return False
        self.params["prompt"] = longer
        self._tell(f'{self.name} has no such setting, so "{said}" was added to the words.')
        return True

    def _leave_out(self, name: str, common: CommonSetting) -> None:
        message = f"{common.title} ({name}) is left out: {self.name} has no such setting."
        self.notices.append(Notice("setting_ignored", message))

    def _tell(self, message: str) -> None:
        self.notices.append(Notice("setting_translated", message))

    def _form(self) -> Form:
        is_text = "size" in self.schema and "integer" not in _bounds(self.schema["size"])["types"]
        limits = self.offer.card.limits.get(self.operation, Limits())
        named = {name: tuple(_bounds(self.schema.get(name, {})).get("enum", ())) for name in ("aspect", "size")}
        limits = replace(limits, aspects=limits.aspects or named["aspect"], sizes=limits.sizes or named["size"])
        return Form(frozenset(self.schema), limits, sizes_are_text=is_text)


def _bounds(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Minimum, maximum and enum of a field, also of one that may be empty, and its `types`."""
    options = [part, *part.get("anyOf", ())]
    found = {key: option[key] for option in options for key in ("minimum", "maximum", "enum") if key in option}
    return {**found, "types": [option["type"] for option in options if "type" in option]}


def _within(value: float, allowed: Mapping[str, Any]) -> float:
    """The nearest value that a number field takes."""
    within: float = min(max(value, allowed.get("minimum", value)), allowed.get("maximum", value))
    is_whole = "integer" in allowed["types"] and "number" not in allowed["types"]
    return round(within) if is_whole else within


def _plain(value: Json) -> str:
    """A word without what vendors write differently: "K_EULER" is "k-euler"."""
    return str(value).lower().replace("_", "-").replace(" ", "-")
