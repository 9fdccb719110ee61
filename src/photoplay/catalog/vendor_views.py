"""Vendors and accounts there as the doors show them: never a key, at most its last characters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from photoplay.catalog.health import CheckView
from photoplay.providers import ProviderSettings

ENVIRONMENT: Final = "environment"
"""The id by which people call the account that the environment gives. In rows it is None."""
SHOWN_CHARACTERS: Final = 4
_LONG_ENOUGH_TO_SHOW: Final = 12
State = Literal["ready", "no_key", "resting", "off", "unavailable"]
Turn = Literal["first", "equal", "last"]
"""When an account is asked: before the others, as they are, or only when the others take no more."""


@dataclass(frozen=True)
class VendorAccount:
    """An account that can be used, with its keys. It never prints them. `in_flight` and the other: None is no limit."""

    id: str | None
    """None: the account of the environment."""
    provider: str
    title: str
    access: ProviderSettings
    in_flight: int | None
    requests_per_minute: int | None
    tokens_per_minute: int | None = None
    turn: Turn = "equal"
    is_doubtful: bool = False
    """Whether the vendor refused its key a short while ago: others are asked before."""

    @property
    def subject(self) -> str:
        """By what the last check of it is kept."""
        return subject_of(self.provider, self.id)


class VendorAccountView(BaseModel):
    """An account at a vendor without its keys: `keys` has the last four characters of each."""

    id: str
    provider: str
    title: str
    source: Literal["environment", "settings"]
    is_on: bool
    is_usable: bool
    keys: dict[str, str]
    settings: dict[str, Any]
    in_flight: int | None
    requests_per_minute: int | None
    tokens_per_minute: int | None = None
    turn: Turn = "equal"
    last_test: CheckView | None = None
    created_at: datetime | None


class NewVendorAccount(BaseModel):
    """An account to be kept. `settings` are the fields of the provider's settings: its keys, perhaps its address."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(default="", max_length=80)
    settings: dict[str, str] = Field(default_factory=dict, examples=[{"api_key": "sk-..."}])
    is_on: bool = True
    in_flight: int | None = Field(default=None, ge=1, le=1000, description="Orders at work at the same time.")
    requests_per_minute: int | None = Field(default=None, ge=1, le=100_000)
    tokens_per_minute: int | None = Field(
        default=None, ge=1, le=1_000_000_000, description="In and out, of a vendor that bills tokens."
    )
    turn: Turn = Field(
        default="equal", description="Whether it is asked before the other accounts, with them, or last."
    )


class VendorAccountChange(BaseModel):
    """What is to be changed of an account; what is left out stays. A limit of null is the vendor's usual one."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(default="", min_length=1, max_length=80)
    settings: dict[str, str] = Field(default_factory=dict)
    is_on: bool = True
    in_flight: int | None = Field(default=None, ge=1, le=1000)
    requests_per_minute: int | None = Field(default=None, ge=1, le=100_000)
    tokens_per_minute: int | None = Field(default=None, ge=1, le=1_000_000_000)
    turn: Turn = "equal"


class AccountField(BaseModel):
    """One field of an account at a vendor, for a form. `variable` sets it in the environment."""

    name: str
    title: str
    about: str
    variable: str
    is_secret: bool
    is_needed: bool
    usual: str


class ProviderView(BaseModel):
    """A vendor and whether orders can be given to it now. `message` says why not; `needs_key_for` what to do about a key."""

    name: str
    title: str
    about: str
    state: State
    message: str
    needs_key_for: str | None
    keys_at: str
    resting_until: datetime | None
    is_on: bool = True
    """Whether the owner lets orders go to it; those that are out are followed all the same."""
    default_models: dict[str, str] = {}
    """By operation, the model that a request gets which names the vendor as its model."""
    models: list[str]
    settings: dict[str, bool]
    """The fields of an account, and whether each is a key."""
    can_test: bool
    fields: list[AccountField] = []
    """The same with words for people."""
    usual_in_flight: int | None = None
    usual_requests_per_minute: int | None = None
    usual_tokens_per_minute: int | None = None
    """What accounts without limits of their own take; None: no limit is known."""
    counts_tokens: bool = False
    """Whether it bills by tokens, so that a limit of tokens a minute means something there."""
    health: CheckView | None
    """The last time an account of it was tested or refused; its words and balance are for the owner only."""
    accounts: list[VendorAccountView] | None = None
    """For the owner only."""


def subject_of(provider: str, account_id: str | None) -> str:
    """By what the last check of an account is kept."""
    return account_id or f"{ENVIRONMENT}:{provider}"


def account_view(
    account: VendorAccount, *, is_on: bool, created_at: datetime | None, checks: Mapping[str, CheckView]
) -> VendorAccountView:
    """An account without its keys."""
    access, secret = account.access, set(account.access.secret_names())
    return VendorAccountView(
        id=account.id or ENVIRONMENT,
        provider=account.provider,
        title=account.title,
        source="environment" if account.id is None else "settings",
        is_on=is_on,
        is_usable=is_on and not access.missing(),
        keys={name: hint_of(getattr(access, name).get_secret_value()) for name in sorted(secret)},
        settings={name: getattr(access, name) for name in type(access).model_fields if name not in secret},
        in_flight=account.in_flight,
        requests_per_minute=account.requests_per_minute,
        tokens_per_minute=account.tokens_per_minute,
        turn=account.turn,
        last_test=checks.get(account.subject),
        created_at=created_at,
    )


def hint_of(secret: str) -> str:
    """The last characters of a key; none of a key so short that they would give it away."""
    return secret[-SHOWN_CHARACTERS:] if len(secret) >= _LONG_ENOUGH_TO_SHOW else ("..." if secret else "")


def without_secrets(message: str, access: ProviderSettings) -> str:
    """A vendor's message, in which it may repeat a key, without the key."""
    for name in access.secret_names():
        if secret := getattr(access, name).get_secret_value():
            message = message.replace(secret, "(the key)")
    return message
