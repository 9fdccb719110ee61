"""The seam to every vendor: an Order goes out, a Ticket (still working) or a Delivery (files) comes back."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from photoplay.core.http import Http
from photoplay.providers._settings import ProviderSettings

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
FileRole = Literal["original", "webp", "thumb", "card", "poster", "preview", "peaks"]
Recovery = Literal["key", "search", "none"]
Way = Literal["inline", "upload", "address"]
"""How an input file reaches a vendor: in the request, by its upload call, or by a public link that it fetches."""
LARGEST_RESULT_PIXELS: Final = 2**26
"""8192 x 8192: what the studio has enlarged at most, so that it can keep what comes back."""


class Options(BaseModel):
    """Settings that only one vendor's model has. Added to the params of the operation, flat."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class NoOptions(Options):
    """A model without settings of its own."""


@dataclass(frozen=True)
class Limits:
    """What a model can do, so that forms, validation and quotes say it before any money moves. Empty: not limited."""

    aspects: tuple[str, ...] = ()
    sizes: tuple[str | int, ...] = ()
    durations_seconds: tuple[float, ...] = ()
    """Allowed values when `duration_step_seconds` is None, else (shortest, longest)."""
    duration_step_seconds: float | None = None
    prompt_characters: int = 4000
    input_pixels: int | None = None
    """Most pixels of an input picture."""
    input_bytes: int | None = None
    """Most bytes of one input file."""
    input_count: Mapping[str, int] = field(default_factory=dict)
    """By role: how many files it takes at most. Default: one."""
    input_seconds: float | None = None
    """Longest film or sound that is taken as an input."""
    factors: tuple[int, ...] = ()
    """How many times larger it makes a picture."""
    result_pixels: int | None = None
    """Most pixels of a picture that is made larger."""


@dataclass(frozen=True, eq=False)
class ModelCard:
    """One model on offer. Prices and lifecycle come from the vendor's data file, by `id`."""

    id: str
    """`provider:name`."""
    name: str
    vendor: str
    operations: tuple[str, ...]
    about: str
    """What it is good at, and honestly what not, in one or two sentences."""
    options: type[Options] = NoOptions
    limits: Mapping[str, Limits] = field(default_factory=dict)
    """By operation."""
    lacks: tuple[str, ...] = ()
    """Settings of its operations that it has no place for, such as a seed: not shown, and told where a request has one."""
    is_trained: bool = True
    """Whether a trained model makes it; False for procedural work. Decides what the file says of its origin."""
    is_found: bool = False
    """Whether it was there before and is only fetched, as a stock photograph: the file stays as it came, without our marks."""
    typical_seconds: Mapping[str, float] = field(default_factory=dict)
    """By operation; used until ten runs have taught the real duration."""
    recovery: Recovery = "none"
    key_valid_for_seconds: float | None = None
    listed_within_seconds: float | None = None
    results_kept_for_seconds: float | None = None
    can_cancel: bool = False
    bills_refusals: bool = False
    lanes: Mapping[str, str] = field(default_factory=dict)
    """By operation: the part of the provider that does it, where parts work side by side. Default: one lane."""
    lane_limits: Mapping[str, int] = field(default_factory=dict)
    """By lane: how many orders may be at work at the same time. Default: eight."""
    runs_here: bool = False
    """Whether the machine of the worker makes it: then the limits of its lanes are those of each machine."""
    check_floor_seconds: float = 1.0
    """The vendor is asked for progress at most this often."""
    takes: Mapping[str, tuple[Way, ...]] = field(default_factory=dict)
    """By input role: the ways its files can reach the vendor, the best first. Default: inline."""
    tells_progress: bool = False
    """Whether the vendor says how far it is; else progress is estimated from the learnt duration."""


