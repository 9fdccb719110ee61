"""fal: a queue of many models. An order is asked for and cancelled at the addresses that its answer gives."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar, Final
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr, ValidationError

from photoplay.core import clock
from photoplay.core.calls import Answer
from photoplay.core.files import in_thread
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.operations import find_operation
from photoplay.providers._adding import Adding, Description
from photoplay.providers._contract import (
    Callback,
    CannotTell,
    Delivery,
    Health,
    Input,
    Json,
    ModelCard,
    Order,
    RemoteFile,
    Ticket,
    Waiting,
)
from photoplay.providers._data import rates_of
from photoplay.providers._dialect import Dialect, fields_of, files_of
from photoplay.providers._errors import (
    ContentRefused,
    Failed,
    Forged,
    Invalid,
    NotConfigured,
    OutcomeUnknown,
    ProviderError,
    Unavailable,
    Unreadable,
)
from photoplay.providers._fal_cards import BY_ID, CARDS, KEPT_SECONDS, VENDOR, described_card
from photoplay.providers._fal_schema import as_cog, price_rules
from photoplay.providers._files import data_url, ending_of, local_path, mime_of
from photoplay.providers._schema import Described, described
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._signing import verify_fal
from photoplay.providers._wire import Wire, refusal_by_status

INLINE_BYTES: Final = 1_000_000
KEYS_KEPT: Final = timedelta(hours=24)
"""The vendor asks not to keep its public keys longer: fal.ai/docs, webhooks, read 2026-11-21."""
HOSTS: Final = ("*.fal.run", "rest.fal.ai", "api.fal.ai")
NOBODYS: Final = "00000000-0000-0000-0000-000000000000"
USUAL_MIMES: Final = {"image": "image/png", "video": "video/mp4", "audio": "audio/mpeg"}


class FalAccess(ProviderSettings):
    """Access to fal."""

    sandbox_path: ClassVar[str] = "/fal/queue"
    address: str = Field(
        "https://queue.fal.run", validation_alias="FAL_QUEUE_ADDRESS", description="Address of fal's queue."
    )
    key: SecretStr = Field(
        SecretStr(""),
        validation_alias="FAL_KEY",
        description="Key of fal, from its dashboard: an id, a colon, a secret.",
    )

    @property
    def rest(self) -> str:
        """Address of what is no queue: uploads and public keys."""
        own = self.address.removesuffix("/queue")
        return "https://rest.fal.ai" if own == self.address else f"{own}/rest"

    @property
    def platform(self) -> str:
        """Address of what tells of models and their prices."""
        own = self.address.removesuffix("/queue")
        return "https://api.fal.ai/v1" if own == self.address else f"{own}/platform/v1"


class Fal:
    """Takes no key of ours and lists no orders: a lost answer stays uncertain."""

    name = "fal"
    settings = FalAccess
    cards = CARDS
    adding = Adding("Its endpoint: owner/app, or owner/app/path", "fal-ai/flux/krea")

    def __init__(self) -> None:
        self._keys: dict[str, tuple[datetime, tuple[str, ...]]] = {}

    async def submit(self, order: Order, http: Http) -> Ticket:
        """Puts the order into the queue. The vendor's own repeats are switched off."""
        wire = _wire(order.access, http)
        path, dialect = _route(order)
        body = fields_of(order.params, dialect) | await files_of(order, dialect, partial(_address, order, wire))
        if order.webhook:
            await self._learn_keys(wire, order.access)
            path = f"{path}?fal_webhook={quote(order.webhook, safe='')}"
        answer = await wire.submit("POST", f"/{path}", json=body, headers={"x-fal-no-retry": "1"})
        taken = _read(answer, _Taken)
        return Ticket(taken.model_dump())

    def ticket_for(self, number: str, order: Order) -> Ticket:
        """Its addresses are those of the app, which the first two parts of the route name."""
        app = "/".join(_route(order)[0].split("/")[:2])
        url = f"{order.access.address}/{app}/requests/{quote(number, safe='')}"
        taken = _Taken(request_id=number, status_url=f"{url}/status", response_url=url, cancel_url=f"{url}/cancel")
        return Ticket(taken.model_dump())

    async def find(self, order: Order, http: Http) -> CannotTell:
        """There is no list of orders."""
        return CannotTell()

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """One look at the state, and at the result when there is one: "COMPLETED" may be a failure."""
        wire = _wire(order.access, http)
        if order.webhook:
            await self._learn_keys(wire, order.access)
        answer = await wire.look("GET", str(ticket.reference["status_url"]))
        state = _read(answer, _State)
        if state.status == "IN_QUEUE":
            ahead = f", {state.queue_position} before it" if state.queue_position else ""
            return Waiting(word=f"Waiting in the queue{ahead}")
        if state.status != "COMPLETED":
            return Waiting(word="Working")
        answer = await wire.look("GET", str(ticket.reference["response_url"]), also_ok=_FAILURES)
        if not answer.is_ok:
            raise _failure(answer)
        return _delivery(answer, order, state)

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Asks to stop: surely before the start, perhaps later."""
        await _wire(order.access, http).ask("PUT", str(ticket.reference["cancel_url"]), also_ok=(400, 404))

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks for an order that nobody gave: with a good key there is none."""
        path = f"/fal-ai/flux/requests/{NOBODYS}/status"
        await _wire(access, http).ask("GET", path, also_ok=(404, 422))
        return Health(is_ok=True, message="The key is good.")

    def verify(
        self, headers: Mapping[str, str], body: bytes, access: ProviderSettings, *, secret: str, now: datetime
    ) -> Callback:
        """A call signed with one of the vendor's keys, which were read when the order was given."""
        _, keys = self._keys.get(access.address, (now, ()))
        key = verify_fal(headers, body, keys=keys, now=now)
        try:
            told = _Call.model_validate_json(body)
        except ValidationError as error:
            raise Forged("The call is about no order.") from error
        if told.request_id != key:
            raise Forged("The call is about another order than it says.")
        return Callback(key, told.request_id)

    async def describe(
        self, reference: str, given: Mapping[str, Json], access: ProviderSettings, http: Http
    ) -> Description:
        """Any endpoint, with its schema and its price as the vendor's platform tells them."""
        endpoint = reference.strip().removeprefix("https://fal.ai/models/").strip("/")
        if not isinstance(access, FalAccess) or not re.fullmatch(r"[\w.-]+(/[\w.-]+)+", endpoint):
            raise Invalid("A model of fal is named by its endpoint: owner/app, or owner/app/path.")
        wire, asked = _wire(access, http), quote(endpoint, safe="")
        url = f"{access.platform}/models?endpoint_id={asked}&expand=openapi-3.0"
        said = (await wire.ask("GET", url, also_ok=(404,))).json()
        found = [one for one in _listed(said) if one.get("endpoint_id") == endpoint]
        if not found or not isinstance(found[0].get("openapi"), Mapping):
            raise Invalid(f"{VENDOR} has no model {endpoint}.")
        schema, example = as_cog(found[0]["openapi"], endpoint)
        about = found[0].get("metadata") or {}
        words = {name: str(about.get(name) or "")[:300] for name in ("display_name", "category", "description")}
        document: dict[str, Json] = {"endpoint": endpoint, "schema": schema, "example": example, **words}
        operations = _told_of(document).operations
        try:
            told = (await wire.ask("GET", f"{access.platform}/models/pricing?endpoint_id={asked}")).json()
        except ProviderError:
            told = None  # not every key may ask for prices: then the operator says one
        return Description(endpoint, document, price_rules(told, endpoint, operations))

    def card_of(self, description: Description) -> ModelCard:
        """The card of a described endpoint."""
        kept, told = description.document, _told_of(description.document)
        return described_card(
            description.model,
            str(kept["display_name"]) or description.model,
            str(kept["description"]) or "A model on fal.",
            operations=told.operations,
            options=told.options,
            limits=told.limits,
        )

    async def _learn_keys(self, wire: Wire, access: ProviderSettings) -> None:
        """Reads the vendor's public keys once a day. Without them its calls are refused, and asking goes on."""
        known = self._keys.get(access.address)
        if not isinstance(access, FalAccess) or (known is not None and clock.now() - known[0] < KEYS_KEPT):
            return
        try:
            said = (await wire.ask("GET", f"{access.rest}/.well-known/jwks.json", timeout_seconds=10.0)).json()
        except ProviderError:
            return
        keys = said.get("keys") if isinstance(said, Mapping) else None
        found = tuple(one["x"] for one in keys or () if isinstance(one, Mapping) and isinstance(one.get("x"), str))
        self._keys[access.address] = clock.now(), found


