"""Kling: films and pictures. Our order id travels as `external_task_id`, which Kling takes once and can be asked for."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Final

import orjson
from pydantic import BaseModel, Field, SecretStr, ValidationError

from photoplay.core import clock
from photoplay.core.calls import Answer
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.providers._contract import (
    Absent,
    Callback,
    CannotTell,
    Delivery,
    Health,
    Json,
    Order,
    RemoteFile,
    Ticket,
    Waiting,
)
from photoplay.providers._errors import (
    ContentRefused,
    Failed,
    Forged,
    Invalid,
    NotConfigured,
    ProviderError,
    Throttled,
    Unreadable,
)
from photoplay.providers._files import base64_of, inputs_of, mime_of
from photoplay.providers._kling_cards import CARDS, KEPT_SECONDS, MODES, VENDOR, Route, has_sound
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._wire import Wire, refusal_by_status, retry_after

TOKEN_SECONDS: Final = 1800
_ROUTES: Final[Mapping[str, Route]] = {
    "text-to-image": "images/generations",
    "image-to-image": "images/generations",
    "text-to-video": "videos/text2video",
    "image-to-video": "videos/image2video",
    "reference-to-video": "videos/omni-video",
}
_ACCOUNT: Final = frozenset({1100, 1101, 1102})
_ONE_PAGE: Final = 100
_CALLED: Final = "<<<image_{}>>>"
"""How words call a picture; Kling draws from those that they call."""


class Kling(ProviderSettings):
    """Access to Kling."""

    sandbox_path: ClassVar[str] = "/kling"
    address: str = Field(
        "https://api-singapore.klingai.com", validation_alias="KLING_API_ADDRESS", description="Address of Kling's API."
    )
    access_key: SecretStr = Field(
        SecretStr(""),
        validation_alias="KLING_ACCESS_KEY",
        description="Access key of Kling, from its developer console.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""), validation_alias="KLING_SECRET_KEY", description="Secret key of Kling, beside the access key."
    )


class KlingProvider:
    """Kling's models, asked at its own API."""

    name = "kling"
    settings = Kling

    def __init__(self) -> None:
        self.cards = CARDS

    async def submit(self, order: Order, http: Http) -> Ticket:
        """Sends the order under our id. One that Kling has already under this id is found instead, and not paid twice."""
        route = _ROUTES[order.operation]
        body = {**_fields(order), **await _inputs(order)}
        try:
            answer = await _wire(order.access, http).submit("POST", f"/v1/{route}", json=body)
        except Invalid:
            found = await self.find(order, http)
            if isinstance(found, Ticket):
                return found
            raise
        return Ticket({"id": _task(answer).task_id, "route": route})

    def ticket_for(self, number: str, order: Order) -> Ticket:
        """The task of this number."""
        return Ticket({"id": number, "route": _ROUTES[order.operation]})

    async def find(self, order: Order, http: Http) -> Ticket | Absent | CannotTell:
        """Asks for the task of our id."""
        route = _ROUTES[order.operation]
        answer = await _wire(order.access, http).ask("GET", f"/v1/{route}/{order.id}", also_ok=(404,))
        if answer.status == 404:
            return Absent()
        return Ticket({"id": _task(answer).task_id, "route": route})

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """One look. What it costs is not told; failures are not billed."""
        path = f"/v1/{ticket.reference['route']}/{ticket.reference['id']}"
        task = _task(await _wire(order.access, http).look("GET", path))
        match task.task_status:
            case "succeed":
                return _delivery(task)
            case "failed":
                raise _failure(task)
            case "submitted":
                return Waiting(word="Waiting for its turn")
            case _:
                return Waiting(word="Painting" if order.operation.endswith("-to-image") else "Filming")

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Kling cannot stop an order."""

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks what is left of the resource packs, which needs good keys."""
        now = clock.now()
        since, until = (round(moment.timestamp() * 1000) for moment in (now - timedelta(days=30), now))
        answer = await _wire(access, http).ask("GET", f"/account/costs?start_time={since}&end_time={until}")
        packs = _data(answer).get("resource_pack_subscribe_infos")
        left = [pack.get("remaining_quantity") for pack in packs or () if isinstance(pack, Mapping)]
        known = [number for number in left if isinstance(number, int | float)]
        return Health(is_ok=True, message="The keys are good.", balance=f"{sum(known):,g} units" if known else None)

    def verify(
        self, headers: Mapping[str, str], body: bytes, access: ProviderSettings, *, secret: str, now: datetime
    ) -> Callback:
        """Kling signs nothing: the secret in the address is the proof, and the task is asked for before it is believed."""
        try:
            told = orjson.loads(body)
            task = _Task.model_validate(told.get("data", told))
        except (orjson.JSONDecodeError, AttributeError, ValidationError) as error:
            raise Forged("It has no task in it.") from error
        key = f"{task.task_id}:{task.task_status}:{task.updated_at}"
        return Callback(key, task.task_info.external_task_id or task.task_id)

    async def recent(
        self, since: datetime, access: ProviderSettings, http: Http
    ) -> tuple[tuple[str | None, Ticket], ...]:
        """What was ordered since then, with our order ids."""
        found: list[tuple[str | None, Ticket]] = []
        for route in sorted(set(_ROUTES.values())):
            answer = await _wire(access, http).ask("GET", f"/v1/{route}?pageNum=1&pageSize={_ONE_PAGE}")
            found += [
                (task.task_info.external_task_id, Ticket({"id": task.task_id, "route": route}))
                for task in _read(answer, _Page).data
                if task.created_at >= since.timestamp() * 1000
            ]
        return tuple(found)


def provider(settings: Settings) -> KlingProvider:
    """The provider of this vendor."""
    return KlingProvider()