@dataclass(frozen=True)
class Input:
    """One input file of an order. `open` streams its bytes; `address` is a link that the vendor can reach, or None."""

    role: str
    mime: str
    size_bytes: int
    sha256: str
    open: Callable[[], AsyncIterator[bytes]]
    local_path: Callable[[], Path | None]
    """A readable file on this machine, where the storage is a folder here; else None."""
    address: str | None = None
    width: int | None = None
    height: int | None = None
    clear: Callable[[Path, Path], Awaitable[None]] | None = None
    """Makes of a mask in a file a PNG in another that is transparent where the mask is white, as some vendors want it."""


@dataclass(frozen=True)
class LocalFile:
    """A file in the order's spool folder."""

    path: Path
    mime: str
    role: FileRole = "original"
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    fps: float | None = None


@dataclass(frozen=True)
class RemoteFile:
    """A file at the vendor, to be fetched through the guard before `expires_in_seconds` have passed."""

    url: str
    mime: str
    role: FileRole = "original"
    expires_in_seconds: float | None = None


@dataclass(frozen=True)
class Order:
    """One send to one provider. `id` is stable over restarts and serves as the vendor's idempotency key.

    `access` is the account at the vendor that this order was given to: an instance of the provider's `settings`.
    """

    id: str
    model: str
    operation: str
    params: Mapping[str, Json]
    """Validated params of the operation and options of the model, flat. `seed` is filled in where the card does not lack it."""
    inputs: tuple[Input, ...] = ()
    spool: Path = Path()
    """A folder of this order alone, where the provider may leave files. It exists."""
    access: ProviderSettings = field(default_factory=ProviderSettings)
    webhook: str | None = None
    """A public address of this studio that the vendor may call when the order has news; None: it can only be asked."""
    on_preview: Callable[[LocalFile], None] = lambda preview: None
    """Called while `submit` still waits, with what can be shown already (partial pictures)."""
    described: Mapping[str, Json] = field(default_factory=dict)
    """Of an added model: the document that its card was made from. Empty for a model of the package."""


@dataclass(frozen=True)
class Ticket:
    """The vendor took the order. `reference` is small JSON that survives a restart and finds the job again."""

    reference: Mapping[str, Json]


@dataclass(frozen=True)
class Waiting:
    """Not done yet. `progress` is 0 to 100; None where the vendor does not tell (then it is estimated)."""

    progress: float | None = None
    seconds_left: float | None = None
    word: str = ""
    """What it does, as people read it: "Painting"."""
    previews: tuple[LocalFile, ...] = ()
    """What can be shown already; a later one replaces an earlier of the same mime."""


@dataclass(frozen=True)
class Delivery:
    """The result. One or more originals, and ready renditions of the first original where the provider made them."""

    files: tuple[LocalFile | RemoteFile, ...]
    billed_usd: Decimal | None = None
    """As the vendor tells; None: not told, the price rule decides."""
    metadata: Mapping[str, Json] = field(default_factory=dict)
    """What belongs into the recipe: the seed and settings really used, the vendor's notes."""


@dataclass(frozen=True)
class Absent:
    """The vendor was searched and certainly does not have the order."""


@dataclass(frozen=True)
class CannotTell:
    """The vendor cannot be searched, or not reliably yet."""


@dataclass(frozen=True)
class Notice:
    """Something the person should know before ordering. `code` is stable; `message` a sentence."""

    code: str
    message: str


@dataclass(frozen=True)
class Callback:
    """A vendor's call that was proved to be the vendor's. `reference`: our order id, or what a ticket of it contains."""

    key: str
    """The same for the same call sent twice."""
    reference: str


@dataclass(frozen=True)
class Health:
    """What a vendor says of an account when it is asked. `balance` is in words, such as "812.5 credits"."""

    is_ok: bool
    message: str
    balance: str | None = None


@dataclass(frozen=True)
class ModelState:
    """What a vendor tells about one of its models today. `model` is without the provider's name."""

    model: str
    is_listed: bool
    shutdown_on: date | None = None


@dataclass(frozen=True)
class Voice:
    """A voice that an account at a vendor may speak with. `sample`: the address of a few words in it."""

    id: str
    name: str
    about: str = ""
    sample: str | None = None


