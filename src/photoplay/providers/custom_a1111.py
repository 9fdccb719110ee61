"""Servers of one's own that speak the dialect of Stable Diffusion web UI (A1111). One account is one server.

Such a server answers with the picture itself and remembers nothing: the call waits in a task of ours, beside it the server is
asked how far it is. After a restart an order begins anew with the same seed, which costs nothing but time.
"""

import asyncio
import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import orjson
from pydantic import Field, SecretStr

from photoplay.core.calls import Answer
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.providers._adding import Adding, Description
from photoplay.providers._contract import (
    Delivery,
    Health,
    Json,
    ModelCard,
    ModelState,
    Order,
    Ticket,
    Waiting,
)
from photoplay.providers._custom_a1111_cards import ANY, CARDS, VENDOR, card
from photoplay.providers._errors import Failed, Invalid, ProviderError, Unreadable
from photoplay.providers._files import base64_of, inputs_of, json_of, save_base64
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._wire import Wire, refusal_by_status

PICTURE_SECONDS: Final = 1800.0
OUTCOMES_KEPT: Final = 200
_SHOWN: Final = "/sdapi/v1/progress"
_FREE: Final = "Nothing was charged."


class CustomA1111(ProviderSettings):
    """Access to a Stable Diffusion web UI."""

    sandbox_path: ClassVar[str] = "/a1111"
    address: str = Field(
        "",
        validation_alias="CUSTOM_A1111_ADDRESS",
        description="Address of your Stable Diffusion web UI, started with --api: http://127.0.0.1:7860.",
    )
    user: str = Field(
        "", validation_alias="CUSTOM_A1111_USER", description="Its user, if it was started with --api-auth."
    )
    password: SecretStr = Field(
        SecretStr(""), validation_alias="CUSTOM_A1111_PASSWORD", description="The password of that user."
    )

    def missing(self) -> tuple[str, ...]:
        """The address; user and password may be empty."""
        return () if self.address else ("address",)


@dataclass
class _Work:
    """One order on its way."""

    task: "asyncio.Task[None] | None" = None
    outcome: Delivery | ProviderError | None = None


class CustomA1111Servers:
    """Holds the open calls of its orders. It knows them in memory only."""

    name = "custom-a1111"
    settings = CustomA1111
    cards = CARDS
    adding = Adding("The name of the checkpoint", "dreamshaper_8", is_own=True)

    def __init__(self) -> None:
        self._works: dict[str, _Work] = {}
        self._wake: Callable[[str], None] = lambda order_id: None

    def on_news(self, wake: Callable[[str], None]) -> None:
        """Wakes at the end of an order."""
        self._wake = wake

    async def submit(self, order: Order, http: Http) -> Ticket:
        """Begins the order once the server has answered at all. The same order again changes nothing."""
        if order.id not in self._works:
            await _wire(order.access, http).ask("GET", _SHOWN, headers={"accept": "application/json"}, also_ok=(404,))
        self._work(order, http)
        return Ticket({"order": order.id})

    async def find(self, order: Order, http: Http) -> Ticket:
        """Always found: an order that is not known begins anew, with the same seed."""
        return await self.submit(order, http)

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """How far it is, as the server tells. Raises `Failed` or `Invalid`, never billed."""
        work = self._work(order, http)
        match work.outcome:
            case None:
                return await _progress(order, _wire(order.access, http))
            case Delivery():
                return work.outcome
            case ProviderError():
                raise work.outcome

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Interrupts the server where it works on this order, and closes the call."""
        work = self._works.setdefault(order.id, _Work())
        if work.outcome is None:
            work.outcome = Failed(f"Cancelled. {_FREE}")
            wire = _wire(order.access, http)
            if _is_ours(await _told(wire), order):
                await wire.ask("POST", "/sdapi/v1/interrupt", json={})
            await _ended(work)
        self._wake(order.id)

    async def close(self) -> None:
        """Closes every call. Orders begin anew after the next start."""
        works, self._works = self._works, {}
        for work in works.values():
            await _ended(work)

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks for the checkpoints."""
        names = await _checkpoints(access, http)
        return Health(is_ok=True, message=f"The server answers. Checkpoints: {', '.join(names[:5]) or 'none'}.")

    async def probe(self, access: ProviderSettings, http: Http) -> tuple[ModelState, ...]:
        """The checkpoints that the server has now."""
        return tuple(ModelState(name, is_listed=True) for name in await _checkpoints(access, http))

    async def suggest(self, access: ProviderSettings, http: Http) -> tuple[str, ...]:
        """The checkpoints that the server has."""
        return tuple(await _checkpoints(access, http))

    async def describe(
        self, reference: str, given: Mapping[str, Json], access: ProviderSettings, http: Http
    ) -> Description:
        """One of the server's checkpoints."""
        if reference not in await _checkpoints(access, http):
            raise Invalid(f'The server has no checkpoint "{reference}".')
        return Description(reference, {"checkpoint": reference})

    def card_of(self, description: Description) -> ModelCard:
        """The card of one of the server's checkpoints."""
        return card(f"{self.name}:{description.model}", description.model)

    def _work(self, order: Order, http: Http) -> _Work:
        if order.id not in self._works:
            work = self._works[order.id] = _Work()
            work.task = asyncio.create_task(self._make(order, http, work), name=f"a1111 {order.id}")
            over = [order_id for order_id, one in self._works.items() if one.outcome is not None]
            for order_id in over[:-OUTCOMES_KEPT]:
                del self._works[order_id]
        return self._works[order.id]

    async def _make(self, order: Order, http: Http, work: _Work) -> None:
        """Makes it. The half done picture of an order that was stopped is not its outcome."""
        outcome: Delivery | ProviderError
        try:
            outcome = await _made(order, _wire(order.access, http))
        except Invalid as wrong:
            outcome = wrong
        except ProviderError as trouble:
            outcome = Failed(f"{trouble.message} {_FREE}")
        except OSError as trouble:
            outcome = Failed(f"The disk did not take the picture ({trouble.strerror}). {_FREE}")
        work.outcome = work.outcome or outcome
        self._wake(order.id)