def signed_token(access_key: str, secret_key: str, now: datetime) -> str:
    """The JSON web token (HS256) that Kling takes for a key: good from five seconds ago, for half an hour."""
    seconds = int(now.timestamp())
    head = orjson.dumps({"alg": "HS256", "typ": "JWT"})
    claims = orjson.dumps({"iss": access_key, "exp": seconds + TOKEN_SECONDS, "nbf": seconds - 5})
    signed = f"{_base64url(head)}.{_base64url(claims)}"
    return f"{signed}.{_base64url(hmac.digest(secret_key.encode(), signed.encode(), hashlib.sha256))}"


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _fields(order: Order) -> dict[str, Json]:
    params = {name: value for name, value in order.params.items() if value is not None and value != ""}
    model = order.model.partition(":")[2]
    body: dict[str, Json] = {"model_name": model, "external_task_id": order.id}
    body |= {name: params[name] for name in ("prompt", "negative_prompt") if name in params}
    if order.operation == "reference-to-video" and _CALLED.format(1) not in str(params["prompt"]):
        called = " ".join(_CALLED.format(at) for at, _one in enumerate(inputs_of(order, "reference"), start=1))
        body["prompt"] = f"{params['prompt']} {called}"
    if "aspect" in params:
        body["aspect_ratio"] = params["aspect"]
    if order.webhook is not None:
        body["callback_url"] = order.webhook
    if order.operation.endswith("-to-image"):
        return {**body, "n": 1, "resolution": "2k" if params.get("size") == 2048 else "1k"}
    body["duration"] = f"{float(str(params['duration_seconds'])):g}"
    body["mode"] = MODES[str(params["size"])]
    return {**body, "sound": "on" if params.get("generate_audio") else "off"} if has_sound(model) else body


async def _inputs(order: Order) -> dict[str, Json]:
    """Files as bare base64, without the `data:` before it."""
    if order.operation == "reference-to-video":
        return {
            "image_list": [{"image_url": await base64_of(one, order.spool)} for one in inputs_of(order, "reference")]
        }
    names = {"source": "image", "last": "image_tail"}
    return {names[role]: await base64_of(given, order.spool) for role in names for given in inputs_of(order, role)[:1]}


def _delivery(task: "_Task") -> Delivery:
    result = task.task_result
    files = [
        *(RemoteFile(one.url, mime_of(one.url, "video/mp4"), expires_in_seconds=KEPT_SECONDS) for one in result.videos),
        *(RemoteFile(one.url, mime_of(one.url, "image/png"), expires_in_seconds=KEPT_SECONDS) for one in result.images),
    ]
    if not files:
        raise Unreadable(f"{VENDOR} says it is ready and gives no file.")
    return Delivery(tuple(files))


def _failure(task: "_Task") -> ProviderError:
    said = (task.task_status_msg or "it did not say why").strip().rstrip(".")[:200]
    if "risk" in said.lower() or "content" in said.lower():
        return ContentRefused(f"{VENDOR}'s filter refused it: {said}.")
    return Failed(f"{VENDOR} could not make it: {said}.", billed_usd=Decimal(0))


def _wire(access: ProviderSettings, http: Http) -> Wire:
    token = ""
    if isinstance(access, Kling):
        token = signed_token(access.access_key.get_secret_value(), access.secret_key.get_secret_value(), clock.now())
    return Wire(http, VENDOR, access.address, {"Authorization": f"Bearer {token}"}, _refusal)


def _refusal(answer: Answer) -> ProviderError:
    body = answer.json()
    code = body.get("code") if isinstance(body, Mapping) else None
    said = str(body.get("message") or "").strip().rstrip(".")[:300] if isinstance(body, Mapping) else ""
    match code:
        case 1301:
            return ContentRefused(f"{VENDOR}'s filter refused these words or pictures: {said}.")
        case 1302 | 1303:
            return Throttled(f"{VENDOR} is busy: {said}.", retry_after_seconds=retry_after(answer))
        case int() if code in _ACCOUNT:
            return NotConfigured(f"The account at {VENDOR} has no credit left: {said}.")
        case int() if 1000 <= code <= 1004 or code in (1103, 1304):
            return NotConfigured(f"{VENDOR} refused the keys: {said}.")
        case int() if 1200 <= code <= 1300:
            return Invalid(f"{VENDOR} refused it: {said}.")
        case _:
            return refusal_by_status(VENDOR, answer, said)


def _data(answer: Answer) -> Mapping[str, Any]:
    """What is in the envelope. A failure may come with a status of 200, and is then told by its code alone."""
    body = answer.json()
    if isinstance(body, Mapping) and body.get("code") not in (0, None):
        raise _refusal(answer)
    data = body.get("data") if isinstance(body, Mapping) else None
    if not isinstance(data, Mapping):
        raise Unreadable(f"{VENDOR} answered something that we cannot read.")
    return data


def _task(answer: Answer) -> "_Task":
    try:
        return _Task.model_validate(_data(answer))
    except ValidationError as error:
        raise Unreadable(f"{VENDOR} answered something that we cannot read.") from error


class _File(BaseModel):
    url: str


class _Result(BaseModel):
    videos: list[_File] = []
    images: list[_File] = []


class _Info(BaseModel):
    external_task_id: str | None = None


class _Task(BaseModel):
    task_id: str
    task_status: str
    task_status_msg: str | None = None
    task_info: _Info = _Info()
    task_result: _Result = _Result()
    created_at: int = 0
    updated_at: int = 0


class _Page(BaseModel):
    data: list[_Task]


def _read(answer: Answer, shape: type[Any]) -> Any:
    try:
        return shape.model_validate(answer.json())
    except ValidationError as error:
        raise Unreadable(f"{VENDOR} answered something that we cannot read.") from error
