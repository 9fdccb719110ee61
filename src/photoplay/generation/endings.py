"""Which models end soon, or have ended, and who still uses them: presets, API keys and people. For the owner."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay import accounts
from photoplay.accounts import KeyNotFound
from photoplay.catalog import (
    Catalog,
    Lifecycle,
    Offer,
    PresetNaming,
    model_view,
    move_presets,
    presets_naming,
)
from photoplay.core import clock
from photoplay.core.ids import id_at
from photoplay.generation.errors import NothingInItsPlace
from photoplay.generation.tables import GenerationRow

LATELY: Final = timedelta(days=30)


class PresetUse(BaseModel):
    """A preset that names the model. `owner`: who saved it; None: it comes with the studio."""

    name: str
    title: str
    owner: str | None


class OrderUse(BaseModel):
    """Who asked for the model in the last 30 days. `key`: the API key they did it with; None: in the studio."""

    owner: str
    key: str | None
    count: int
    last_at: datetime


class EndingModel(BaseModel):
    """A model that ends, or has ended, and who uses it. `heir` can be ordered: `heir_name` and `heir_price_text` are its."""

    model: str
    name: str
    provider: str
    provider_title: str
    lifecycle: Lifecycle
    price_text: str
    heir: str | None
    heir_name: str | None
    heir_price_text: str | None
    presets: list[PresetUse]
    orders: list[OrderUse]

    @property
    def movable(self) -> int:
        """How many saved presets can be moved to its heir; those that come with the studio are its makers'."""
        return sum(one.owner is not None for one in self.presets) if self.heir else 0


def models_ending(session: Session, catalog: Catalog, *, provider: str | None = None) -> list[EndingModel]:
    """All that end, those in use and the soonest first; of those that have ended only what is still used or named."""
    offers = {one.card.id: one for one in catalog.offers() if _ends(one) and provider in (None, one.provider)}
    names = {user.id: user.name for user in accounts.all_users(session)}
    uses = _order_uses(session, set(offers), names)
    presets = presets_naming(session, catalog, set(offers))
    found = [
        _ending(catalog, offer, [_preset_use(one, names) for one in presets if one.model == model], uses.get(model, []))
        for model, offer in offers.items()
    ]
    kept = [one for one in found if one.presets or one.orders or one.lifecycle.state == "deprecated"]
    return sorted(kept, key=_urgency)


@dataclass(frozen=True)
class MovedPresets:
    """Presets that name another model now: from which to which, and their ids."""

    model: str
    heir: str
    presets: list[str]


def move_to_heir(session: Session, catalog: Catalog, model: str) -> MovedPresets:
    """Lets everybody's saved presets name what takes the place of a model. Raises `NothingInItsPlace`."""
    ending = next((one for one in models_ending(session, catalog) if one.model == model), None)
    if ending is None or ending.heir is None:
        raise NothingInItsPlace("No model takes its place, so its presets stay as they are.")
    return MovedPresets(model, ending.heir, move_presets(session, catalog, model, ending.heir))


def move_back(session: Session, catalog: Catalog, moved: MovedPresets) -> int:
    """Lets those that were moved name the model again that they named; not those that name another one since.

    Returns how many. Raises `UnknownModel`.
    """
    model = catalog.find(moved.model).card.id
    return len(move_presets(session, catalog, moved.heir, model, only=moved.presets))


def _urgency(one: EndingModel) -> tuple[bool, date, str]:
    """What somebody uses comes first, then the soonest."""
    return not (one.presets or one.orders), one.lifecycle.until or one.lifecycle.since or date.max, one.model


def _ends(offer: Offer) -> bool:
    return offer.lifecycle.state != "active" and not offer.lifecycle.is_vendor_off


def _ending(catalog: Catalog, offer: Offer, presets: list[PresetUse], orders: list[OrderUse]) -> EndingModel:
    operation = offer.card.operations[0] if offer.card.operations else ""
    heir = catalog.heir_after(offer, operation)
    return EndingModel(
        model=offer.card.id,
        name=offer.card.name,
        provider=offer.provider,
        provider_title=offer.facts.title or offer.card.vendor,
        lifecycle=offer.lifecycle,
        price_text=model_view(offer).price_text,
        heir=heir.card.id if heir else None,
        heir_name=_called_from(offer, heir) if heir else None,
        heir_price_text=model_view(heir).price_text if heir else None,
        presets=presets,
        orders=orders,
    )


def _called_from(offer: Offer, heir: Offer) -> str:
    """The name of an heir, with its vendor where that is another one."""
    return heir.card.name if heir.provider == offer.provider else f"{heir.card.name} at {heir.facts.title}"


def _preset_use(one: PresetNaming, names: dict[str, str]) -> PresetUse:
    return PresetUse(name=one.name, title=one.title, owner=names.get(one.owner_id or ""))


def _order_uses(session: Session, models: Collection[str], names: dict[str, str]) -> dict[str, list[OrderUse]]:
    since = id_at("gen", clock.now() - LATELY)
    query = select(
        GenerationRow.model,
        GenerationRow.owner_id,
        GenerationRow.api_key_id,
        func.count(),
        func.max(GenerationRow.created_at),
    )
    query = query.where(GenerationRow.id > since, GenerationRow.model.in_(models))
    grouped = query.group_by(GenerationRow.model, GenerationRow.owner_id, GenerationRow.api_key_id)
    uses: dict[str, list[OrderUse]] = {}
    for model, owner_id, key_id, count, last_at in session.execute(grouped):
        use = OrderUse(
            owner=names.get(owner_id, owner_id), key=_key_name(session, owner_id, key_id), count=count, last_at=last_at
        )
        uses.setdefault(model, []).append(use)
    return {model: _busiest_first(found) for model, found in uses.items()}


def _busiest_first(uses: Sequence[OrderUse]) -> list[OrderUse]:
    return sorted(uses, key=lambda one: -one.count)


def _key_name(session: Session, owner_id: str, key_id: str | None) -> str | None:
    if key_id is None:
        return None
    try:
        return accounts.key_of(session, owner_id, key_id).name
    except KeyNotFound:
        return "a key that is gone"
