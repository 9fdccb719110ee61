"""Luma: pictures (Uni-1) and films (Ray 3.2) through its agents API. Takes no key of ours and lists no generations."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal

from pydantic import BaseModel, Field, SecretStr, ValidationError

from photoplay.core.calls import Answer
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.providers._contract import (
    CannotTell,
    Delivery,
    Health,
    Input,
    Json,
    Limits,
    ModelCard,
    Options,
    Order,
    RemoteFile,
    Ticket,
    Waiting,
)
from photoplay.providers._errors import ContentRefused, Failed, Invalid, ProviderError, Unreadable
from photoplay.providers._files import base64_of, inputs_of, mime_of
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._wire import Wire, refusal_by_status

VENDOR: Final = "Luma"
LINK_SECONDS: Final = 3600.0
INLINE_BYTES: Final = 20_000_000
"""Larger files go by their public address; Luma's own upload is not ready at once, and nothing here waits."""
EDIT_SIZE: Final = "720p"
FRAMES_A_SECOND: Final = 24
ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9", "2:1", "1:2", "3:1", "1:3")
_TYPES: Final = {
    "text-to-image": "image",
    "image-to-image": "image_edit",
    "text-to-video": "video",
    "image-to-video": "video",
    "video-to-video": "video_edit",
}
_FAILURES: Final = {
    "budget_exhausted": "the account has no credit left",
    "rate_limited": "too much was asked of it at once",
    "image_too_large": "a picture is too large",
    "unsupported_format": "it does not take this type of file",
    "corrupt_input": "a file is damaged",
}


class Luma(ProviderSettings):
    """Access to Luma's agents API."""

    sandbox_path: ClassVar[str] = "/luma/v1"
    address: str = Field(
        "https://agents.lumalabs.ai/v1", validation_alias="LUMA_BASE_URL", description="Address of Luma's API."
    )
    api_key: SecretStr = Field(
        SecretStr(""), validation_alias="LUMA_AGENTS_API_KEY", description="Key of Luma, from its platform."
    )


class UniOptions(Options):
    """Settings of Uni-1."""

    style: Literal["auto", "manga"] = Field(default="auto", description="How it draws.")
    web_search: bool = Field(default=False, description="Whether it may look for references in the web first.")
    output_format: Literal["png", "jpeg"] = Field(default="png", description="File type of the picture.")


class RayOptions(Options):
    """Settings of Ray 3.2."""

    loop: bool = Field(
        default=False,
        description="Its end meets its beginning; not with ten seconds.",
        json_schema_extra={"operations": ["text-to-video", "image-to-video"]},
    )
    edit_strength: (
        Literal[
            "adhere_1",
            "adhere_2",
            "adhere_3",
            "flex_1",
            "flex_2",
            "flex_3",
            "reimagine_1",
            "reimagine_2",
            "reimagine_3",
        ]
        | None
    ) = Field(
        default=None,
        description="How far it may leave your film; empty: as the film suggests.",
        json_schema_extra={"operations": ["video-to-video"]},
    )


class LumaProvider:
    """Uni-1 and Ray 3.2."""

    name = "luma"
    settings = Luma

    def __init__(self) -> None:
        self.cards = CARDS

    async def submit(self, order: Order, http: Http) -> Ticket:
        """Sends the order; it is always taken to be made later."""
        body = await _with_inputs(_fields(order), order)
        answer = await _wire(order.access, http).submit("POST", "generations", json=body)
        return Ticket({"id": _read(answer, _Generation).id})

    async def find(self, order: Order, http: Http) -> CannotTell:
        """Luma lists no generations."""
        return CannotTell()

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """One look. The links are new each time and live for an hour. What it costs is not told."""
        wire = _wire(order.access, http)
        found = _read(await wire.look("GET", f"generations/{ticket.reference['id']}"), _Generation)
        match found.state:
            case "completed":
                return _delivery(found, order)
            case "failed":
                raise _failure(found)
            case "queued":
                return Waiting(word="Waiting for its turn")
            case _:
                return Waiting(word="Painting" if order.operation.endswith("-to-image") else "Filming")

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Luma cannot stop an order."""

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Lists the account's files, which needs a good key and orders nothing. Luma tells no balance."""
        await _wire(access, http).ask("GET", "files")
        return Health(is_ok=True, message="The key is good.")


def _fields(order: Order) -> dict[str, Json]:
    params = {name: value for name, value in order.params.items() if value is not None}
    body: dict[str, Json] = {"model": order.model.partition(":")[2], "type": _TYPES[order.operation]}
    body["prompt"] = params.get("prompt") or "Let it move naturally."
    if "aspect" in params:
        body["aspect_ratio"] = params["aspect"]
    body |= {name: params[name] for name in ("style", "web_search", "output_format") if name in params}
    if order.operation in ("text-to-video", "image-to-video"):
        length = f"{float(str(params['duration_seconds'])):g}s"
        body["video"] = {"duration": length, "resolution": params["size"], "loop": bool(params.get("loop"))}
    if order.operation == "video-to-video":
        strength = params.get("edit_strength")
        how: dict[str, Json] = {"strength": strength} if strength else {"auto_controls": True}
        body["video"] = {"resolution": EDIT_SIZE, "edit": how}
    return body


async def _with_inputs(body: dict[str, Json], order: Order) -> dict[str, Json]:
    sources = [await _media(given, order) for given in inputs_of(order, "source")]
    references = [await _media(given, order) for given in inputs_of(order, "reference")]
    last = [await _media(given, order) for given in inputs_of(order, "last")]
    video = body.get("video")
    if order.operation == "image-to-video" and isinstance(video, dict):
        return {**body, "video": {**video, **_anchors(sources, last, str(video["duration"]))}}
    found: dict[str, Json] = {"source": sources[0]} if sources else {}
    more: dict[str, Json] = {"image_ref": [*references]} if references else {}
    return {**body, **found, **more}


