"""Scripted vendors with accounts: each notes which key its calls came with, and has models and limits of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from pydantic import Field, SecretStr

from photoplay.catalog import NewVendorAccount, VendorAccountView
from photoplay.core import clock
from photoplay.core.http import Http
from photoplay.providers import Delivery, Health, ModelState, Order, ProviderError, ProviderSettings, Ticket, Waiting
from tests.factories import House
from tests.scripted import ScriptedProvider

BEGAN = datetime(2026, 11, 21, 14, 20, tzinfo=UTC)
FIRST_KEY, SECOND_KEY = "vk-first-0123456789-aaaa", "vk-second-0123456789-bbbb"


WORKS = Health(is_ok=True, message="It works.", balance="812.5 credits")


class Keys(ProviderSettings):
    """An account at a scripted vendor: it needs a key."""

    sandbox_path = "/vendor"
    address: str = "https://vendor.example"
    api_key: SecretStr = Field(default=SecretStr(""), validation_alias="SCRIPTED_VENDOR_KEY")


class NoKeys(ProviderSettings):
    """An account that needs no key."""


@dataclass
class Vendor(ScriptedProvider):
    """A vendor of this `name` with the models `NAME:cheap` at $0.02 and `NAME:dear` at $0.05."""

    settings: type[ProviderSettings] = Keys
    facts: str = ""
    """More lines of `[provider]`."""
    used: list[tuple[str, str]] = field(default_factory=list)
    """What was called, and with which key."""
    says: Health | ProviderError = WORKS
    states: tuple[ModelState, ...] = ()
    probes: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        first = self.cards[0]
        self.cards = tuple(
            replace(first, id=f"{self.name}:{name}", name=f"{self.name.title()} {name}") for name in ("cheap", "dear")
        )

    def data(self) -> str:
        """Its limits and prices."""
        price = 'prices = [{{operation = "text-to-image", unit = "image", cost_usd = "{}", source = "a test", '
        price += "read_on = 2026-11-21}}]\n"
        return (
            f'[provider]\ntitle = "{self.name.title()}"\n{self.facts}\n'
            f'[models."{self.name}:cheap"]\n{price.format("0.02")}[models."{self.name}:dear"]\n{price.format("0.05")}'
        )

    async def submit(self, order: Order, http: Http) -> Ticket | Delivery:
        """Notes the key, then does as scripted."""
        self.used.append(("submit", key_in(order.access)))
        return await super().submit(order, http)

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """Notes the key, then does as scripted."""
        self.used.append(("check", key_in(order.access)))
        return await super().check(ticket, order, http)

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """What the test says of the account."""
        self.used.append(("test", key_in(access)))
        if isinstance(self.says, ProviderError):
            raise self.says
        return self.says

    async def probe(self, access: ProviderSettings, http: Http) -> tuple[ModelState, ...]:
        """What the test says of its models."""
        self.probes += 1
        return self.states

    def keys(self, call: str) -> list[str]:
        """The keys that such calls came with, in their order."""
        return [key for name, key in self.used if name == call]


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = BEGAN

    def move(self, **by: float) -> None:
        """Later by this much."""
        self.now += timedelta(**by)


@contextmanager
def a_set_clock() -> Iterator[SetClock]:
    """While this is open, time stands still."""
    made = SetClock()
    with clock.set_clock(lambda: made.now):
        yield made


def key_in(access: ProviderSettings) -> str:
    """The key of an account, in clear."""
    return access.api_key.get_secret_value() if isinstance(access, Keys) else ""


async def add_account(house: House, provider: str, key: str = FIRST_KEY, **limits: object) -> VendorAccountView:
    """Adds an account at a vendor."""
    wanted = NewVendorAccount.model_validate({"title": key[:9], "settings": {"api_key": key}, **limits})
    runtime = house.studio.runtime
    return await runtime.db.write(lambda session: runtime.vendors.add(session, provider, wanted))
