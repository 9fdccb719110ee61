"""Black Forest Labs: FLUX. Every order is taken at once and asked for at the address that the answer gives."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final, Literal

from pydantic import BaseModel, Field, SecretStr, ValidationError

from photoplay.core.calls import Answer
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.providers._contract import (
    Absent,
    CannotTell,
    Delivery,
    Health,
    Json,
    Limits,
    ModelCard,
    Options,
    Order,
    RemoteFile,
    Ticket,
    Waiting,
)
from photoplay.providers._errors import ContentRefused, Failed, ProviderError, Unreadable
from photoplay.providers._files import base64_of, inputs_of
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._wire import Wire, refusal_by_status

VENDOR: Final = "Black Forest Labs"
CREDITS_A_DOLLAR: Final = 100
"""One credit is a cent: docs.bfl.ai, pricing, read 2026-11-21."""
LINK_SECONDS: Final = 600.0
ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9", "9:21")


class Bfl(ProviderSettings):
    """Access to Black Forest Labs."""

    sandbox_path: ClassVar[str] = "/bfl"
    address: str = Field(
        "https://api.bfl.ai", validation_alias="BFL_API_ADDRESS", description="Address of Black Forest Labs' API."
    )
    api_key: SecretStr = Field(
        SecretStr(""), validation_alias="BFL_API_KEY", description="Key of Black Forest Labs, from its dashboard."
    )


class FluxOptions(Options):
    """Settings of FLUX.2."""

    safety_tolerance: int = Field(default=2, ge=0, le=5, description="0 is the strictest filter, 5 the mildest.")
    output_format: Literal["png", "jpeg", "webp"] = Field(default="png", description="File type of the picture.")


class KontextOptions(Options):
    """Settings of FLUX.1 Kontext."""

    safety_tolerance: int = Field(
        default=2, ge=0, le=6, description="0 is the strictest filter; at most 2 with a picture."
    )
    prompt_upsampling: bool = Field(default=False, description="Let the vendor enrich the words.")
    output_format: Literal["png", "jpeg"] = Field(default="png", description="File type of the picture.")


class BlackForestLabs:
    """FLUX models. Takes no key of ours and cannot be searched: a lost answer stays uncertain."""

    name = "black-forest-labs"
    settings = Bfl

    def __init__(self) -> None:
        self.cards = CARDS

    async def submit(self, order: Order, http: Http) -> Ticket:
        """Sends the order; the ticket keeps the polling address, as jobs live in regions."""
        route = order.model.partition(":")[2]
        answer = await _wire(order.access, http).submit("POST", f"/v1/{route}", json=await _body(order))
        taken = _read(answer, _Taken)
        address = taken.polling_url or f"{order.access.address}/v1/get_result?id={taken.id}"
        return Ticket({"id": taken.id, "polling_url": address, "cost": str(taken.cost) if taken.cost else None})

    async def find(self, order: Order, http: Http) -> Absent | CannotTell:
        """BFL lists no orders."""
        return CannotTell()

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """One look. A final failure may come with a status of 4xx or 5xx and an ordinary body."""
        url = str(ticket.reference["polling_url"])
        answer = await _wire(order.access, http).ask("GET", url, also_ok=(404, 422, 500, 503))
        state = _read(answer, _State)
        cost = state.cost if state.cost is not None else ticket.reference.get("cost")
        billed = Decimal(str(cost)) / CREDITS_A_DOLLAR if cost is not None else None
        match state.status:
            case "Ready":
                return _delivery(state, order, billed)
            case "Request Moderated":
                raise ContentRefused(f"{VENDOR} refused these words or pictures.", billed_usd=Decimal(0))
            case "Content Moderated":
                raise ContentRefused(f"{VENDOR} made it, and its filter kept it back.", billed_usd=billed)
            case "Error":
                raise Failed(f"{VENDOR} could not make it{_because(state.details)}.", billed_usd=Decimal(0))
            case "Task not found":
                raise Failed(f"{VENDOR} does not know this order any more.", billed_usd=billed)
            case _:
                return Waiting(progress=_percent(state.progress), word="Painting")

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """BFL cannot stop an order."""

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks for the balance, which needs a good key."""
        answer = await _wire(access, http).ask("GET", "/v1/credits")
        credits = (answer.json() or {}).get("credits")
        return Health(
            is_ok=True, message="The key is good.", balance=f"{credits:g} credits" if credits is not None else None
        )