_FAILURES: Final = (400, 402, 403, 409, 422, 499, 500, 502, 503, 504)


def _route(order: Order) -> tuple[str, Dialect]:
    if order.described:
        return str(order.described["endpoint"]), _told_of(order.described).dialect
    hosted = BY_ID.get(order.model)
    if hosted is None:
        raise Invalid(f"{VENDOR} has no card of this model here: add it in Settings.")
    path = hosted.routes[order.operation]
    if hosted.with_last and any(given.role == "last" for given in order.inputs):
        path = hosted.with_last
    return path, hosted.dialects.get(path, hosted.dialect)


def _told_of(document: Mapping[str, Json]) -> Described:
    schema: Any = document["schema"]
    words = f"{document['endpoint']} {document['category']} {document['description']}"
    return described(schema, words=words, example=document["example"])


def _listed(said: Any) -> list[Mapping[str, Any]]:
    models = said.get("models") if isinstance(said, Mapping) else None
    return [one for one in models or () if isinstance(one, Mapping)]


async def _address(order: Order, wire: Wire, given: Input) -> str:
    if given.size_bytes <= INLINE_BYTES or not isinstance(order.access, FalAccess):
        return await data_url(given, order.spool)
    about = {"content_type": given.mime, "file_name": f"{given.role}.{ending_of(given.mime)}"}
    url = f"{order.access.rest}/storage/upload/initiate?storage_type=gcs"
    path = await local_path(given, order.spool)
    try:
        begun = _read(await wire.ask("POST", url, json=about), _Upload)
        data = await in_thread(path.read_bytes)
        typed = {"Content-Type": given.mime}
        await wire.ask("PUT", begun.upload_url, body=data, headers=typed, timeout_seconds=300.0)
    except (OutcomeUnknown, Unreadable) as error:
        raise Unavailable(f"{error.message} Nothing was ordered.") from error
    return str(begun.file_url)