async def _made(order: Order, wire: Wire) -> Delivery:
    path, target = _path(order), order.spool / "answer.json"
    given = await wire.submit("POST", path, json=await _body(order), large=target, timeout_seconds=PICTURE_SECONDS)
    answer = await json_of(given)
    if not isinstance(answer, Mapping):
        raise Unreadable(f"{VENDOR} answered something that we cannot read.")
    pictures = answer.get("images") or ([answer["image"]] if answer.get("image") else [])
    if not pictures or not isinstance(pictures[0], str):
        raise Unreadable(f"{VENDOR} answered without a picture.")
    file = await save_base64(order, pictures[0], _mime(pictures[0]))
    return Delivery((file,), metadata=_noted(answer.get("info")))


def _path(order: Order) -> str:
    if order.operation == "upscale":
        return "/sdapi/v1/extra-single-image"
    return f"/sdapi/v1/{'img2img' if order.inputs else 'txt2img'}"


async def _body(order: Order) -> dict[str, Any]:
    params = order.params
    if order.operation == "upscale":
        picture = await base64_of(inputs_of(order, "source")[0], order.spool)
        body: dict[str, Any] = {"image": picture, "resize_mode": 0, "upscaling_resize": params.get("factor") or 2}
        return {**body, "upscaler_1": params.get("upscaler") or "R-ESRGAN 4x+"}
    body = {name: params.get(name) for name in ("prompt", "negative_prompt", "steps", "cfg_scale", "seed", "scheduler")}
    body |= {"sampler_name": params.get("sampler"), "n_iter": 1, "batch_size": 1, "force_task_id": order.id}
    body["send_images"], body["save_images"] = True, False
    checkpoint = str(params.get("checkpoint") or "") or ("" if order.model == ANY else order.model.partition(":")[2])
    if checkpoint:
        body["override_settings"] = {"sd_model_checkpoint": checkpoint}
    if size := _size(order):
        body["width"], body["height"] = size
    for source in inputs_of(order, "source"):
        body["init_images"] = [await base64_of(source, order.spool)]
        body["denoising_strength"] = params.get("strength")
    for mask in inputs_of(order, "mask"):
        body["mask"] = await base64_of(mask, order.spool)
        body |= {"inpainting_mask_invert": 0, "inpainting_fill": 1, "inpaint_full_res": False, "mask_blur": 4}
    return {name: value for name, value in body.items() if value not in (None, "")}


