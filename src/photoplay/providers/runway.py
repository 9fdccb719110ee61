"""Runway: one kind of task for films, pictures and sound, asked for by its id. Takes no key of ours and lists no tasks."""

from collections.abc import Mapping
from decimal import Decimal
from math import log
from typing import Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic.alias_generators import to_camel

from photoplay.core.calls import Answer, FormField
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.providers._contract import (
    CannotTell,
    Delivery,
    Health,
    Input,
    Json,
    Order,
    RemoteFile,
    Ticket,
    Waiting,
)
from photoplay.providers._errors import ContentRefused, Failed, NotConfigured, ProviderError, Unreadable
from photoplay.providers._files import data_url, form_file, inputs_of, mime_of
from photoplay.providers._runway_cards import CARDS, KEPT_SECONDS, RATIOS, VENDOR
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._wire import Wire, refusal_by_status

VERSION: Final = "2024-11-06"
CREDITS_A_DOLLAR: Final = 100
"""docs.dev.runwayml.com, pricing, read 2026-11-21."""
INLINE_BYTES: Final = 3_300_000
"""A `data:` address may have 5 MB; larger files are uploaded first."""
UPLOAD_SECONDS: Final = 300.0
_ROUTES: Final = {
    "text-to-image": "text_to_image",
    "image-to-image": "text_to_image",
    "text-to-video": "text_to_video",
    "image-to-video": "image_to_video",
    "video-to-video": "video_to_video",
    "upscale": "image_upscale",
    "text-to-sound": "sound_effect",
    "text-to-speech": "text_to_speech",
}
_NAMES: Final = {
    "prompt": "promptText",
    "duration_seconds": "duration",
    "generate_audio": "audio",
    "factor": "scaleFactor",
    "public_figure_threshold": "contentModeration",
}
"""Runway's names where they are not ours in its spelling."""
_MIMES: Final = {"image_upscale": "image/png", "text_to_image": "image/png"}
_SAME_SHAPE: Final = 0.04
"""Shapes that differ by less count as the same: 1.76 and 16:9."""


class Runway(ProviderSettings):
    """Access to Runway."""

    sandbox_path: ClassVar[str] = "/runway"
    address: str = Field(
        "https://api.dev.runwayml.com", validation_alias="RUNWAYML_BASE_URL", description="Address of Runway's API."
    )
    api_key: SecretStr = Field(
        SecretStr(""), validation_alias="RUNWAYML_API_SECRET", description="Key of Runway, from its developer portal."
    )


class RunwayProvider:
    """Runway's models, and those of others that it sells."""

    name = "runway"
    settings = Runway

    def __init__(self) -> None:
        self.cards = CARDS

    async def submit(self, order: Order, http: Http) -> Ticket:
        """Uploads what is too large for the request, then sends the order."""
        wire = _wire(order.access, http)
        body = {**_fields(order), **await _inputs(order, wire)}
        answer = await wire.submit("POST", f"/v1/{_ROUTES[order.operation]}", json=body)
        return Ticket({"id": _read(answer, _Taken).id})

    async def find(self, order: Order, http: Http) -> CannotTell:
        """Runway lists no tasks."""
        return CannotTell()

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """One look at the task. Its links are new each time, and its credits are what is billed."""
        path = f"/v1/tasks/{ticket.reference['id']}"
        task = _read(await _wire(order.access, http).look("GET", path), _Task)
        match task.status:
            case "SUCCEEDED":
                return _delivery(task, order)
            case "FAILED":
                raise _failure(task)
            case "CANCELLED":
                raise Failed(f"It was cancelled at {VENDOR}.", billed_usd=_billed(task))
            case "RUNNING":
                return Waiting(progress=_percent(task.progress), word="Making")
            case _:
                return Waiting(word="Waiting for its turn")

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Stops a task. One that is over is left alone, as the same call would delete what it made."""
        answer = await _ask_task(ticket, order, http)
        if answer.status == 404 or _read(answer, _Task).status in ("SUCCEEDED", "FAILED", "CANCELLED"):
            return
        await _wire(order.access, http).ask("DELETE", f"/v1/tasks/{ticket.reference['id']}", also_ok=(404,))

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks for the balance, which needs a good key."""
        answer = await _wire(access, http).ask("GET", "/v1/organization")
        credits = (answer.json() or {}).get("creditBalance")
        balance = f"{credits:,} credits" if isinstance(credits, int) else None
        return Health(is_ok=True, message="The key is good.", balance=balance)


