"""All models of all providers, with their prices and lifecycle."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from photoplay.catalog.data_file import ModelData, ProviderFacts, VendorData, vendor_data
from photoplay.catalog.errors import ModelCannot, ModelUnavailable, PriceUnknown, UnknownModel
from photoplay.catalog.lifecycle import Lifecycle
from photoplay.catalog.measures import InputSize
from photoplay.catalog.prices import Price, PriceRule, price_of
from photoplay.catalog.vendor_views import ENVIRONMENT
from photoplay.core import clock
from photoplay.providers import Json, ModelCard, Provider


@dataclass(frozen=True)
class Offer:
    """A model somebody can find: its card, its provider's name, and what the data file says of both."""

    card: ModelCard
    provider: str
    data: ModelData
    facts: ProviderFacts
    described: Mapping[str, Json] = field(default_factory=dict)
    """Of a model that an operator added: what its vendor told of it. Its orders carry it."""
    is_added: bool = False
    account: str | None = None
    """The only account that has it, by the id that people see; None: any of its provider's."""
    default_for: tuple[str, ...] = ()
    """The operations for which it is the usual model of its vendor here."""

    def is_at(self, account_id: str | None) -> bool:
        """Whether orders of it may go to this account of its provider (None: that of the environment)."""
        return self.account is None or self.account == (account_id or ENVIRONMENT)

    @property
    def lifecycle(self) -> Lifecycle:
        """Where it stands today."""
        return self.data.lifecycle.on(clock.now().date())

    @property
    def prices(self) -> tuple[PriceRule, ...]:
        """Its price rules; the first that fits an order is in force."""
        return self.data.prices

    def price_rule(self, operation: str, params: Mapping[str, Json]) -> PriceRule:
        """The rule in force for such an order. Raises `PriceUnknown`."""
        for rule in self.prices:
            if rule.fits(operation, params):
                return rule
        raise PriceUnknown(f"{self.card.name} has no price for this, and nothing is ordered without one.")

    def price(self, operation: str, params: Mapping[str, Json], inputs: Sequence[InputSize] = ()) -> Price:
        """What such an order costs. Raises `PriceUnknown`."""
        return price_of(self.price_rule(operation, params), params, inputs)


@dataclass(frozen=True)
class SetVendor:
    """What the owner set of a vendor: whether anything is ordered from it, and its usual model for each operation."""

    is_on: bool = True
    default_models: Mapping[str, str] = field(default_factory=dict)
    set_by: str = ""


