"""Stability AI: one form per service; most answer with the file, the slow ones with an id to ask for."""

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Final

from pydantic import Field, SecretStr

from photoplay.core.calls import Answer, FormField
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.providers._contract import Absent, CannotTell, Delivery, Health, Json, LocalFile, Order, Ticket, Waiting
from photoplay.providers._data import rates_of
from photoplay.providers._errors import (
    ContentRefused,
    Invalid,
    ProviderError,
    Throttled,
    Unreadable,
)
from photoplay.providers._files import ending_of, form_file, json_of
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._stability_cards import CARDS, VENDOR
from photoplay.providers._stability_routes import ROUTES, Route
from photoplay.providers._wire import Wire, refusal_by_status, retry_after

REST_SECONDS: Final = 60.0
"""So long a key rests that asked too often: platform.stability.ai, API reference, read 2026-11-21."""
WORK_SECONDS: Final = 300.0
_ID: Final = re.compile(r"[0-9A-Za-z]{16,128}")
_REFUSALS: Final = ("content_moderation", "public_figure", "copyrighted_content")


class StabilityAccess(ProviderSettings):
    """Access to Stability AI."""

    sandbox_path: ClassVar[str] = "/stability"
    address: str = Field(
        "https://api.stability.ai", validation_alias="STABILITY_API_HOST", description="Address of Stability AI's API."
    )
    api_key: SecretStr = Field(
        SecretStr(""), validation_alias="STABILITY_API_KEY", description="Key of Stability AI, from its account page."
    )


class Stability:
    """Stable Diffusion, Stable Image and Stable Audio. It takes no key of ours, lists nothing and stops nothing."""

    name = "stability"
    settings = StabilityAccess

    def __init__(self) -> None:
        self.cards = CARDS

    async def submit(self, order: Order, http: Http) -> Ticket | Delivery:
        """Sends the form once. What is made at once is billed as soon as it is made, also when its answer is lost."""
        route = _route(order)
        path = _answer_path(order)
        answer = await _wire(order.access, http).submit(
            "POST",
            route.path,
            form=await _form(order, route),
            headers={"accept": route.accept},
            to=path,
            timeout_seconds=WORK_SECONDS,
        )
        if route.later is None:
            return _delivery(order, answer, path)
        return Ticket({"id": await _taken(path)})

    async def find(self, order: Order, http: Http) -> Absent | CannotTell:
        """Stability lists no orders."""
        return CannotTell()

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """One look; 202 while it is at work, then the file itself."""
        route, path = _route(order), _answer_path(order)
        url = f"{route.later}/{ticket.reference['id']}"
        answer = await _wire(order.access, http).look(
            "GET", url, headers={"accept": route.accept}, to=path, timeout_seconds=WORK_SECONDS
        )
        if answer.status == 202:
            return Waiting(word="Composing" if route.accept == "audio/*" else "Painting")
        return _delivery(order, answer, path)

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Stability cannot stop an order."""

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks for the balance, which needs a good key."""
        answer = await _wire(access, http).ask("GET", "/v1/user/balance")
        credits = (answer.json() or {}).get("credits")
        balance = f"{credits:g} credits" if isinstance(credits, int | float) else None
        return Health(is_ok=True, message="The key is good.", balance=balance)


def _route(order: Order) -> Route:
    found = ROUTES.get((order.model.partition(":")[2], order.operation))
    if found is None:
        raise Invalid(f"{VENDOR} does not offer this. Nothing was ordered.")
    return found


async def _form(order: Order, route: Route) -> list[FormField]:
    """The form. Unset fields are left out, as are edges that stay where they are."""
    fields = [FormField(name, value) for name, value in route.fixed.items()]
    for param in route.sends:
        value = order.params.get(param)
        if value not in (None, "") and not (param in ("left", "right", "top", "bottom") and value == 0):
            fields.append(FormField(route.names.get(param, param), _text(value)))
    given = [one for one in order.inputs if one.role in route.files]
    fields += [await form_file(one, order.spool, route.files[one.role]) for one in given]
    return fields


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def _delivery(order: Order, answer: Answer, path: Path) -> Delivery:
    """The file that came. One that its filter has blurred is billed like any other, and is not a result."""
    billed = rates_of(order.model).get("run")
    if (answer.header("finish-reason") or "SUCCESS").upper() == "CONTENT_FILTERED":
        raise ContentRefused(
            f"{VENDOR}'s filter blurred the result, and bills it. Say it in another way.", billed_usd=billed
        )
    mime = (answer.header("content-type") or "").partition(";")[0].strip().lower()
    if not mime.startswith(("image/", "audio/")):
        raise Unreadable(f"{VENDOR} answered with something that is no picture and no sound.")
    file = path.rename(path.with_suffix(f".{ending_of(mime)}"))
    seed = answer.header("seed")
    return Delivery((LocalFile(file, mime),), billed, {"seed": int(seed)} if seed and seed.isdecimal() else {})


def _answer_path(order: Order) -> Path:
    return order.spool / "result.part"


async def _taken(path: Path) -> str:
    """The id of what is made later."""
    told = await json_of(path)
    taken = told.get("id") if isinstance(told, Mapping) else None
    if not isinstance(taken, str) or not _ID.fullmatch(taken):
        raise Unreadable(f"{VENDOR} took it and named no id for it.")
    return taken


def _wire(access: ProviderSettings, http: Http) -> Wire:
    key = access.api_key.get_secret_value() if isinstance(access, StabilityAccess) else ""
    headers = {"authorization": f"Bearer {key}", "stability-client-id": "photoplay"}
    return Wire(http, VENDOR, access.address, headers, _refusal)


def _refusal(answer: Answer) -> ProviderError:
    """Both shapes of an error: `errors` is a list, an older gateway has `message`."""
    told = answer.json()
    body: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
    name, errors = str(body.get("name") or ""), body.get("errors")
    said = "; ".join(map(str, errors)) if isinstance(errors, list) else str(body.get("message") or "")
    short = said.strip().rstrip(".")[:300]
    if name in _REFUSALS:
        return ContentRefused(f"{VENDOR} refused these words or files: {short or name}.", billed_usd=Decimal(0))
    match answer.status:
        case 413:
            return Invalid(f"{VENDOR} takes at most 10 MB in all: {short}.")
        case 422 if name == "invalid_language":
            return Invalid(f"{VENDOR} understands English only: {short}.")
        case 429:
            pause = retry_after(answer) or REST_SECONDS
            return Throttled(f"{VENDOR} is busy: {short}.", retry_after_seconds=pause)
        case _:
            return refusal_by_status(VENDOR, answer, said or name)


def provider(settings: Settings) -> Stability:
    """The provider of this vendor."""
    return Stability()