def provider(settings: Settings) -> RunwayProvider:
    """The provider of this vendor."""
    return RunwayProvider()


def _fields(order: Order) -> dict[str, Json]:
    """The order without its files, in Runway's names."""
    model = order.model.partition(":")[2]
    body: dict[str, Json] = {"model": model}
    for name, value in order.params.items():
        if value is None or value == "" or name in ("aspect", "size"):
            continue
        body[_NAMES.get(name) or to_camel(name)] = _value(name, value)
    ratios = RATIOS.get((model, order.operation))
    return {**body, "ratio": _ratio(order, ratios)} if ratios else body


def _value(name: str, value: Json) -> Json:
    match name:
        case "duration_seconds" if isinstance(value, float) and value.is_integer():
            return int(value)
        case "voice":
            return {"type": "runway-preset", "presetId": value}
        case "public_figure_threshold":
            return {"publicFigureThreshold": value}
        case _:
            return value


async def _inputs(order: Order, wire: Wire) -> dict[str, Json]:
    uris = {
        role: [await _uri(given, order, wire) for given in inputs_of(order, role)]
        for role in ("source", "reference", "last")
    }
    source, references, last = uris["source"], uris["reference"], uris["last"]
    match order.operation:
        case "image-to-image":
            return {
                "referenceImages": [
                    {"uri": uri, "tag": f"picture{number}"}
                    for number, uri in enumerate([*source, *references], start=1)
                ]
            }
        case "image-to-video":
            frames = [("first", uri) for uri in source] + [("last", uri) for uri in last]
            return {"promptImage": [{"uri": uri, "position": position} for position, uri in frames]}
        case "video-to-video":
            guides: dict[str, Json] = {"keyframes": [{"at": 0.0, "uri": references[0]}]} if references else {}
            return {"videoUri": source[0], **guides}
        case "upscale":
            return {"imageUri": source[0]}
        case _:
            return {}


async def _uri(given: Input, order: Order, wire: Wire) -> str:
    """The file as Runway takes it: within the request, at a public address, or uploaded."""
    if given.size_bytes <= INLINE_BYTES:
        return await data_url(given, order.spool)
    if given.address is not None and given.address.startswith("https://"):
        return given.address
    file = await form_file(given, order.spool, "file")
    place = _read(
        await wire.ask("POST", "/v1/uploads", json={"filename": file.file_name, "type": "ephemeral"}), _Upload
    )
    form = [*(FormField(name, value) for name, value in place.fields.items()), file]
    await wire.ask("POST", place.upload_url, form=form, timeout_seconds=UPLOAD_SECONDS)
    return str(place.runway_uri)


def _ratio(order: Order, ratios: tuple[str, ...]) -> str:
    """Of the model's frames the one nearest in shape, then in size."""
    shape, short = _shape(order), _short_edge(order.params.get("size"))

    def _distance(ratio: str) -> tuple[int, int]:
        width, height = (int(part) for part in ratio.split(":"))
        return int(abs(log(width / height / shape)) / _SAME_SHAPE), abs(min(width, height) - short)

    return min(ratios, key=_distance)


def _shape(order: Order) -> float:
    """Width by height, as asked for or as the picture has it."""
    aspect = order.params.get("aspect")
    if isinstance(aspect, str):
        across, down = (int(part) for part in aspect.split(":"))
        return across / down
    sizes = [(given.width, given.height) for given in inputs_of(order, "source")]
    return next((width / height for width, height in sizes if width and height), 16 / 9)


