"""Black Forest Labs: FLUX. Every order is taken at once and asked for at the address that the answer gives."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr, ValidationError

from photoplay.core.calls import Answer
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.providers._black_forest_labs_cards import CARDS, LINK_SECONDS, VENDOR
from photoplay.providers._contract import (
    Absent,
    CannotTell,
    Delivery,
    Health,
    Json,
    Order,
    RemoteFile,
    Ticket,
    Waiting,
)
from photoplay.providers._errors import ContentRefused, Failed, Forgotten, ProviderError, Unreadable
from photoplay.providers._files import base64_of, data_url, inputs_of
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._wire import Wire, refusal_by_status

CREDITS_A_DOLLAR: Final = 100
"""One credit is a cent: docs.bfl.ai, pricing, read 2026-11-21."""
FILM_SIZES: Final = {"720p": "hd", "1080p": "fhd", "1440p": "qhd", "2160p": "uhd"}
NO_SEED: Final = frozenset({"flux-tools/erase-v1", "flux-pro-1.0-expand"})
DEFAULT_EDGE: Final = 1024


class Bfl(ProviderSettings):
    """Access to Black Forest Labs."""

    sandbox_path: ClassVar[str] = "/bfl"
    address: str = Field(
        "https://api.bfl.ai", validation_alias="BFL_API_ADDRESS", description="Address of Black Forest Labs' API."
    )
    api_key: SecretStr = Field(
        SecretStr(""), validation_alias="BFL_API_KEY", description="Key of Black Forest Labs, from its dashboard."
    )


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
        known = self.ticket_for(taken.id, order).reference
        address = taken.polling_url or known["polling_url"]
        return Ticket({**known, "polling_url": address, "cost": str(taken.cost) if taken.cost else None})

    def ticket_for(self, number: str, order: Order) -> Ticket:
        """Asks at the address of all regions."""
        url = f"{order.access.address}/v1/get_result?id={quote(number, safe='')}"
        return Ticket({"id": number, "polling_url": url, "cost": None})

    async def find(self, order: Order, http: Http) -> Absent | CannotTell:
        """BFL lists no orders."""
        return CannotTell()

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """One look. A final failure may come with a status of 4xx or 5xx and an ordinary body."""
        url = str(ticket.reference["polling_url"])
        answer = await _wire(order.access, http).look("GET", url, also_ok=(404, 422, 500, 503))
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
                raise Forgotten(f"{VENDOR} does not know this order any more.")
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
    """What the route of this model takes; newer routes refuse any other field."""
    route = order.model.partition(":")[2]
    body: dict[str, Json] = {name: value for name, value in order.params.items() if value is not None and value != ""}
    aspect, size = body.pop("aspect", None), body.pop("size", None)
    if route == "flux-3-video":
        return await _film_body(order, body, aspect, size)
    if "kontext" in route or "ultra" in route:
        body |= {"aspect_ratio": aspect} if aspect else {}
    elif isinstance(aspect, str):
        body["width"], body["height"] = _pixels(aspect, size if isinstance(size, int) else DEFAULT_EDGE)
    if route in NO_SEED:
        body.pop("seed", None)
    takes_image = any(inputs_of(order, "mask")) or route.endswith("expand")
    for given in inputs_of(order, "source"):
        body["image" if takes_image else "input_image"] = await base64_of(given, order.spool)
    for given in inputs_of(order, "mask"):
        body["mask"] = await base64_of(given, order.spool)
    for number, given in enumerate(inputs_of(order, "reference"), start=2):
        body[f"input_image_{number}"] = await base64_of(given, order.spool)
    return body


async def _film_body(order: Order, body: dict[str, Json], aspect: Json, size: Json) -> dict[str, Json]:
    frames: list[Json] = [
        await data_url(given, order.spool) for role in ("source", "last") for given in inputs_of(order, role)
    ]
    body.pop("seed", None)
    body |= {"mode": "i2v", "keyframes": frames} if frames else {"mode": "t2v", "aspect_ratio": aspect}
    seconds = body.pop("duration_seconds")
    return {**body, "duration": int(float(str(seconds))), "resolution": FILM_SIZES[str(size)]}


def _pixels(aspect: str, longest: int) -> tuple[int, int]:
    """Width and height for a longer edge, in multiples of 32."""
    across, down = (int(part) for part in aspect.split(":"))
    return tuple(round(longest * edge / max(across, down) / 32) * 32 for edge in (across, down))  # type: ignore[return-value]


def _delivery(state: "_State", order: Order, billed: Decimal | None) -> Delivery:
    result = state.result or {}
    url = result.get("sample")
    if not isinstance(url, str):
        raise Unreadable(f"{VENDOR} says it is ready and gives no file.")
    is_film = order.operation.endswith("video")
    mime = "video/mp4" if is_film else f"image/{order.params.get('output_format') or 'jpeg'}"
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