def _delivery(answer: Answer, order: Order, state: "_State") -> Delivery:
    said = answer.json()
    if not isinstance(said, Mapping):
        raise Unreadable(f"{VENDOR} says it is ready and gives nothing that we can read.")
    if any(said.get("has_nsfw_concepts") or ()):
        raise ContentRefused(f"{VENDOR} made it, and its filter kept it back.", billed_usd=None)
    usual = USUAL_MIMES[find_operation(order.operation).output.value]
    files = tuple(_file(one, usual) for one in _told_files(said))
    if not files:
        raise Unreadable(f"{VENDOR} says it is ready and gives no file.")
    rate, spent = rates_of(order.model).get("second"), (state.metrics or {}).get("inference_time")
    billed = rate * Decimal(str(spent)) if rate is not None and spent is not None else None
    return Delivery(files, billed, {"seed": said["seed"]} if isinstance(said.get("seed"), int) else {})


def _told_files(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    images = said.get("images")
    found = (
        images if isinstance(images, list) else [said.get(name) for name in ("video", "image", "audio", "audio_file")]
    )
    return [one for one in found if isinstance(one, Mapping) and isinstance(one.get("url"), str)]


def _file(told: Mapping[str, Any], usual: str) -> RemoteFile:
    mime = told.get("content_type") or mime_of(str(told["url"]), usual)
    return RemoteFile(str(told["url"]), str(mime), expires_in_seconds=KEPT_SECONDS)


def _failure(answer: Answer) -> ProviderError:
    """What a failed order says. The vendor does not bill its own faults."""
    kinds, said = _told(answer)
    billed = Decimal(0) if answer.status >= 500 or "cancel" in said.lower() else None
    if "content_policy_violation" in kinds:
        return ContentRefused(f"The model's filter stopped it: {said}.", billed_usd=billed)
    return Failed(f"{VENDOR} could not make it: {said}.", billed_usd=billed)


def _told(answer: Answer) -> tuple[set[str], str]:
    """The kinds of an error and its words: a sentence of the platform, or a list of the model's."""
    body = answer.json()
    detail = body.get("detail") if isinstance(body, Mapping) else None
    kinds = {str(body.get("error_type") or "")} if isinstance(body, Mapping) else set()
    if isinstance(detail, list):
        parts = [one for one in detail if isinstance(one, Mapping)]
        kinds |= {str(one.get("type") or "") for one in parts}
        detail = "; ".join(
            f"{'.'.join(map(str, one.get('loc', ())[1:]))} {one.get('msg', '')}".strip() for one in parts
        )
    return kinds, re.sub(r"\s+", " ", str(detail or f"status {answer.status}")).strip().rstrip(".")[:200]


def _wire(access: ProviderSettings, http: Http) -> Wire:
    key = access.key.get_secret_value() if isinstance(access, FalAccess) else ""
    return Wire(http, VENDOR, access.address, {"Authorization": f"Key {key}"}, _refusal, HOSTS)


def _refusal(answer: Answer) -> ProviderError:
    _, said = _told(answer)
    if answer.status == 403 and "balance" in said.lower():
        return NotConfigured(f"The account at {VENDOR} has no credit left: {said}.")
    return refusal_by_status(VENDOR, answer, said)


def provider(settings: Settings) -> Fal:
    """The provider of this vendor."""
    return Fal()


class _Taken(BaseModel):
    request_id: str
    status_url: str
    response_url: str
    cancel_url: str


class _State(BaseModel):
    status: str
    queue_position: int | None = None
    metrics: dict[str, Any] | None = None


class _Upload(BaseModel):
    upload_url: str
    file_url: str


class _Call(BaseModel):
    request_id: str


def _read(answer: Answer, shape: type[Any]) -> Any:
    try:
        return shape.model_validate(answer.json())
    except ValidationError as error:
        raise Unreadable(f"{VENDOR} answered something that we cannot read.") from error
