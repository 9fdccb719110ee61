"""The models of the picker by vendor: this machine first, those that cannot be used yet after the others, ended ones last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from photoplay import catalog
from photoplay.bootstrap import Studio
from photoplay.catalog import AUTO, ModelView
from photoplay.operations import find_operation

_ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9")
_LEFT_TO_THE_MODEL: Final = ("size",)
_MOST_WORDS: Final = 3


@dataclass(frozen=True)
class ModelGroup:
    """The models of one vendor. `needs_key` says what to do before they can be used."""

    title: str
    models: tuple[ModelView, ...]
    needs_key: str | None = None
    is_ended: bool = False


def models_for(session: Session, studio: Studio, operation: str) -> list[ModelView]:
    """Every model that does or did an operation: first those of this machine, then of vendors that can be used."""
    runtime = studio.runtime
    offers = runtime.catalog.offers(operation)
    names = {offer.provider for offer in offers} & set(runtime.vendors.names())
    needs = {name: runtime.vendors.needs_key_for(name) for name in names if not runtime.vendors.usable(session, name)}
    views = [catalog.model_view(offer, needs_key=needs.get(offer.provider)) for offer in offers]
    return sorted(views, key=_place)


def _place(view: ModelView) -> tuple[bool, bool, bool, bool, str]:
    is_local = view.provider == "local"
    return (
        not view.lifecycle.can_order,
        view.needs_key is not None,
        not is_local,
        is_local and view.price_text != "Free",
        view.vendor.lower(),
    )


def grouped(models: Sequence[ModelView]) -> list[ModelGroup]:
    """One group for each vendor in the order of `models`, and one for those that have ended."""
    by_vendor: dict[str, list[ModelView]] = {}
    for view in models:
        if view.lifecycle.can_order:
            by_vendor.setdefault(view.provider_title or view.vendor, []).append(view)
    groups = [ModelGroup(title, tuple(views), views[0].needs_key) for title, views in by_vendor.items()]
    ended = tuple(view for view in models if not view.lifecycle.can_order)
    return [*groups, ModelGroup("No longer on offer", ended, is_ended=True)] if ended else groups


def can_do(view: ModelView, operation: str) -> str:
    """What a model can do besides, in a few words: "Edit, Repaint, Upscale"."""
    words = [find_operation(name).title for name in view.operations if name != operation]
    more = len(words) - _MOST_WORDS
    return ", ".join(words[:_MOST_WORDS]) + (f" and {more} more" if more > 0 else "")


def auto_schema(operation: str) -> dict[str, Any]:
    """What may be set where the studio chooses the model: what means the same on every one; the rest is the model's."""
    schema: dict[str, Any] = find_operation(operation).params.model_json_schema()
    fields = {name: dict(field) for name, field in schema.get("properties", {}).items()}
    kept = {name: field for name, field in fields.items() if name not in _LEFT_TO_THE_MODEL}
    if "aspect" in kept:
        kept["aspect"] = {"enum": [*_ASPECTS, None], "type": "string", "default": None}
    if "duration_seconds" in kept:
        number = {"type": "number", "minimum": 1, "maximum": 600}
        kept["duration_seconds"] = {"anyOf": [number, {"type": "null"}], "default": None, "x-unit": "s"}
    return {**schema, "properties": kept}


def is_ready(view: ModelView) -> bool:
    """Whether it can be ordered now."""
    return view.lifecycle.can_order and view.needs_key is None


def first_ready(models: Iterable[ModelView]) -> ModelView | None:
    """The model to begin with; None where none can be ordered now."""
    return next((view for view in models if is_ready(view)), None)


def is_auto(model_id: str | None) -> bool:
    """Whether the studio is to choose."""
    return model_id == AUTO