def _size(order: Order) -> tuple[int, int] | None:
    """Width and height in multiples of 8: what the params say, else those of the source, its longer edge at most 2048."""
    size, aspect = order.params.get("size"), order.params.get("aspect")
    source = next(iter(inputs_of(order, "source")), None)
    if isinstance(aspect, str):
        across, down = (float(part) for part in aspect.split(":"))
        longest = float(size) if isinstance(size, int) else 1024.0
    elif source is not None and source.width and source.height:
        across, down = float(source.width), float(source.height)
        longest = min(2048.0, max(across, down))
    else:
        return None
    scale = longest / max(across, down)
    return max(64, round(across * scale / 8) * 8), max(64, round(down * scale / 8) * 8)


async def _progress(order: Order, wire: Wire) -> Waiting:
    told = await _told(wire)
    if not _is_ours(told, order):
        return Waiting(word="Waiting for its turn" if told else "Painting")
    share, left = told.get("progress"), told.get("eta_relative")
    picture: Any = told.get("current_image")
    has_picture = isinstance(picture, str) and bool(picture)
    name = f"preview-{told.get('state', {}).get('sampling_step', 0)}"  # another name is another picture
    shown = [await save_base64(order, picture, _mime(picture), name=name, role="preview")] if has_picture else []
    return Waiting(
        progress=min(99.0, 100 * float(share)) if isinstance(share, int | float) else None,
        seconds_left=float(left) if isinstance(left, int | float) and left > 0 else None,
        word="Painting",
        previews=tuple(shown),
    )


async def _told(wire: Wire) -> Mapping[str, Any]:
    """What the server says of its work; empty where it says nothing (some of the dialect do not)."""
    try:
        told = (await wire.ask("GET", _SHOWN, also_ok=(404,))).json()
    except ProviderError:
        return {}
    return told if isinstance(told, Mapping) and "progress" in told else {}


def _is_ours(told: Mapping[str, Any], order: Order) -> bool:
    """Older servers do not say whose picture they paint: then it is taken for ours, as one order is sent at a time."""
    if not told:
        return False
    return told.get("current_task") in (None, "", order.id)


def _mime(picture: str) -> str:
    head = base64.b64decode(picture.partition(",")[2][:16] if picture.startswith("data:") else picture[:16])
    if head.startswith(b"\xff\xd8"):
        return "image/jpeg"
    return "image/webp" if head.startswith(b"RIFF") else "image/png"


def _noted(info: Any) -> dict[str, Json]:
    """Seed and settings really used: `info` is JSON in a text."""
    try:
        told = orjson.loads(info) if isinstance(info, str) else {}
    except orjson.JSONDecodeError:
        return {}
    names = ("seed", "sampler_name", "steps", "cfg_scale", "sd_model_name")
    return {name: told[name] for name in names if name in told} if isinstance(told, dict) else {}


async def _ended(work: _Work) -> None:
    if work.task is not None:
        work.task.cancel()
        await asyncio.wait({work.task})


async def _checkpoints(access: ProviderSettings, http: Http) -> list[str]:
    entries = (await _wire(access, http).ask("GET", "/sdapi/v1/sd-models")).json()
    return [str(entry["model_name"]) for entry in entries or () if isinstance(entry, Mapping) and "model_name" in entry]


def _wire(access: ProviderSettings, http: Http) -> Wire:
    headers = {}
    if isinstance(access, CustomA1111) and access.user:
        pair = f"{access.user}:{access.password.get_secret_value()}"
        headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    return Wire(http, VENDOR, access.address, headers, _refusal)


def _refusal(answer: Answer) -> ProviderError:
    body = answer.json()
    said = body if isinstance(body, Mapping) else {}
    detail = said.get("detail") or said.get("errors") or said.get("error") or ""
    if isinstance(detail, list):
        detail = "; ".join(str(one.get("msg")) for one in detail if isinstance(one, Mapping))
    return refusal_by_status(VENDOR, answer, str(detail))


def provider(settings: Settings) -> CustomA1111Servers:
    """The provider of these servers."""
    return CustomA1111Servers()
