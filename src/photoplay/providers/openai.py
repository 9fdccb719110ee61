"""OpenAI: GPT Image in the answer, by stream or in the background, and speech. Its films ended on 2026-09-24."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Final

import orjson
from pydantic import Field, SecretStr

from photoplay.core.calls import FormField
from photoplay.core.files import in_thread
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.providers._contract import (
    Absent,
    Callback,
    CannotTell,
    Delivery,
    Health,
    Input,
    Json,
    LocalFile,
    ModelState,
    Order,
    Ticket,
    Waiting,
)
from photoplay.providers._errors import Failed, Forged, OutcomeUnknown, ProviderError, Unreadable
from photoplay.providers._files import ending_of, form_file, inputs_of, save_base64, unpack_picture, with_clear_mask
from photoplay.providers._openai_background import begin, look, stop
from photoplay.providers._openai_bill import (
    BLOCKED,
    billed_for_picture,
    billed_for_speech,
    blocked,
    refusal,
)
from photoplay.providers._openai_cards import BACKGROUND, CARDS, VENDOR, size_of
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._signing import verify_standard
from photoplay.providers._wire import Wire

PICTURE_SECONDS: Final = 600.0
"""Large pictures of high quality take minutes: platform.openai.com, image generation guide, read 2026-11-21."""
SPEECH_SECONDS: Final = 180.0
MIMES: Final = {"mp3": "audio/mpeg", "opus": "audio/ogg", "aac": "audio/aac", "flac": "audio/flac", "wav": "audio/wav"}
_OURS: Final = frozenset({"prompt", "aspect", "seed", "size", "partial_images"})
"""Params that are not fields of the vendor's under the same name."""


_AN_ID: Final = r"^[A-Za-z0-9_-]{0,80}$"


class OpenAiSettings(ProviderSettings):
    """Access to OpenAI."""

    sandbox_path: ClassVar[str] = "/openai/v1"
    address: str = Field(
        "https://api.openai.com/v1",
        validation_alias="OPENAI_BASE_URL",
        description="Address of OpenAI's API, with its version.",
    )
    api_key: SecretStr = Field(
        SecretStr(""), validation_alias="OPENAI_API_KEY", description="Key of OpenAI, from its dashboard."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        validation_alias="OPENAI_WEBHOOK_SECRET",
        description="Signing secret of OpenAI's webhook, if you made one. Without it the crash-safe models are asked.",
    )
    organization: str = Field(
        "",
        validation_alias="OPENAI_ORG_ID",
        pattern=_AN_ID,
        description="The organization that pays, where your key belongs to several.",
    )
    project: str = Field(
        "",
        validation_alias="OPENAI_PROJECT_ID",
        pattern=_AN_ID,
        description="The project it counts for; empty: the key's own.",
    )
    words_model: str = Field(
        "gpt-5.6-luna",
        validation_alias="OPENAI_WORDS_MODEL",
        description="Language model that passes an order of the crash-safe models on.",
    )

    def missing(self) -> tuple[str, ...]:
        """The webhook's secret may be empty."""
        return tuple(name for name in super().missing() if name != "webhook_secret")


