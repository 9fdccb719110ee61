"""Stands in for a provider whose package is no longer installed, while generations of it have not ended.

It takes nothing and knows nothing, so that what the real one has taken is neither ended nor forgotten: it goes on as
soon as the package is back.
"""

from collections.abc import Collection

from photoplay.core.http import Http
from photoplay.providers._contract import CannotTell, Delivery, ModelCard, Order, Ticket, Waiting
from photoplay.providers._errors import Unavailable
from photoplay.providers._settings import ProviderSettings


class DepartedProvider:
    """A provider called `name` that had `models`. None of them can be ordered."""

    settings = ProviderSettings

    def __init__(self, name: str, models: Collection[str]) -> None:
        self.name = name
        self.cards = tuple(_card(name, model) for model in sorted(models))

    def data(self) -> str:
        """A data file in which every model is unavailable, with the reason."""
        entries = (
            f'[models."{card.id}"]\nlifecycle = {{state = "unavailable", reason = "its provider is not installed"}}\n'
            for card in self.cards
        )
        return "\n".join(entries)

    async def submit(self, order: Order, http: Http) -> Ticket | Delivery:
        """Sends nothing. Raises `Unavailable`."""
        raise self._away()

    async def find(self, order: Order, http: Http) -> CannotTell:
        """Nobody is there who could look."""
        return CannotTell()

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """Cannot ask. Raises `Unavailable`."""
        raise self._away()

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Cannot stop it. Raises `Unavailable`."""
        raise self._away()

    def _away(self) -> Unavailable:
        return Unavailable(
            f'The provider "{self.name}" is not installed in this studio any more. '
            "What it has taken goes on once its package is installed again."
        )


def _card(provider: str, model: str) -> ModelCard:
    return ModelCard(
        model, model.partition(":")[2], provider, (), "Its provider is not installed in this studio any more."
    )
