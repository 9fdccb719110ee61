"""Presets: named parts of a request, and what they make of one. Those of the studio are data in `presets.toml`."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from photoplay.providers import Json

PresetCategory = Literal["own", "motif", "style_pack", "mood", "cinematography"]
CATEGORIES: Final[tuple[PresetCategory, ...]] = get_args(PresetCategory)
"""In the order in which they change the words: what is asked for first, how it is filmed last."""
PLACE: Final = "{prompt}"
"""Where the words of a request go inside the words of a preset."""
_MUSIC: Final = "text-to-music"
_ENDS: Final = (".", "!", "?", "。")


class Sketch(BaseModel):
    """The tile of a preset: sky from top to horizon, light, ground. Places and sizes are shares of the tile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    colors: tuple[str, str, str, str] = ("#6f93ad", "#e6d3b8", "#fff0d0", "#4f5f4c")
    horizon: float = 0.68
    sun: tuple[float, float, float] = (0.68, 0.4, 0.1)
    figure: float = 0
    x: float = 0.42
    tilt: float = 0
    bars: bool = False
    move: Literal["in", "out", "right", "up", "around"] | None = None


class Preset(BaseModel):
    """A named part of a request. `words` go after those of the request, or around them where they hold `{prompt}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    category: PresetCategory
    operations: tuple[str, ...]
    words: str = ""
    words_for_music: str | None = None
    params: Mapping[str, Any] = Field(default_factory=dict)
    model: str | None = None
    sketch: Sketch = Sketch()

    def words_on(self, operation: str) -> str:
        """What it adds to the words of such a request."""
        return self.words_for_music or self.words if operation == _MUSIC else self.words


@dataclass(frozen=True)
class Draft:
    """As much of a request as a preset can change. `model` may be "auto"."""

    operation: str
    model: str
    params: Mapping[str, Json]

    @property
    def prompt(self) -> str:
        """Its words; empty where there are none."""
        return str(self.params.get("prompt") or "")


def apply_presets(draft: Draft, presets: Iterable[Preset]) -> Draft:
    """The request with all of these applied, in the order of their categories; twice is once.

    What the request says itself wins: a preset fills in settings that are not there, and a model where it is "auto".
    """
    for preset in in_order(presets):
        draft = _apply(draft, preset)
    return draft


def in_order(presets: Iterable[Preset]) -> list[Preset]:
    """Each once, in the order in which they are applied."""
    once = {preset.name: preset for preset in presets}
    return sorted(once.values(), key=lambda preset: CATEGORIES.index(preset.category))


@cache
def studio_presets() -> Mapping[str, Preset]:
    """The presets that come with the studio, by name, in the order of the file."""
    tables = tomllib.loads((resources.files("photoplay.catalog") / "presets.toml").read_text("utf-8"))
    groups: Mapping[str, list[str]] = tables["for"]
    return {entry["name"]: _preset(entry, groups) for entry in tables["preset"]}


def _preset(entry: dict[str, Any], groups: Mapping[str, list[str]]) -> Preset:
    operations = [*groups[entry.pop("for")], *([_MUSIC] if "words_for_music" in entry else [])]
    return Preset.model_validate({**entry, "operations": operations})


def _apply(draft: Draft, preset: Preset) -> Draft:
    params = {**preset.params, **draft.params}
    prompt = _worded(draft.prompt, preset.words_on(draft.operation))
    if prompt or "prompt" in params:
        params["prompt"] = prompt
    model = preset.model if preset.model and draft.model == "auto" else draft.model
    return replace(draft, model=model, params=params)


def _worded(prompt: str, words: str) -> str:
    """The prompt with the words around or behind it; as it is where it has them already."""
    before, place, after = words.strip().partition(PLACE)
    if not place:
        before, after = "", words.strip()
    if not words.strip() or (before.strip() in prompt and after.strip(" ,.") in prompt):
        return prompt
    if place:
        return (
            re.sub(r"\s+", " ", f"{before}{prompt.strip()}{after}").strip() if prompt.strip() else _bare(before, after)
        )
    return _behind(prompt.strip(), after)


def _bare(before: str, after: str) -> str:
    """A frame around nothing, without the commas that stood at the empty place."""
    return " ".join(part for part in (before.strip(" ,"), after.strip(" ,")) if part)


def _behind(prompt: str, words: str) -> str:
    if not prompt:
        return words
    if prompt.endswith(_ENDS):
        return f"{prompt} {words[:1].upper()}{words[1:]}"
    return f"{prompt.rstrip(' ,;')}, {words}"