async def _body(order: Order) -> dict[str, Json]:
    params = {name: value for name, value in order.params.items() if value is not None}
    width_height = _pixels(params.pop("aspect", None), params.pop("size", None))
    body: dict[str, Json] = {**params}
    if "kontext" in order.model:
        body |= {"aspect_ratio": order.params.get("aspect")} if order.params.get("aspect") else {}
    elif width_height:
        body |= {"width": width_height[0], "height": width_height[1]}
    for role, name in (("source", "input_image"), ("mask", "mask")):
        for given in inputs_of(order, role):
            body["image" if "fill" in order.model and role == "source" else name] = await base64_of(given, order.spool)
    for number, given in enumerate(inputs_of(order, "reference"), start=2):
        body[f"input_image_{number}"] = await base64_of(given, order.spool)
    return body


def _pixels(aspect: Json, size: Json) -> tuple[int, int] | None:
    """Width and height for a longer edge, in multiples of 16."""
    if not isinstance(aspect, str) or not isinstance(size, int):
        return None
    across, down = (int(part) for part in aspect.split(":"))
    longest = max(across, down)
    return round(size * across / longest / 16) * 16, round(size * down / longest / 16) * 16


def _delivery(state: "_State", order: Order, billed: Decimal | None) -> Delivery:
    result = state.result or {}
    url = result.get("sample")
    if not isinstance(url, str):
        raise Unreadable(f"{VENDOR} says it is ready and gives no file.")
    mime = f"image/{order.params.get('output_format') or 'jpeg'}"
    seed = {"seed": result["seed"]} if isinstance(result.get("seed"), int) else {}
    return Delivery((RemoteFile(url, mime, expires_in_seconds=LINK_SECONDS),), billed, seed)


def _percent(progress: float | None) -> float | None:
    return None if progress is None else min(99.0, 100 * progress)


def _because(details: Any) -> str:
    text = re.sub(r"\s+", " ", str(details)).strip() if details else ""
    return f": {text[:200]}" if text else ""


def _wire(access: ProviderSettings, http: Http) -> Wire:
    key = access.api_key.get_secret_value() if isinstance(access, Bfl) else ""
    return Wire(http, VENDOR, access.address, {"x-key": key, "accept": "application/json"}, _refusal, ("*.bfl.ai",))


def _refusal(answer: Answer) -> ProviderError:
    body = answer.json()
    detail = body.get("detail") if isinstance(body, Mapping) else None
    if isinstance(detail, list):
        detail = "; ".join(f"{'.'.join(map(str, one.get('loc', ())[1:]))}: {one.get('msg', '')}" for one in detail)
    return refusal_by_status(VENDOR, answer, str(detail or ""))


def _card(name: str, title: str, about: str, **facts: Any) -> ModelCard:
    return ModelCard(
        id=f"black-forest-labs:{name}",
        name=title,
        vendor=VENDOR,
        about=about,
        recovery="none",
        results_kept_for_seconds=LINK_SECONDS,
        tells_progress=True,
        check_floor_seconds=0.5,
        **facts,
    )


_FLUX_2: Final[dict[str, Any]] = {
    "operations": ("text-to-image", "image-to-image"),
    "options": FluxOptions,
    "limits": {
        "text-to-image": Limits(aspects=ASPECTS, sizes=(1024, 512, 768, 1536, 2048)),
        "image-to-image": Limits(aspects=ASPECTS, input_count={"reference": 7}, input_pixels=16_000_000),
    },
    "typical_seconds": {"text-to-image": 8.0, "image-to-image": 10.0},
}
_KONTEXT: Final[dict[str, Any]] = {
    "operations": ("image-to-image",),
    "options": KontextOptions,
    "limits": {"image-to-image": Limits(aspects=ASPECTS, input_count={"reference": 3}, input_pixels=16_000_000)},
    "typical_seconds": {"image-to-image": 9.0},
}

CARDS: Final = (
    _card("flux-2-pro", "FLUX.2 Pro", "Strong all-round pictures and edits with up to eight references.", **_FLUX_2),
    _card("flux-2-max", "FLUX.2 Max", "The finest detail of the FLUX.2 family.", **_FLUX_2),
    _card("flux-kontext-pro", "FLUX.1 Kontext Pro", "Edits your picture as the words say.", **_KONTEXT),
    _card("flux-kontext-max", "FLUX.1 Kontext Max", "Edits with better lettering and finer following.", **_KONTEXT),
)


def provider(settings: Settings) -> BlackForestLabs:
    """The provider of this vendor."""
    return BlackForestLabs()


class _Taken(BaseModel):
    id: str
    polling_url: str | None = None
    cost: Decimal | None = None


class _State(BaseModel):
    status: str
    progress: float | None = None
    result: dict[str, Any] | None = None
    details: Any = None
    cost: Decimal | None = None


def _read(answer: Answer, shape: type[Any]) -> Any:
    try:
        return shape.model_validate(answer.json())
    except ValidationError as error:
        raise Unreadable(f"{VENDOR} answered something that we cannot read.") from error