class Provider(Protocol):
    """One vendor. No method sleeps, retries, or touches database or storage."""

    @property
    def name(self) -> str:
        """The prefix of its model ids, such as `black-forest-labs`."""
        ...

    @property
    def settings(self) -> type[ProviderSettings]:
        """What an account at the vendor needs: address and keys."""
        ...

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """Its models."""
        ...

    async def submit(self, order: Order, http: Http) -> Ticket | Delivery:
        """Sends the order once. Raises the errors of `_errors.py`."""
        ...

    async def find(self, order: Order, http: Http) -> Ticket | Delivery | Absent | CannotTell:
        """Looks for an order whose answer was lost."""
        ...

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """Asks how far a taken order is. `order` is as it was sent: a vendor without memory may begin anew from it."""
        ...

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Asks the vendor to stop. What came of it is told by the next `check`."""
        ...


@runtime_checkable
class Announces(Protocol):
    """A provider that can say by itself when an order has news; its orders are then checked at once."""

    def on_news(self, wake: Callable[[str], None]) -> None:
        """`wake(order_id)` is called on the event loop whenever the order should be checked now."""
        ...


@runtime_checkable
class WorksHere(Protocol):
    """A provider that makes things with this machine's own processors; what can wait gives way to it."""

    def quiet_seconds(self) -> float:
        """Seconds since it last made something; 0 while it does, infinite before the first."""
        ...


@runtime_checkable
class Advises(Protocol):
    """A provider that knows before the order what it will do with the words."""

    async def advise(self, model: str, operation: str, params: Mapping[str, Any]) -> tuple[Notice, ...]:
        """Notices to show with the quote, such as what is painted instead of what was asked for."""
        ...


@runtime_checkable
class BringsData(Protocol):
    """A provider from outside this package, whose data file (TOML: prices, lifecycle) is not beside ours."""

    def data(self) -> str:
        """The text of its data file."""
        ...


@runtime_checkable
class Tests(Protocol):
    """A provider whose account can be tested without ordering anything."""

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks the cheapest thing that needs the key. Raises the errors of `_errors.py`."""
        ...


@runtime_checkable
class Receives(Protocol):
    """A provider whose vendor calls us when an order has news."""

    def verify(
        self, headers: Mapping[str, str], body: bytes, access: ProviderSettings, *, secret: str, now: datetime
    ) -> Callback:
        """Proves that a call is the vendor's; header names are in lower case, `secret` is the one of our hook's address.

        Raises `Forged`. Where the vendor signs nothing, the secret in the address is the proof.
        """
        ...


@runtime_checkable
class Probes(Protocol):
    """A provider whose vendor tells which models it has and when they end."""

    async def probe(self, access: ProviderSettings, http: Http) -> tuple[ModelState, ...]:
        """The state of the models that the vendor tells about. Raises the errors of `_errors.py`."""
        ...


@runtime_checkable
class Speaks(Protocol):
    """A provider whose vendor lists the voices of an account, so that people choose them by name."""

    async def voices(self, access: ProviderSettings, http: Http) -> tuple[Voice, ...]:
        """The voices, those of the account first. Raises the errors of `_errors.py`."""
        ...


@runtime_checkable
class Lists(Protocol):
    """A provider whose vendor lists what it has made lately, so that nothing paid for is lost."""

    async def recent(
        self, since: datetime, access: ProviderSettings, http: Http
    ) -> tuple[tuple[str | None, Ticket], ...]:
        """What was ordered since then: our order id where it travelled along, and the ticket."""
        ...


@runtime_checkable
class Recalls(Protocol):
    """A provider whose ticket has more in it than `id`, the vendor's own number of the order."""

    def ticket_for(self, number: str, order: Order) -> Ticket:
        """The ticket of an order by the vendor's number. Raises `Invalid` where the vendor keeps nothing of it."""
        ...


@runtime_checkable
class Closes(Protocol):
    """A provider that holds something open (a child process) and must let go of it at the end."""

    async def close(self) -> None:
        """Ends what is running. Its orders go on after the next start."""
        ...
