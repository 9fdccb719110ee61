"""The seam through which an operator adds models: a provider describes one, and makes its card of what was kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from photoplay.core.http import Http
from photoplay.providers._contract import Json, ModelCard
from photoplay.providers._settings import ProviderSettings


@dataclass(frozen=True)
class Description:
    """What is kept of a model that an operator added, so that it is there after a restart without asking again."""

    model: str
    """Its name without the provider's, as its id has it."""
    document: Mapping[str, Json]
    """All that its provider needs to make its card and to give orders to it."""
    prices: tuple[Mapping[str, Json], ...] = ()
    """Price rules as a data file has them, where the vendor tells what it bills."""
    given: Mapping[str, Json] = field(default_factory=dict)
    """What was asked for besides with what was guessed filled in, so that it can be corrected; empty: as it was given."""


class Nothing(BaseModel):
    """What is asked for beside a model's reference, where nothing is."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Adding:
    """How models of a provider are added, for people and for the form."""

    reference: str
    """What names a model there: "Its address: owner/name, or owner/name:version"."""
    example: str
    wants: type[BaseModel] = Nothing
    """What is asked for beside the reference, each field a text, a number or a yes."""
    is_own: bool = False
    """Whether it runs on a machine of the operator's, which bills nothing: without a price such a model is free."""


@runtime_checkable
class Describes(Protocol):
    """A provider whose models can be added by name: any of a vendor with many, or those of a server of one's own."""

    @property
    def adding(self) -> Adding:
        """How that is done."""
        ...

    async def describe(
        self, reference: str, given: Mapping[str, Json], access: ProviderSettings, http: Http
    ) -> Description:
        """Asks the vendor about a model. `given` fits `adding.wants`.

        Raises `Invalid` when there is no such model, or none that the studio has an operation for.
        """
        ...

    def card_of(self, description: Description) -> ModelCard:
        """The card of a described model; asks nobody. Raises `Invalid`."""
        ...


@runtime_checkable
class Suggests(Protocol):
    """A provider that can say which models could be added."""

    async def suggest(self, access: ProviderSettings, http: Http) -> tuple[str, ...]:
        """References for `describe`. Raises the errors of `_errors.py`."""
        ...
