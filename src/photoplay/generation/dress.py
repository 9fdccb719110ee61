"""Applies the presets that a request names, before the catalogue sees it."""

from dataclasses import dataclass
from typing import Final

from photoplay import catalog
from photoplay.accounts import Viewer
from photoplay.catalog import Draft, Preset
from photoplay.generation.runtime import Runtime
from photoplay.generation.schemas import MediaRequest
from photoplay.providers import Json, Notice

NAMING_PARAMS: Final = ("motif", "style_pack", "mood", "cinematography")
"""Params that every operation takes: each names presets of its category, or says in plain words what is wanted."""


@dataclass(frozen=True)
class Dressed:
    """A request with its presets applied. `words` is the prompt as it was asked for."""

    request: MediaRequest
    words: str
    presets: tuple[Preset, ...] = ()

    @property
    def used(self) -> list[dict[str, str]]:
        """What the recipe says of the presets."""
        return [{"name": preset.name, "title": preset.title} for preset in self.presets]

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The prompt as it will be sent, where presets made it another one."""
        final = str(self.request.params.get("prompt") or "")
        if final == self.words:
            return ()
        titles = ", ".join(preset.title for preset in self.presets)
        return (Notice("presets_applied", f"Sent with {titles}: {final}"),)


async def dress(runtime: Runtime, viewer: Viewer, request: MediaRequest) -> Dressed:
    """The request as its presets make it. Raises `UnknownPreset` with near names, `PresetCannot`."""
    named, params = _names_in_params(request)
    names = list(dict.fromkeys([*request.presets, *([request.preset] if request.preset else []), *named]))
    words = str(request.params.get("prompt") or "")
    if not names:
        return Dressed(request.model_copy(update={"params": params}), words)
    presets = catalog.find_studio_presets(names, request.operation)
    if presets is None:
        presets = await runtime.db.read(
            lambda session: catalog.find_presets(session, viewer.user_id, names, request.operation)
        )
    draft = catalog.apply_presets(Draft(request.operation, request.model, params), presets)
    update = {"params": dict(draft.params), "model": draft.model}
    return Dressed(request.model_copy(update=update), words, tuple(catalog.in_order(presets)))


def _names_in_params(request: MediaRequest) -> tuple[list[str], dict[str, Json]]:
    """The presets that params name, and the params without them. Other words in them are left to the catalogue."""
    params: dict[str, Json] = dict(request.params)
    names: list[str] = []
    for category in NAMING_PARAMS:
        found = _values(params.get(category))
        if all(_is_for(name, category, request.operation) for name in found):
            names += found
            params.pop(category, None)
    return names, params


def _values(value: Json) -> list[str]:
    """One name or a list of them; a title such as "Golden hour" stands for its name."""
    if value is None or value == "":
        return []
    values = value if isinstance(value, list) else [value]
    return [str(one).strip().lower().replace(" ", "-") for one in values]


def _is_for(name: str, category: str, operation: str) -> bool:
    preset = catalog.studio_presets().get(name)
    return preset is not None and preset.category == category and operation in preset.operations
