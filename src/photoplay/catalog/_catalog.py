"""All models of all providers, with their prices and lifecycle."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources

from pydantic import BaseModel, ConfigDict

from photoplay.catalog.errors import ModelCannot, ModelUnavailable, PriceUnknown, UnknownModel
from photoplay.catalog.lifecycle import Lifecycle
from photoplay.catalog.prices import PriceRule
from photoplay.providers import BringsData, Json, ModelCard, Provider


class _ModelData(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    lifecycle: Lifecycle = Lifecycle()
    prices: tuple[PriceRule, ...] = ()


@dataclass(frozen=True)
class Offer:
    """A model somebody can pick: its card, its provider's name, lifecycle and prices."""

    card: ModelCard
    provider: str
    lifecycle: Lifecycle
    prices: tuple[PriceRule, ...]

    def price_rule(self, operation: str, params: Mapping[str, Json]) -> PriceRule:
        """The rule in force for such an order. Raises `PriceUnknown`."""
        for rule in self.prices:
            if rule.fits(operation, params):
                return rule
        raise PriceUnknown(f"{self.card.name} has no price for this, and nothing is ordered without one.")


class Catalog:
    """The models on offer. Reads the data file beside each provider's code (`providers/<vendor>.toml`)."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self._offers: dict[str, Offer] = {}
        for provider in providers:
            models = _read_data(provider)
            for card in provider.cards:
                found = models.get(card.id, _ModelData())
                self._offers[card.id] = Offer(card, provider.name, found.lifecycle, found.prices)

    def offers(self, operation: str | None = None) -> list[Offer]:
        """All offers, or those that do this operation."""
        return [offer for offer in self._offers.values() if operation is None or operation in offer.card.operations]

    def find(self, model: str) -> Offer:
        """The offer of this id. Raises `UnknownModel`."""
        offer = self._offers.get(model)
        if offer is None:
            raise UnknownModel(f'There is no model "{model}". `photoplay models` lists what is on offer.')
        return offer

    def choose(self, model: str, operation: str) -> Offer:
        """The model that will do this operation; "auto" takes the cheapest that is active.

        Raises `UnknownModel`, `ModelCannot`, `ModelUnavailable`.
        """
        if model == "auto":
            return self._first_of(operation)
        offer = self.find(model)
        if operation not in offer.card.operations:
            able = ", ".join(other.card.id for other in self.offers(operation)) or "none"
            raise ModelCannot(f"{offer.card.name} does not do {operation}. Models that do: {able}.")
        if not offer.lifecycle.can_order:
            raise ModelUnavailable(_end_of(offer))
        return offer

    def _first_of(self, operation: str) -> Offer:
        able = [offer for offer in self.offers(operation) if offer.lifecycle.can_order]
        if not able:
            raise ModelUnavailable(f"No model on offer does {operation}.")
        return min(able, key=lambda offer: (_list_price(offer, operation), offer.card.id))


def _list_price(offer: Offer, operation: str) -> float:
    prices = [float(rule.cost_usd) for rule in offer.prices if rule.operation == operation]
    return min(prices, default=float("inf"))


def _end_of(offer: Offer) -> str:
    life = offer.lifecycle
    if life.state == "retired":
        heir = f' Its heir is "{life.heir}".' if life.heir else ""
        return f"{offer.card.name} was retired by its vendor.{heir}"
    return f"{offer.card.name} is not available: {life.reason or 'no reason given'}."


def _read_data(provider: Provider) -> dict[str, _ModelData]:
    if isinstance(provider, BringsData):
        text = provider.data()
    else:
        name = provider.name.replace("-", "_")
        text = (resources.files("photoplay.providers") / f"{name}.toml").read_text("utf-8")
    return {model: _ModelData.model_validate(entry) for model, entry in tomllib.loads(text).get("models", {}).items()}