class OpenAi:
    """GPT Image and speech. Takes no key of ours and cannot be searched: a lost answer stays uncertain."""

    name = "openai"
    settings = OpenAiSettings
    cards = CARDS

    async def submit(self, order: Order, http: Http) -> Ticket | Delivery:
        """Sends the order once: pictures and sound come in the answer, orders of the crash-safe models as a ticket."""
        wire, order = _wire(order.access, http, order.id), await with_clear_mask(order)
        if order.operation == "text-to-speech":
            return await _speak(order, wire)
        source = next(iter(inputs_of(order, "source")), None)
        size = size_of(order.model, dict(order.params), source)
        if order.model.endswith(BACKGROUND):
            return await begin(order, wire, size=size, words_model=_access(order.access).words_model)
        if order.params.get("partial_images"):
            return await _streamed(order, wire, size)
        return await _painted(order, wire, size)

    async def find(self, order: Order, http: Http) -> Absent | CannotTell:
        """OpenAI lists neither pictures nor responses."""
        return CannotTell()

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """One look at an order of a crash-safe model."""
        return await look(ticket, order, _wire(order.access, http))

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Stops an order of a crash-safe model."""
        await stop(ticket, _wire(order.access, http))

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks for the models, which needs a good key. OpenAI tells no balance."""
        await _models(access, http)
        return Health(is_ok=True, message="The key is good.")

    async def probe(self, access: ProviderSettings, http: Http) -> tuple[ModelState, ...]:
        """Which of our models are listed, and when they end."""
        listed = await _models(access, http)
        names = [card.id.partition(":")[2] for card in self.cards]
        return tuple(_state(name, listed.get(name.removesuffix(BACKGROUND))) for name in names)

    def verify(
        self, headers: Mapping[str, str], body: bytes, access: ProviderSettings, *, secret: str, now: datetime
    ) -> Callback:
        """Standard Webhooks, for orders of the crash-safe models. The body names the response, which is in the ticket."""
        signing = _access(access).webhook_secret.get_secret_value()
        if not signing:
            raise Forged("OPENAI_WEBHOOK_SECRET is not set, so no call can be OpenAI's.")
        key = verify_standard(headers, body, secret=signing, now=now)
        try:
            return Callback(key, str(orjson.loads(body)["data"]["id"]))
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise Forged("The call names no object.") from error


async def _painted(order: Order, wire: Wire, size: str) -> Delivery:
    """The whole picture in the answer, which is the only copy: it is a file before this returns."""
    path, fields = order.spool / "answer.json", _fields(order, size)
    if order.inputs:
        form = await _form(order, fields)
        answer = await wire.submit("POST", "/images/edits", form=form, large=path, timeout_seconds=PICTURE_SECONDS)
    else:
        answer = await wire.submit(
            "POST", "/images/generations", json=fields, large=path, timeout_seconds=PICTURE_SECONDS
        )

    def _picture_in(told: Any) -> tuple[str, str]:
        pictures = told.get("data") if isinstance(told, Mapping) else None
        if not pictures or not isinstance(pictures[0].get("b64_json"), str):
            raise Unreadable(f"{VENDOR} answered without a picture.")
        return pictures[0]["b64_json"], _mime(told, order)

    return _delivery(order, *await unpack_picture(order, answer, _picture_in))


async def _streamed(order: Order, wire: Wire, size: str) -> Delivery:
    """Pictures by and by. A stream that ends before its last event leaves open what became of the order."""
    fields = {**_fields(order, size), "stream": True, "partial_images": order.params["partial_images"]}
    path = "/images/edits" if order.inputs else "/images/generations"
    content: dict[str, Any] = {"form": await _form(order, fields)} if order.inputs else {"json": fields}
    async for _name, data in wire.submit_streaming("POST", path, timeout_seconds=PICTURE_SECONDS, **content):
        event = await in_thread(_event, data)
        kind = str(event.get("type", ""))
        if kind.endswith(".partial_image"):
            name = f"partial-{event.get('partial_image_index', 0)}"
            order.on_preview(
                await save_base64(order, event["b64_json"], _mime(event, order), name=name, role="preview")
            )
        elif kind.endswith(".completed"):
            return _delivery(order, await save_base64(order, event["b64_json"], _mime(event, order)), event)
    raise OutcomeUnknown(f"{VENDOR} stopped in the middle of the picture.")


def _event(data: bytes) -> Mapping[str, Any]:
    """One event of a stream. Raises what an error in it means."""
    try:
        event = orjson.loads(data)
    except orjson.JSONDecodeError:
        return {}
    error = event.get("error") if isinstance(event, Mapping) else None
    if isinstance(error, Mapping):
        raise _stream_error(error)
    return event if isinstance(event, Mapping) else {}


def _stream_error(error: Mapping[str, Any]) -> ProviderError:
    message = str(error.get("message") or "")
    if error.get("code") in BLOCKED:
        return blocked(message)
    return Failed(f"{VENDOR} broke off: {message[:300] or 'no reason was given'}", billed_usd=None)


def _delivery(order: Order, file: LocalFile, answer: Mapping[str, Any]) -> Delivery:
    noted: dict[str, Json] = {name: answer[name] for name in ("size", "quality", "background") if name in answer}
    return Delivery((file,), billed_for_picture(order.model, answer.get("usage")), noted)


