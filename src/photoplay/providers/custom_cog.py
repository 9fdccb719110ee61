"""Servers of one's own that run a model packed by Cog. One account is one server with one model, described by its schema.

Such a server tells a prediction's end only to the call that began it, so this call waits in a task of ours. While a prediction
runs, the same order again is not run twice; after a restart of the studio it begins anew with the same seed.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final

from pydantic import Field, SecretStr

from photoplay.core.calls import Answer
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.operations import find_operation
from photoplay.providers._adding import Adding, Description
from photoplay.providers._contract import (
    Delivery,
    Health,
    Input,
    Json,
    Limits,
    LocalFile,
    ModelCard,
    Order,
    RemoteFile,
    Ticket,
    Waiting,
)
from photoplay.providers._dialect import fields_of, files_of
from photoplay.providers._errors import (
    ContentRefused,
    Failed,
    Invalid,
    NotConfigured,
    OutcomeUnknown,
    ProviderError,
    Throttled,
    Unavailable,
    Unreadable,
)
from photoplay.providers._files import data_url, json_of, mime_of, save_base64
from photoplay.providers._schema import Described, described, what_counts
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._wire import Wire, refusal_by_status

VENDOR: Final = "Your Cog server"
RUN_SECONDS: Final = 3600.0
OUTCOMES_KEPT: Final = 200
LOST_AT_MOST: Final = 3
"""So often an order begins anew after its call broke."""
OPERATIONS: Final = ("text-to-image", "image-to-image", "inpaint")
"""Of the card without a name of its own; what a described model does is told by its schema."""
USUAL_MIMES: Final = {"image": "image/png", "video": "video/mp4", "audio": "audio/wav"}
_REFUSALS: Final = re.compile(r"nsfw|safety checker|content polic", re.IGNORECASE)


class CogAccess(ProviderSettings):
    """Access to a Cog server."""

    sandbox_path: ClassVar[str] = "/cog"
    address: str = Field(
        "",
        validation_alias="CUSTOM_COG_ADDRESS",
        description="Address of your Cog server, such as http://127.0.0.1:5000.",
    )
    api_key: SecretStr = Field(
        SecretStr(""), validation_alias="CUSTOM_COG_API_KEY", description="Bearer token that stands before it, if any."
    )
    cost_per_second: Decimal | None = Field(
        None,
        validation_alias="CUSTOM_COG_COST_PER_SECOND_USD",
        ge=0,
        description="What a second of its work costs you in dollars. Empty: the price in Admin decides.",
    )

    def missing(self) -> tuple[str, ...]:
        """The address; the token may be empty."""
        return () if self.address else ("address",)


@dataclass
class _Work:
    """One order on its way. Without a task and an outcome it is to be sent (again)."""

    task: "asyncio.Task[None] | None" = None
    outcome: Delivery | ProviderError | None = None
    lost: int = 0


class CustomCog:
    """Holds the open calls of its orders. It knows them in memory only."""

    name = "custom-cog"
    settings = CogAccess
    adding = Adding("A name for it, of your choice", "house-style", is_own=True)

    def __init__(self) -> None:
        self.cards = (_card("server", "Cog server", OPERATIONS),)
        self._works: dict[str, _Work] = {}
        self._wake: Callable[[str], None] = lambda order_id: None

    def on_news(self, wake: Callable[[str], None]) -> None:
        """Wakes at the end of an order."""
        self._wake = wake

    async def submit(self, order: Order, http: Http) -> Ticket:
        """Begins the order on a server that is ready. The same order again changes nothing."""
        if order.id not in self._works:
            wire = _wire(order.access, http)
            await _ready(wire)
            told = await _schema(order, wire)
            sent = fields_of(order.params, told.dialect)
            sent |= await files_of(order, told.dialect, lambda given: _inline(order, given))
            self._works[order.id] = _Work()
            self._begin(order, wire, sent)
        return Ticket({"id": order.id})

    async def find(self, order: Order, http: Http) -> Ticket:
        """Always found: an order that is not known here is sent again, which does not run twice what still runs."""
        return await self.submit(order, http)

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """How far it is. What broke on its way or found no free place is told once; the next look begins it anew."""
        work = self._works.get(order.id)
        if work is None or (work.outcome is None and work.task is None):
            lost = work.lost if work is not None else 0
            self._works.pop(order.id, None)
            await self.submit(order, http)
            self._works[order.id].lost = lost
            return Waiting(word="Waiting for its turn")
        match work.outcome:
            case None:
                return Waiting(word="Working")
            case Delivery():
                return work.outcome
            case NotConfigured() | Throttled() | Unavailable() | OutcomeUnknown() as trouble:
                work.outcome = None
                raise trouble
            case ProviderError():
                raise work.outcome

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Stops it on the server, and closes the call."""
        work = self._works.setdefault(order.id, _Work())
        if work.outcome is None:
            work.outcome = Failed("Cancelled. Nothing was charged.")
            await _wire(order.access, http).ask("POST", f"/predictions/{order.id}/cancel", also_ok=(404,))
            await _ended(work)
        self._wake(order.id)

    async def close(self) -> None:
        """Closes every call. Orders begin anew after the next start."""
        works, self._works = self._works, {}
        for work in works.values():
            await _ended(work)

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks for its health."""
        status = await _health(_wire(access, http))
        return Health(is_ok=status in ("READY", "BUSY"), message=f"The server says that it is {status}.")

    async def suggest(self, access: ProviderSettings, http: Http) -> tuple[str, ...]:
        """A name for the server's one model, where it tells one of its own."""
        info = (await _document(_wire(access, http))).get("info") or {}
        name = re.sub(r"[^a-z0-9]+", "-", str(info.get("title") or "").lower()).strip("-")
        return () if name in ("", "cog") else (name,)

    async def describe(
        self, reference: str, given: Mapping[str, Json], access: ProviderSettings, http: Http
    ) -> Description:
        """The server's one model under a name of your choice, which may hint at what it makes."""
        if not re.fullmatch(r"[\w.-]{1,80}", reference):
            raise Invalid("A name for it has letters, digits, dots and dashes.")
        said = await _document(_wire(access, http))
        about = str((said.get("info") or {}).get("description") or "")[:300]
        description = Description(reference, {"about": about, "schema": what_counts(said)})
        self.card_of(description)
        return description

    def card_of(self, description: Description) -> ModelCard:
        """The card of a described model."""
        told = _told(description.model, description.document)
        return _card(description.model, description.model, told.operations, options=told.options, limits=told.limits)

    def _begin(self, order: Order, wire: Wire, sent: dict[str, Json]) -> None:
        work = self._works[order.id]
        work.task = asyncio.create_task(self._make(order, wire, sent), name=f"cog {order.id}")
        over = [order_id for order_id, one in self._works.items() if one.outcome is not None]
        for order_id in over[:-OUTCOMES_KEPT]:
            del self._works[order_id]

    async def _make(self, order: Order, wire: Wire, sent: dict[str, Json]) -> None:
        work = self._works[order.id]
        try:
            outcome: Delivery | ProviderError | None = await _made(order, wire, sent)
        except OutcomeUnknown as trouble:
            work.lost += 1
            outcome = trouble if work.lost < LOST_AT_MOST else Failed(f"{trouble.message} It broke {work.lost} times.")
        except ProviderError as trouble:
            outcome = trouble
        except OSError as trouble:
            outcome = Failed(f"The disk did not take the result ({trouble.strerror}).")
        work.task, work.outcome = None, work.outcome or outcome
        self._wake(order.id)