def _short_edge(size: Json) -> int:
    """Lines of a film ("720p"), or of a picture by its longer edge at 16:9."""
    if isinstance(size, int):
        return size * 9 // 16
    return int(size.removesuffix("p")) if isinstance(size, str) and size.endswith("p") else 720


def _delivery(task: "_Task", order: Order) -> Delivery:
    if not task.output:
        raise Unreadable(f"{VENDOR} says it is ready and gives no file.")
    route = _ROUTES[order.operation]
    usual = _MIMES.get(route, "video/mp4" if route.endswith("video") else "audio/mpeg")
    files = tuple(RemoteFile(url, mime_of(url, usual), expires_in_seconds=KEPT_SECONDS) for url in task.output)
    return Delivery(files, _billed(task))


def _failure(task: "_Task") -> ProviderError:
    code, billed = task.failure_code or "", _billed(task)
    if code.startswith("SAFETY.OUTPUT"):
        return ContentRefused(f"{VENDOR} made it, and its filter kept it back.", billed_usd=billed)
    if code.startswith(("SAFETY", "INPUT_PREPROCESSING.SAFETY")):
        return ContentRefused(f"{VENDOR}'s filter refused these words or files.", billed_usd=billed)
    if code.startswith("ASSET.INVALID"):
        return Failed(f"{VENDOR} cannot use your file: {_said(task.failure)}.", billed_usd=billed)
    return Failed(f"{VENDOR} could not make it: {_said(task.failure)}.", billed_usd=billed)


def _said(text: str | None) -> str:
    return (text or "it did not say why").strip().rstrip(".")[:200]


def _billed(task: "_Task") -> Decimal | None:
    return task.cost.credits / CREDITS_A_DOLLAR if task.cost is not None else None


def _percent(progress: float | None) -> float | None:
    return None if progress is None else min(99.0, 100 * progress)


async def _ask_task(ticket: Ticket, order: Order, http: Http) -> Answer:
    return await _wire(order.access, http).ask("GET", f"/v1/tasks/{ticket.reference['id']}", also_ok=(404,))


def _wire(access: ProviderSettings, http: Http) -> Wire:
    key = access.api_key.get_secret_value() if isinstance(access, Runway) else ""
    headers = {"Authorization": f"Bearer {key}", "X-Runway-Version": VERSION}
    return Wire(http, VENDOR, access.address, headers, _refusal)


def _refusal(answer: Answer) -> ProviderError:
    body = answer.json()
    said = str(body.get("error") or "") if isinstance(body, Mapping) else ""
    if answer.status == 400 and "credits" in said.lower():
        return NotConfigured(f"The account at {VENDOR} has no credit left: {said.rstrip('.')}.")
    issues = body.get("issues") if isinstance(body, Mapping) else None
    if isinstance(issues, list):
        said += "".join(f" {_path(issue)}{issue.get('message', '')}" for issue in issues[:3] if isinstance(issue, dict))
    return refusal_by_status(VENDOR, answer, said)


def _path(issue: Mapping[str, Any]) -> str:
    path = issue.get("path")
    return f"{'.'.join(map(str, path))}: " if isinstance(path, list) and path else ""


class _Shape(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class _Taken(_Shape):
    id: str


class _Upload(_Shape):
    upload_url: str
    runway_uri: str
    fields: dict[str, str] = {}


class _Cost(_Shape):
    credits: Decimal


class _Task(_Shape):
    status: str
    progress: float | None = None
    output: list[str] = []
    failure: str | None = None
    failure_code: str | None = None
    cost: _Cost | None = None


def _read(answer: Answer, shape: type[Any]) -> Any:
    try:
        return shape.model_validate(answer.json())
    except ValidationError as error:
        raise Unreadable(f"{VENDOR} answered something that we cannot read.") from error