def _mime(answer: Mapping[str, Any], order: Order) -> str:
    return f"image/{answer.get('output_format') or order.params.get('output_format') or 'png'}"


def _fields(order: Order, size: str) -> dict[str, Any]:
    given = {name: value for name, value in order.params.items() if value is not None and name not in _OURS}
    if given.get("output_format") not in ("jpeg", "webp"):
        given.pop("output_compression", None)
    if order.inputs:
        given.pop("moderation", None)
    return {
        "quality": "medium",
        **given,
        "model": order.model.partition(":")[2],
        "prompt": order.params["prompt"],
        "n": 1,
        "size": size,
    }


async def _form(order: Order, fields: Mapping[str, Any]) -> Sequence[FormField]:
    form = [
        FormField(name, str(value).lower() if isinstance(value, bool) else str(value)) for name, value in fields.items()
    ]
    pictures: tuple[Input, ...] = (*inputs_of(order, "source"), *inputs_of(order, "reference"))
    name = "image" if len(pictures) == 1 else "image[]"
    form += [await form_file(given, order.spool, name) for given in pictures]
    return [*form, *[await form_file(given, order.spool, "mask") for given in inputs_of(order, "mask")]]


async def _speak(order: Order, wire: Wire) -> Delivery:
    given = {name: value for name, value in order.params.items() if value not in (None, "") and name != "prompt"}
    body = {**given, "model": order.model.partition(":")[2], "input": order.params["prompt"]}
    mime = MIMES[str(given.get("response_format", "mp3"))]
    path = order.spool / f"result.{ending_of(mime)}"
    if "tts-1" in order.model:
        await wire.submit("POST", "/audio/speech", json=body, to=path, timeout_seconds=SPEECH_SECONDS)
        return Delivery((LocalFile(path, mime),))
    usage: Any = None
    with await in_thread(path.open, "wb") as file:
        stream = {**body, "stream_format": "sse"}
        async for _name, data in wire.submit_streaming(
            "POST", "/audio/speech", json=stream, timeout_seconds=SPEECH_SECONDS
        ):
            event = _event(data)
            if event.get("type") == "speech.audio.delta":
                await in_thread(file.write, _decoded(str(event.get("audio", ""))))
            elif event.get("type") == "speech.audio.done":
                usage = event.get("usage") or {}
    if usage is None:
        raise OutcomeUnknown(f"{VENDOR} stopped in the middle of the speech.")
    return Delivery((LocalFile(path, mime),), billed_for_speech(order.model, usage))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Unreadable(f"{VENDOR} sent sound that is no base64.") from error


async def _models(access: ProviderSettings, http: Http) -> Mapping[str, Mapping[str, Any]]:
    answer = (await _wire(access, http).ask("GET", "/models")).json()
    entries = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(entries, list):
        raise Unreadable(f"{VENDOR} answered no list of models.")
    return {str(entry.get("id")): entry for entry in entries if isinstance(entry, Mapping)}


def _state(name: str, entry: Mapping[str, Any] | None) -> ModelState:
    told = entry.get("shutdown_date") if entry is not None else None
    try:
        ends = date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        ends = None
    return ModelState(name, is_listed=entry is not None, shutdown_on=ends)


def _access(access: ProviderSettings) -> OpenAiSettings:
    return access if isinstance(access, OpenAiSettings) else OpenAiSettings.model_construct(address=access.address)


def _wire(access: ProviderSettings, http: Http, order_id: str | None = None) -> Wire:
    """The order's id travels along for the vendor's support; it is no idempotency key."""
    account = _access(access)
    headers = {"Authorization": f"Bearer {account.api_key.get_secret_value()}"}
    headers |= {"OpenAI-Organization": account.organization} if account.organization else {}
    headers |= {"OpenAI-Project": account.project} if account.project else {}
    if order_id is not None:
        headers["X-Client-Request-Id"] = order_id
    return Wire(http, VENDOR, access.address, headers, refusal)


def provider(settings: Settings) -> OpenAi:
    """The provider of this vendor."""
    return OpenAi()
