"""What the data file of a vendor may say. `providers/<vendor>.toml` is read into these, so a wrong word stops the start.

```toml
[provider]
title = "Example Labs"                  # as people read it
about = "Pictures."
keys_at = "https://example.com/keys"    # where one gets a key
calls = "with-orders"                   # its vendor calls back where each order says; "set-there": where one set it at the vendor
in_flight = 4                           # orders at work at the same time
requests_per_minute = 60                # optional
tokens_per_minute = 100000              # optional, of a vendor that bills tokens
source = "https://example.com/pricing"  # for every rule and state below that names none of its own
read_on = 2026-11-21

[models."example:one"]
also = ["one", "example/one"]           # bare names that mean this model
rank = 70                               # 1 to 100: how good its results are, for `prefer: best`
rank_source = "our judgement of its published samples, 2026-11"
lifecycle = { state = "deprecated", until = 2027-01-06, heir = "example:two", source = "https://..." }
prices = [                              # the first rule that fits is in force
  { operation = "text-to-image", unit = "image", cost_usd = "0.04", when = { quality = "low", size = [1024, 1536] } },
  { operation = "text-to-image", unit = "tokens", cost_usd = "0.05", low_usd = "0.02", high_usd = "0.17", words_usd = "0.00125" },
]
rates = { image_out = "0.00003" }       # USD per unit of use, by which the adapter counts a bill
names = { cfg_scale = "guidance" }      # how it calls a common setting
words = { quality = { fast = "low", standard = "medium", hd = "high" } }  # how it calls the values of a common setting
lacking = { negative_prompt = "into-prompt" }  # what to do with a common setting it lacks, where not the usual

[models."example:old"]                  # a model without a card in the code: it can be found, not ordered
name = "Example Old"
about = "The first."
operations = ["text-to-image"]
lifecycle = { state = "retired", since = 2026-05-12, heir = "example:one", source = "https://..." }
prices = [{ operation = "text-to-image", unit = "image", cost_usd = "0.04" }]  # its last one, for the difference
```

A vendor that has only such models is a data file alone, without code.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from photoplay.catalog.lifecycle import Lifecycle
from photoplay.catalog.prices import PriceRule
from photoplay.providers import BringsData, ModelCard, Provider, data_of

Lack = Literal["leave-out", "into-prompt", "nearest"]


class ProviderFacts(BaseModel):
    """What is known of a vendor as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    about: str = ""
    keys_at: str = ""
    """Address where one gets a key."""
    calls: Literal["with-orders", "set-there"] | None = None
    """Where the vendor calls when an order has news: at an address that each order carries, or at one set at the vendor."""
    in_flight: int | None = Field(default=None, ge=1)
    """Orders at work at the same time, over all its models."""
    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)
    """Tokens in and out, as orders are expected to take them."""
    source: str = ""
    read_on: date | None = None


class ModelData(BaseModel):
    """What is known of a model beside its card; without a card also what the card would say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    also: tuple[str, ...] = ()
    """Bare names that mean this model."""
    lifecycle: Lifecycle = Lifecycle()
    prices: tuple[PriceRule, ...] = ()
    rates: dict[str, Decimal] = {}
    """USD per unit of use, by which the adapter counts a bill."""
    names: dict[str, str] = {}
    """How it calls a common setting."""
    words: dict[str, dict[str, str | int | float | bool]] = {}
    """By setting: how it calls a common value."""
    lacking: dict[str, Lack] = {}
    """By common setting that it lacks: what to do instead of the usual."""
    rank: int | None = Field(default=None, ge=1, le=100)
    rank_source: str = ""
    name: str | None = None
    about: str = ""
    operations: tuple[str, ...] = ()


class VendorData(BaseModel):
    """A whole data file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: ProviderFacts = ProviderFacts()
    models: dict[str, ModelData] = {}

    def cards_alone(self, cards: tuple[ModelCard, ...]) -> tuple[ModelCard, ...]:
        """Cards of the models that are described here alone, because nobody can order them any more."""
        known = {card.id for card in cards}
        return tuple(
            ModelCard(model, data.name, self.provider.title, data.operations, data.about)
            for model, data in self.models.items()
            if model not in known and data.name is not None
        )


def vendor_data(provider: Provider | str) -> VendorData:
    """The data of a provider, or of a vendor of this package by name. Raises `ValidationError` when the file is wrong."""
    if isinstance(provider, str):
        return read_data(data_of(provider))
    return read_data(tomllib.loads(provider.data()) if isinstance(provider, BringsData) else data_of(provider.name))


def read_data(raw: Mapping[str, Any]) -> VendorData:
    """A data file as read from TOML, checked; source and date of the vendor stand for every price without its own."""
    facts = ProviderFacts.model_validate(raw.get("provider", {}))
    usual = {"source": facts.source, "read_on": facts.read_on}
    models = {
        model: {**entry, "prices": [{**usual, **rule} for rule in entry.get("prices", ())]}
        for model, entry in raw.get("models", {}).items()
    }
    return VendorData.model_validate({**raw, "provider": facts, "models": models})


@cache
def vendors_without_code() -> tuple[str, ...]:
    """Names of the vendors of this package that have a data file and nothing else: their models are listed, not ordered."""
    folder = resources.files("photoplay.providers")
    files = {entry.name for entry in folder.iterdir()}
    stems = sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml") and not name.startswith("_"))
    return tuple(stem.replace("_", "-") for stem in stems if f"{stem}.py" not in files)