async def _made(order: Order, wire: Wire, sent: dict[str, Json]) -> Delivery | None:
    """Runs it to its end; None: it runs already, for a call of ours that broke."""
    target, body = order.spool / "answer.json", {"input": sent}
    answer = await wire.submit("PUT", f"/predictions/{order.id}", json=body, large=target, timeout_seconds=RUN_SECONDS)
    said = await json_of(answer)
    if not isinstance(said, Mapping):
        raise Unreadable(f"{VENDOR} answered something that we cannot read.")
    seconds = (said.get("metrics") or {}).get("predict_time")
    rate = order.access.cost_per_second if isinstance(order.access, CogAccess) else None
    billed = rate * Decimal(str(seconds)) if rate is not None and seconds is not None else None
    match said.get("status"):
        case "succeeded":
            return await _delivery(order, said, billed)
        case "canceled":
            raise Failed(f"{VENDOR} stopped it.", billed_usd=billed)
        case "failed":
            raise _failure(str(said.get("error") or "without a reason"), billed)
        case _ if answer.status == 202:
            return None
        case _:
            raise Unreadable(f"{VENDOR} neither made it nor failed.")


async def _delivery(order: Order, said: Mapping[str, Any], billed: Decimal | None) -> Delivery:
    output = said.get("output")
    if isinstance(output, Mapping):
        output = next((output[name] for name in ("audio", "video", "image") if output.get(name)), list(output.values()))
    outputs = [one for one in (output if isinstance(output, list) else [output]) if isinstance(one, str)]
    files = [await _file(order, one, number) for number, one in enumerate(outputs) if _is_file(one)]
    if not files:
        raise Unreadable(f"{VENDOR} gives no file.")
    seed = order.params.get("seed")
    return Delivery(tuple(files), billed, {"seed": seed} if isinstance(seed, int) else {})