def _anchors(first: list[dict[str, Json]], last: list[dict[str, Json]], length: str) -> dict[str, Json]:
    """First and last frame. Ten seconds take them as keyframes only, by the number of their frame."""
    if length == "10s":
        places: list[Json] = [0, 10 * FRAMES_A_SECOND]
        return {"keyframes": [*first, *last], "keyframe_indexes": places[: 1 + len(last)]}
    ends: dict[str, Json] = {"end_frame": last[0]} if last else {}
    return {"start_frame": first[0], **ends}


async def _media(given: Input, order: Order) -> dict[str, Json]:
    """The file as Luma takes it: within the request, or at a public address."""
    if given.size_bytes <= INLINE_BYTES:
        return {"data": await base64_of(given, order.spool), "media_type": given.mime}
    if given.address is None:
        raise Invalid(
            f"{VENDOR} takes files up to {INLINE_BYTES // 1_000_000} MB, and larger ones only from a public address."
        )
    return {"url": given.address, "media_type": given.mime}


def _delivery(found: "_Generation", order: Order) -> Delivery:
    if not found.output:
        raise Unreadable(f"{VENDOR} says it is ready and gives no file.")
    picture = f"image/{order.params.get('output_format') or 'png'}"
    files = tuple(
        RemoteFile(
            one.url, mime_of(one.url, "video/mp4" if one.type == "video" else picture), expires_in_seconds=LINK_SECONDS
        )
        for one in found.output
    )
    return Delivery(files)


def _failure(found: "_Generation") -> ProviderError:
    said = (found.failure_reason or "").strip().rstrip(".")[:200]
    if found.failure_code == "content_moderated":
        return ContentRefused(f"{VENDOR}'s filter refused it{f': {said}' if said else ''}.")
    known = _FAILURES.get(found.failure_code or "")
    return Failed(f"{VENDOR} could not make it: {known or said or 'it did not say why'}.")


def _wire(access: ProviderSettings, http: Http) -> Wire:
    key = access.api_key.get_secret_value() if isinstance(access, Luma) else ""
    return Wire(http, VENDOR, access.address, {"Authorization": f"Bearer {key}"}, _refusal)


def _refusal(answer: Answer) -> ProviderError:
    body = answer.json()
    facts = body if isinstance(body, Mapping) else {}
    said = facts.get("detail") or facts.get("message") or facts.get("error") or facts.get("failure_reason")
    code = facts.get("code") or facts.get("failure_code")
    if code == "content_moderated":
        return ContentRefused(f"{VENDOR}'s filter refused these words or files.")
    return refusal_by_status(VENDOR, answer, str(said or ""))


def _card(name: str, title: str, about: str, **facts: Any) -> ModelCard:
    return ModelCard(
        id=f"luma:{name}",
        name=title,
        vendor=VENDOR,
        about=about,
        lacks=("seed",),
        results_kept_for_seconds=LINK_SECONDS,
        check_floor_seconds=2.0,
        takes=dict.fromkeys(("source", "reference", "last"), ("inline", "address")),
        **facts,
    )


_UNI: Final[dict[str, Any]] = {
    "operations": ("text-to-image", "image-to-image"),
    "options": UniOptions,
    "limits": {
        "text-to-image": Limits(aspects=ASPECTS, sizes=(2048,)),
        "image-to-image": Limits(aspects=ASPECTS, input_count={"reference": 8}, input_bytes=INLINE_BYTES),
    },
}
_SIZES: Final = ("720p", "360p", "540p", "1080p")

CARDS: Final = (
    _card(
        "uni-1",
        "Uni-1",
        "Pictures and edits that reason about the words. Always 2048 pixels; no seed.",
        typical_seconds={"text-to-image": 30.0, "image-to-image": 35.0},
        **_UNI,
    ),
    _card(
        "uni-1-max",
        "Uni-1 Max",
        "The finer and dearer Uni-1.",
        typical_seconds={"text-to-image": 45.0, "image-to-image": 50.0},
        **_UNI,
    ),
    _card(
        "ray-3.2",
        "Ray 3.2",
        "Films of five or ten seconds from words, a first and a last frame, or a film of yours. Silent; no seed.",
        operations=("text-to-video", "image-to-video", "video-to-video"),
        options=RayOptions,
        limits={
            "text-to-video": Limits(
                aspects=("16:9", "9:16", "1:1", "4:3", "3:4", "21:9"), sizes=_SIZES, durations_seconds=(5, 10)
            ),
            "image-to-video": Limits(sizes=_SIZES, durations_seconds=(5, 10), input_bytes=INLINE_BYTES),
            "video-to-video": Limits(input_count={"reference": 0}, input_bytes=100_000_000),
        },
        typical_seconds={"text-to-video": 90.0, "image-to-video": 90.0, "video-to-video": 120.0},
    ),
)


def provider(settings: Settings) -> LumaProvider:
    """The provider of this vendor."""
    return LumaProvider()


class _Output(BaseModel):
    type: str
    url: str


class _Generation(BaseModel):
    id: str
    state: str
    output: list[_Output] | None = None
    failure_code: str | None = None
    failure_reason: str | None = None


def _read(answer: Answer, shape: type[Any]) -> Any:
    try:
        return shape.model_validate(answer.json())
    except ValidationError as error:
        raise Unreadable(f"{VENDOR} answered something that we cannot read.") from error
