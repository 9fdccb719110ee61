"""What is in force of every model: as shipped, with the ends that vendors tell, and with what the owner set."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.catalog._catalog import Catalog, Offer, SetVendor
from photoplay.catalog.lifecycle import Lifecycle
from photoplay.catalog.prices import PriceRule
from photoplay.catalog.set_prices import set_rules
from photoplay.catalog.set_states import set_lifecycles
from photoplay.catalog.set_vendors import set_vendors
from photoplay.catalog.tables import ModelStateRow
from photoplay.core import clock
from photoplay.core.db import Database, after_commit


@dataclass(frozen=True)
class Told:
    """What a vendor last told about one of its models, and on which day."""

    is_listed: bool
    shutdown_on: date | None
    seen_on: date


@dataclass(frozen=True)
class Changes:
    """What is known of models beside what ships, each by the model's id."""

    told: Mapping[str, Told] = field(default_factory=dict)
    prices: Mapping[str, tuple[PriceRule, ...]] = field(default_factory=dict)
    lifecycles: Mapping[str, Lifecycle] = field(default_factory=dict)
    vendors: Mapping[str, SetVendor] = field(default_factory=dict)
    """What was set of vendors as a whole, by their names."""

    def on(self, offer: Offer) -> Offer:
        """The offer as it is in force. What the owner says counts before what the vendor tells, and that before the data."""
        model = offer.card.id
        update: dict[str, object] = {}
        if (prices := self.prices.get(model)) is not None:
            update["prices"] = (*prices, *offer.data.prices)
        life = self._with_vendor(offer, self._lifecycle(offer))
        if life is not offer.data.lifecycle:
            update["lifecycle"] = life
        vendor = self.vendors.get(offer.provider, SetVendor())
        usual = tuple(operation for operation, named in vendor.default_models.items() if named == model)
        if not update and not usual:
            return offer
        return replace(offer, data=offer.data.model_copy(update=update), default_for=usual)

    def _lifecycle(self, offer: Offer) -> Lifecycle:
        if (life := self.lifecycles.get(offer.card.id)) is not None:
            return life
        told, life = self.told.get(offer.card.id), offer.data.lifecycle
        if told is None or not life.on(clock.now().date()).can_order:
            return life
        return _ending(life, told)

    def _with_vendor(self, offer: Offer, life: Lifecycle) -> Lifecycle:
        """Not to be had while its vendor is switched off. What has ended is told as ended all the same."""
        vendor = self.vendors.get(offer.provider)
        if vendor is None or vendor.is_on or not life.on(clock.now().date()).can_order:
            return life
        reason = f"{offer.facts.title or offer.card.vendor} is switched off"
        return Lifecycle(state="unavailable", reason=reason, set_by=vendor.set_by, is_vendor_off=True)


async def recall_changes(db: Database, catalog: Catalog) -> None:
    """Puts what is known beside the shipped data into the catalogue, also what another process of this studio wrote."""
    while True:
        before = catalog.times_changed
        known = await db.read(changes_known)
        if catalog.times_changed == before:
            break  # else what was read may be older than what was put there meanwhile
    catalog.change(known.on, known.vendors)


def recall_after_commit(session: Session, catalog: Catalog) -> None:
    """The same with what this transaction writes, once it is on disk."""
    session.flush()
    known = changes_known(session)
    after_commit(session, partial(catalog.change, known.on, known.vendors))


def changes_known(session: Session) -> Changes:
    """All that is known beside what ships."""
    rows = session.scalars(select(ModelStateRow))
    told = {row.model: Told(row.is_listed, row.shutdown_on, row.seen_at.date()) for row in rows}
    return Changes(told, set_rules(session), set_lifecycles(session), set_vendors(session))


def _ending(life: Lifecycle, told: Told) -> Lifecycle:
    if told.shutdown_on is not None:
        return life.model_copy(update={"state": "deprecated", "until": told.shutdown_on})
    if not told.is_listed:
        reason = f"its vendor does not list it any more, as of {told.seen_on}"
        return life.model_copy(update={"state": "unavailable", "reason": reason})
    return life