def _is_file(output: str) -> bool:
    return output.startswith(("data:", "http://", "https://"))


async def _file(order: Order, output: str, number: int) -> LocalFile | RemoteFile:
    usual = USUAL_MIMES[find_operation(order.operation).output.value]
    if not output.startswith("data:"):
        return RemoteFile(output, mime_of(output, usual))
    mime = output[5:200].partition(",")[0].partition(";")[0] or usual
    return await save_base64(order, output, mime, name=f"result-{number}")


def _failure(said: str, billed: Decimal | None) -> ProviderError:
    words = re.sub(r"\s+", " ", said).strip().rstrip(".")[:200]
    if _REFUSALS.search(words):
        return ContentRefused(f"The model's filter stopped it: {words}.", billed_usd=billed)
    return Failed(f"The model failed: {words}.", billed_usd=billed)


async def _inline(order: Order, given: Input) -> str:
    return await data_url(given, order.spool)


async def _ready(wire: Wire) -> None:
    status = await _health(wire)
    if status not in ("READY", "BUSY"):
        raise Unavailable(f"{VENDOR} is not ready: it says {status}. Nothing was ordered.")


async def _health(wire: Wire) -> str:
    said = (await _before_ordering(wire, "/health-check")).json()
    return str(said.get("status", "UNKNOWN")) if isinstance(said, Mapping) else "UNKNOWN"


async def _schema(order: Order, wire: Wire) -> Described:
    """As it was when the model was added; without that as it is now."""
    if order.described:
        return _told(order.model.partition(":")[2], order.described)
    said = await _document(wire)
    return _told("", {"about": (said.get("info") or {}).get("description", ""), "schema": what_counts(said)})


def _told(name: str, document: Mapping[str, Any]) -> Described:
    return described(document["schema"], words=f"{name} {document['about']}")


async def _document(wire: Wire) -> Mapping[str, Any]:
    said = (await _before_ordering(wire, "/openapi.json")).json()
    if not isinstance(said, Mapping):
        raise Invalid(f"{VENDOR} tells no schema.")
    return said


async def _before_ordering(wire: Wire, path: str) -> Answer:
    """A call before the order: whatever becomes of it, nothing was ordered."""
    try:
        return await wire.ask("GET", path)
    except OutcomeUnknown as error:
        raise Unavailable(f"{error.message} Nothing was ordered.") from error


async def _ended(work: _Work) -> None:
    if work.task is not None:
        work.task.cancel()
        await asyncio.gather(work.task, return_exceptions=True)


def _card(name: str, title: str, operations: tuple[str, ...], **facts: Any) -> ModelCard:
    usual = {operation: Limits() for operation in operations}
    return ModelCard(
        id=f"custom-cog:{name}",
        name=title,
        vendor=VENDOR,
        operations=operations,
        about="A model of your own, packed by Cog. What it can do is told by its schema; what it costs you say in Admin.",
        limits=facts.pop("limits", usual),
        typical_seconds=dict.fromkeys(operations, 20.0),
        recovery="key",
        can_cancel=True,
        lanes=dict.fromkeys(operations, "server"),
        lane_limits={"server": 1},
        **facts,
    )


def _wire(access: ProviderSettings, http: Http) -> Wire:
    key = access.api_key.get_secret_value() if isinstance(access, CogAccess) else ""
    return Wire(http, VENDOR, access.address, {"Authorization": f"Bearer {key}"} if key else {}, _refusal)


def _refusal(answer: Answer) -> ProviderError:
    body = answer.json()
    said = (body.get("error") or body.get("detail") or "") if isinstance(body, Mapping) else ""
    if isinstance(said, list):
        said = "; ".join(f"{'.'.join(map(str, one.get('loc', ())[1:]))}: {one.get('msg', '')}" for one in said)
    if answer.status == 409:
        return Throttled(f"{VENDOR} has no free place.", retry_after_seconds=2.0)
    return refusal_by_status(VENDOR, answer, str(said), not_taken=frozenset({503}))


def provider(settings: Settings) -> CustomCog:
    """The provider of this dialect."""
    return CustomCog()
