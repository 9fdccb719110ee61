"""The models of the picker by vendor: this machine first, those that cannot be used yet after the others, ended ones last."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from photoplay import catalog
from photoplay.bootstrap import Studio
from photoplay.catalog import AUTO, ModelView, Prefer
from photoplay.operations import find_operation

_ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9")
_LEFT_TO_THE_MODEL: Final = ("size",)
_MOST_WORDS: Final = 3


@dataclass(frozen=True)
class AutoChoice:
    """One way in which the studio chooses the model. `value` is as the form and the address of the page carry it."""

    value: str
    prefer: Prefer
    name: str
    about: str


AUTO_CHOICES: Final = (
    AutoChoice(AUTO, "cheapest", "Auto, cheapest", "The least money, whoever makes it."),
    AutoChoice(f"{AUTO}:fastest", "fastest", "Auto, fastest", "The least time, as learnt here."),
    AutoChoice(f"{AUTO}:best", "best", "Auto, best", "The highest rank, whatever it costs."),
)


@dataclass(frozen=True)
class ModelGroup:
    """The models of one vendor. `needs_key` says what to do before they can be used."""

    title: str
    provider: str
    models: tuple[ModelView, ...]
    needs_key: str | None = None
    is_ended: bool = False


def models_for(session: Session, studio: Studio, operation: str) -> list[ModelView]:
    """Every model that does or did an operation: first those of this machine, then of vendors that can be used."""
    runtime = studio.runtime
    offers = runtime.catalog.offers(operation)
    names = {offer.provider for offer in offers} & set(runtime.vendors.names())
    needs = {name: runtime.vendors.needs_key_for(name) for name in names if not runtime.vendors.usable(session, name)}
    views = [
        catalog.model_view(offer, needs_key=needs.get(offer.provider), heir_name=runtime.catalog.heir_name(offer))
        for offer in offers
    ]
    return sorted(views, key=lambda view: (*_place(view), operation not in view.default_for))


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
    """One group for each vendor in the order of `models`, one for vendors that are off, and one for what has ended."""
    by_vendor: dict[str, list[ModelView]] = {}
    for view in models:
        if view.lifecycle.can_order:
            by_vendor.setdefault(view.provider, []).append(view)
    groups = [
        ModelGroup(views[0].provider_title or views[0].vendor, provider, tuple(views), views[0].needs_key)
        for provider, views in by_vendor.items()
    ]
    gone = [view for view in models if not view.lifecycle.can_order]
    for title, is_off in (("Switched off here", True), ("No longer on offer", False)):
        some = tuple(view for view in gone if view.lifecycle.is_vendor_off is is_off)
        groups += [ModelGroup(title, "", some, is_ended=True)] if some else []
    return groups


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
    if "pattern" in str(kept.get("aspect")):
        kept["aspect"] = {"anyOf": [{"enum": list(_ASPECTS), "type": "string"}, {"type": "null"}], "default": None}
    if "duration_seconds" in kept:
        number = {"type": "number", "minimum": 1, "maximum": 600}
        kept["duration_seconds"] = {"anyOf": [number, {"type": "null"}], "default": None, "x-unit": "s"}
    return {**schema, "properties": kept}


def is_ready(view: ModelView) -> bool:
    """Whether it can be ordered now."""
    return view.lifecycle.can_order and view.needs_key is None


def auto_choice(value: str | None) -> AutoChoice | None:
    """The way to choose that a form names; None where it names a model or nothing."""
    return next((choice for choice in AUTO_CHOICES if choice.value == value), None)


def first_choice(models: Sequence[ModelView]) -> ModelView | AutoChoice | None:
    """What to begin with: a model of this machine, else the cheapest that is ready, else one that could be; None without any."""
    ready = [view for view in models if is_ready(view)]
    if ready:
        return ready[0] if ready[0].provider == "local" else AUTO_CHOICES[0]
    return models[0] if models else None


def named_choice(value: str | None, models: Sequence[ModelView]) -> ModelView | AutoChoice | None:
    """What a form or an address names, else what to begin with.

    A model by its id or another name of it; or a vendor, whose usual model comes first among `models`.
    """
    of_vendor = next((view for view in models if value == view.provider and is_ready(view)), None)
    if of_vendor is not None and of_vendor.default_for:
        return of_vendor
    found = next((view for view in models if value and value in (view.id, *view.also)), None)
    return found or of_vendor or auto_choice(value) or first_choice(models)