class Catalog:
    """The models on offer, and those that were: a retired one is found and names its heir.

    `vendors` are names of vendors with a data file and no code.
    """

    def __init__(self, providers: Iterable[Provider], *, vendors: Iterable[str] = ()) -> None:
        self._known: dict[str, Offer] = {}
        self._changed: Callable[[Offer], Offer] = lambda offer: offer
        self._facts: dict[str, ProviderFacts] = {}
        self._set: Mapping[str, SetVendor] = {}
        self.times_changed = 0
        for provider in providers:
            self._add(provider.name, vendor_data(provider), provider.cards)
        for vendor in vendors:
            self._add(vendor, vendor_data(vendor), ())
        self._offers = dict(self._known)
        self._called = _names(self._offers)

    def _add(self, provider: str, data: VendorData, cards: tuple[ModelCard, ...]) -> None:
        self._facts[provider] = data.provider
        for card in (*cards, *data.cards_alone(cards)):
            self._known[card.id] = Offer(card, provider, data.models.get(card.id, ModelData()), data.provider)

    def change(self, changed: Callable[[Offer], Offer], vendors: Mapping[str, SetVendor] | None = None) -> None:
        """From now on offers are as `changed` makes them of what their providers and data files say.

        `vendors` is what was set of vendors as a whole.
        """
        self._changed, self._set = changed, vendors or {}
        self.times_changed += 1
        self._offers = {model: changed(offer) for model, offer in self._known.items()}

    def as_shipped(self, model: str) -> Offer | None:
        """The offer of this id as its provider and data file say, without what was learnt or set here."""
        return self._known.get(model)

    def place(self, offers: Iterable[Offer]) -> None:
        """Takes in models that were added, or stand otherwise now; one of the package is never replaced so."""
        added = {offer.card.id: offer for offer in offers if self._may_place(offer.card.id)}
        self._known = {**self._known, **added}
        self._offers = {**self._offers, **{model: self._changed(offer) for model, offer in added.items()}}
        self._called = _names(self._offers)

    def _may_place(self, model: str) -> bool:
        known = self._known.get(model)
        return known is None or known.is_added

    def facts(self, provider: str) -> ProviderFacts:
        """What is known of a vendor as a whole."""
        return self._facts.get(provider, ProviderFacts())

    def vendors(self) -> list[str]:
        """The names of all vendors, also of those without code."""
        return list(self._facts)

    def is_on(self, provider: str) -> bool:
        """Whether orders may be given to a vendor; the owner can switch it off."""
        return self._set_of(provider).is_on

    def default_models(self, provider: str) -> Mapping[str, str]:
        """The models that the owner set as usual ones of a vendor, by operation."""
        return self._set_of(provider).default_models

    def default_model(self, provider: str, operation: str) -> Offer | None:
        """The usual model of a vendor for an operation, or its heir; None where none is set, or it has ended without one."""
        model = self.default_models(provider).get(operation)
        offer = None if model is None else self._offers.get(model)
        if offer is None or offer.lifecycle.is_vendor_off:
            return offer
        return self.heir_of(offer, operation)

    def vendor_meant(self, model: str, operation: str) -> str | None:
        """The vendor that a request names in the place of a model; None where it means a model, as "kling" may.

        A vendor is meant where a usual model of it is set for the operation, or no model that does it is called so.
        """
        vendor = _plain(model)
        if vendor not in self._facts or operation in self.default_models(vendor):
            return vendor if vendor in self._facts else None
        called = self._offers.get(self.id_of(model))
        return None if called is not None and operation in called.card.operations else vendor

    def _set_of(self, provider: str) -> SetVendor:
        return self._set.get(provider, SetVendor())

    def title_of(self, provider: str) -> str:
        """What people call a vendor; its own name where nothing is known of it any more."""
        return self.facts(provider).title or provider

    def offers(self, operation: str | None = None) -> list[Offer]:
        """All offers, or those that do this operation, also retired ones."""
        return [offer for offer in self._offers.values() if operation is None or operation in offer.card.operations]

    def orderable(self, operation: str) -> list[Offer]:
        """The offers that do this operation and can be ordered today."""
        return [offer for offer in self.offers(operation) if offer.lifecycle.can_order]

    def find(self, model: str) -> Offer:
        """The offer of this id or bare name. Raises `UnknownModel`."""
        offer = self._offers.get(model) or self._offers.get(self._called.get(_plain(model), ""))
        if offer is None:
            raise UnknownModel(f'There is no model "{model}". `photoplay models` lists what is on offer.')
        return offer

    def id_of(self, model: str) -> str:
        """The id that a name means; the name itself where no model is called so."""
        return model if model in self._offers else self._called.get(_plain(model), model)

    def name_of(self, model: str) -> str:
        """What people call the model of this id or bare name; the name itself, without its provider, where nobody knows it."""
        offer = self._offers.get(self.id_of(model))
        return offer.card.name if offer else model.partition(":")[2] or model

    def heir_name(self, offer: Offer) -> str | None:
        """What people call the heir that its vendor, or the owner of the studio, names; None where none is named."""
        return self.name_of(offer.lifecycle.heir) if offer.lifecycle.heir else None

    def heir_after(self, offer: Offer, operation: str) -> Offer | None:
        """The model that takes its place once it has ended; None where none is named or can be ordered."""
        heir = offer.lifecycle.heir
        if heir is None or self.id_of(heir) not in self._offers:
            return None
        return self.heir_of(self.find(heir), operation)

    def heir_of(self, offer: Offer, operation: str) -> Offer | None:
        """The model that takes its place for an operation: its heir, or an heir of that; None where none can be ordered."""
        seen = {offer.card.id}
        while not offer.lifecycle.can_order:
            heir = offer.lifecycle.heir
            if heir is None or _plain(heir) not in self._called:
                return None
            offer = self.find(heir)
            if offer.card.id in seen:
                return None
            seen.add(offer.card.id)
        return offer if operation in offer.card.operations else None

    def choose(self, model: str, operation: str) -> Offer:
        """The model of this name, when it does the operation and can be ordered.

        Raises `UnknownModel`, `ModelCannot`, `ModelUnavailable`.
        """
        offer = self.find(model)
        self.check_does(offer, operation)
        if not offer.lifecycle.can_order:
            raise ModelUnavailable(end_of(offer))
        return offer

    def check_does(self, offer: Offer, operation: str) -> None:
        """Raises `ModelCannot`, whose message names those that do the operation."""
        if operation not in offer.card.operations:
            able = ", ".join(other.card.id for other in self.orderable(operation)) or "none"
            raise ModelCannot(f"{offer.card.name} does not do {operation}. Models that do: {able}.")


def _names(offers: Mapping[str, Offer]) -> dict[str, str]:
    """Ids by what people call them: bare names first come first served, then names, then ids without the provider."""
    called = {_plain(model): model for model in offers}
    for model, offer in offers.items():
        for name in offer.data.also:
            called.setdefault(_plain(name), model)
    for model, offer in offers.items():
        called.setdefault(_plain(offer.card.name), model)
    for model in offers:
        called.setdefault(_plain(model.partition(":")[2]), model)
    return called


def _plain(name: str) -> str:
    """A name without what people write differently: "DALL-E 3" is "dall-e-3"."""
    return re.sub(r"[\s_]+", "-", name.strip().lower())


def end_of(offer: Offer) -> str:
    """Why a model cannot be ordered any more, in a sentence."""
    life = offer.lifecycle
    if life.set_by is not None:
        return f"{offer.card.name} is not offered in this studio{f': {life.reason}' if life.reason else ''}."
    if life.state == "retired":
        return f"{offer.card.name} was retired by its vendor{f' on {life.since}' if life.since else ''}."
    return f"{offer.card.name} is not available: {(life.reason or 'no reason given').rstrip('.')}."
