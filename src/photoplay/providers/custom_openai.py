"""Servers of one's own that speak OpenAI's dialect for pictures, films and speech. One account is one server."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final, Literal
from urllib.parse import urljoin

from pydantic import Field, SecretStr

from photoplay.core.calls import Answer, FormField
from photoplay.core.http import Http, origin_of
from photoplay.core.settings import Settings
from photoplay.providers._adding import Adding, Description
from photoplay.providers._contract import (
    Absent,
    CannotTell,
    Delivery,
    Health,
    Json,
    LocalFile,
    ModelCard,
    ModelState,
    Order,
    RemoteFile,
    Ticket,
    Waiting,
)
from photoplay.providers._custom_openai_cards import ANY, CARDS, VENDOR, card
from photoplay.providers._errors import ContentRefused, Failed, Invalid, ProviderError, Unreadable
from photoplay.providers._files import form_file, inputs_of, json_of, mime_of, save_base64, with_clear_mask
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._wire import Wire, refusal_by_status

PICTURE_SECONDS: Final = 900.0
BLOCKED: Final = ("content_policy_violation", "moderation_blocked", "content_filter")
EXTRAS: Final[Mapping[str, Mapping[str, str]]] = {
    "plain": {},
    "vllm-omni": {
        "negative_prompt": "negative_prompt",
        "steps": "num_inference_steps",
        "cfg_scale": "guidance_scale",
        "seed": "seed",
    },
    "sglang": {
        "negative_prompt": "negative_prompt",
        "steps": "num_inference_steps",
        "cfg_scale": "guidance_scale",
        "seed": "seed",
    },
    "localai": {"steps": "step", "seed": "seed"},
}
"""By dialect: our settings and its fields, from the documentation of each as of 2026-11."""


class CustomOpenAi(ProviderSettings):
    """Access to a server of one's own."""

    sandbox_path: ClassVar[str] = "/openai-compatible/v1"
    address: str = Field(
        "",
        validation_alias="CUSTOM_OPENAI_ADDRESS",
        description="Address of your OpenAI-compatible server, with its version: http://127.0.0.1:8000/v1.",
    )
    api_key: SecretStr = Field(
        SecretStr(""), validation_alias="CUSTOM_OPENAI_KEY", description="Key of your server, where it asks for one."
    )
    dialect: Literal["plain", "vllm-omni", "sglang", "localai"] = Field(
        "plain",
        validation_alias="CUSTOM_OPENAI_DIALECT",
        description="Which settings beyond OpenAI's own your server knows.",
    )

    def missing(self) -> tuple[str, ...]:
        """The address; a key may be empty."""
        return () if self.address else ("address",)


class CustomOpenAiServers:
    """Its servers take no key of ours and give pictures in the answer: a lost answer stays uncertain."""

    name = "custom-openai"
    settings = CustomOpenAi
    cards = CARDS
    adding = Adding("Its name on the server", "black-forest-labs/FLUX.1-dev", is_own=True)

    async def submit(self, order: Order, http: Http) -> Ticket | Delivery:
        """Sends the order once: pictures and speech come in the answer, films as a ticket."""
        wire = _wire(order.access, http)
        match order.operation:
            case "text-to-speech":
                return await _speak(order, wire)
            case "text-to-video" | "image-to-video":
                return await _film(order, wire)
            case "text-to-image":
                path = order.spool / "answer.json"
                body = {**_fields(order), "response_format": "b64_json"}
                answer = await wire.submit(
                    "POST", "/images/generations", json=body, large=path, timeout_seconds=PICTURE_SECONDS
                )
                return await _pictures(order, wire, answer)
            case _:
                return await _edit(order, wire)

    async def find(self, order: Order, http: Http) -> Absent | CannotTell:
        """Such servers keep no list of pictures."""
        return CannotTell()

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """One look at a film."""
        wire, path = _wire(order.access, http), f"/videos/{ticket.reference['id']}"
        film = (await wire.ask("GET", path)).json()
        if not isinstance(film, Mapping):
            raise Unreadable(f"{wire.vendor} answered something that we cannot read.")
        match film.get("status"):
            case "completed":
                target = order.spool / "result.mp4"
                await wire.ask("GET", f"{path}/content", to=target, timeout_seconds=PICTURE_SECONDS)
                return Delivery((LocalFile(target, "video/mp4"),))
            case "failed" | "cancelled":
                raise Failed(f"{wire.vendor} could not make it: {_said(film)}", billed_usd=Decimal(0))
            case _:
                told = film.get("progress")
                return Waiting(
                    progress=min(99.0, float(told)) if isinstance(told, int | float) else None, word="Filming"
                )

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Deletes the film, which stops it on servers that can; others make it to its end."""
        wire = _wire(order.access, http)
        await wire.ask("DELETE", f"/videos/{ticket.reference['id']}", also_ok=(400, 404, 405, 409))

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks for the models."""
        names = await _listed(access, http)
        return Health(is_ok=True, message=f"The server answers. Models: {', '.join(names[:5]) or 'none listed'}.")

    async def probe(self, access: ProviderSettings, http: Http) -> tuple[ModelState, ...]:
        """The models that the server has now."""
        return tuple(ModelState(name, is_listed=True) for name in await _listed(access, http))

    async def suggest(self, access: ProviderSettings, http: Http) -> tuple[str, ...]:
        """The models that the server lists."""
        return tuple(await _listed(access, http))

    async def describe(
        self, reference: str, given: Mapping[str, Json], access: ProviderSettings, http: Http
    ) -> Description:
        """One of the server's models. What it can do, the server does not tell."""
        if reference not in await _listed(access, http):
            raise Invalid(f'The server has no model "{reference}".')
        return Description(reference, {"model": reference})

    def card_of(self, description: Description) -> ModelCard:
        """The card of one of the server's models."""
        return card(f"{self.name}:{description.model}", description.model)


async def _edit(order: Order, wire: Wire) -> Delivery:
    """Edits and repaints. vLLM-Omni and LocalAI take masks as ours are, the others clear where ours are white."""
    dialect = _access(order).dialect
    takes_white = dialect in ("vllm-omni", "localai")
    order = order if takes_white else await with_clear_mask(order)
    fields = {**_fields(order), "response_format": "b64_json"}
    form = [FormField(name, str(value)) for name, value in fields.items()]
    pictures = (*inputs_of(order, "source"), *inputs_of(order, "reference"))
    form += [await form_file(given, order.spool, "image") for given in pictures]
    name = "mask_image" if dialect == "vllm-omni" else "mask"
    masks = [await form_file(given, order.spool, name) for given in inputs_of(order, "mask")]
    path = "/images/inpainting" if dialect == "localai" and masks else "/images/edits"
    target = order.spool / "answer.json"
    answer = await wire.submit("POST", path, form=[*form, *masks], large=target, timeout_seconds=PICTURE_SECONDS)
    return await _pictures(order, wire, answer)


async def _pictures(order: Order, wire: Wire, given: Answer) -> Delivery:
    answer = await json_of(given)
    data = answer.get("data") if isinstance(answer, Mapping) else None
    first = data[0] if isinstance(data, list) and data else None
    if not isinstance(first, Mapping):
        raise Unreadable(f"{wire.vendor} answered without a picture.")
    mime = f"image/{answer.get('output_format') or 'png'}"
    if isinstance(first.get("b64_json"), str):
        return Delivery((await save_base64(order, first["b64_json"], mime),))
    if not isinstance(first.get("url"), str):
        raise Unreadable(f"{wire.vendor} answered without a picture.")
    return Delivery((await _fetched(order, wire, urljoin(f"{wire.address}/", first["url"])),))


async def _fetched(order: Order, wire: Wire, url: str) -> LocalFile | RemoteFile:
    """A file of the server itself is fetched with the key, any other by the guard without."""
    mime = mime_of(url, "image/png")
    if origin_of(url) == origin_of(wire.address):
        path = order.spool / "result.bin"
        try:
            answer = await wire.ask("GET", url, to=path, timeout_seconds=PICTURE_SECONDS)
            return LocalFile(path, (answer.header("content-type") or mime).partition(";")[0])
        except ProviderError:
            pass  # it is made: the studio goes on trying to fetch it
    return RemoteFile(url, mime)


async def _film(order: Order, wire: Wire) -> Ticket:
    params = order.params
    fields = {**_fields(order), "seconds": f"{float(str(params.get('duration_seconds') or 4)):g}"}
    form = [FormField(name, str(value)) for name, value in fields.items()]
    form += [await form_file(given, order.spool, "input_reference") for given in inputs_of(order, "source")]
    taken = (await wire.submit("POST", "/videos", form=form, timeout_seconds=120)).json()
    if not isinstance(taken, Mapping) or not isinstance(taken.get("id"), str):
        raise Unreadable(f"{wire.vendor} took the order and gave no id.")
    return Ticket({"id": taken["id"]})


async def _speak(order: Order, wire: Wire) -> Delivery:
    path = order.spool / "result.mp3"
    body = {"model": _model(order), "input": order.params["prompt"], "response_format": "mp3"}
    body["voice"] = order.params.get("voice") or "alloy"
    answer = await wire.submit("POST", "/audio/speech", json=body, to=path, timeout_seconds=PICTURE_SECONDS)
    mime = (answer.header("content-type") or "audio/mpeg").partition(";")[0]
    return Delivery((LocalFile(path, mime if mime.startswith("audio/") else "audio/mpeg"),))


def _fields(order: Order) -> dict[str, Json]:
    """What the server is sent: OpenAI's fields, and those of its own dialect."""
    access, params = _access(order), order.params
    fields: dict[str, Json] = {"prompt": params.get("prompt") or "", "n": 1}
    if order.operation in ("text-to-video", "image-to-video"):
        fields = {"prompt": params.get("prompt") or ""}
    if model := _model(order):
        fields["model"] = model
    if size := _size(params):
        fields["size"] = size
    if access.dialect == "localai" and params.get("negative_prompt"):
        fields["prompt"] = f"{fields['prompt']}|{params['negative_prompt']}"
    extras = {theirs: params.get(ours) for ours, theirs in EXTRAS[access.dialect].items()}
    return {**fields, **{name: value for name, value in extras.items() if value is not None}}


def _model(order: Order) -> str:
    """Its name on the server."""
    told = str(order.params.get("server_model") or "")
    return told or ("" if order.model == ANY else order.model.partition(":")[2])


def _size(params: Mapping[str, Json]) -> str | None:
    """Width and height in multiples of 16: `size` is the longer edge of a picture, or the lines of a film."""
    size, aspect = params.get("size"), params.get("aspect")
    across, down = (int(part) for part in (aspect if isinstance(aspect, str) else "16:9").split(":"))
    if isinstance(size, int):
        scale = size / max(across, down)
    elif isinstance(size, str) and size.endswith("p"):
        scale = int(size[:-1]) / min(across, down)
    else:
        return None
    return "x".join(str(max(16, round(edge * scale / 16) * 16)) for edge in (across, down))


async def _listed(access: ProviderSettings, http: Http) -> list[str]:
    answer = (await _wire(access, http).ask("GET", "/models")).json()
    entries = answer.get("data") if isinstance(answer, Mapping) else None
    return [str(entry["id"]) for entry in entries or () if isinstance(entry, Mapping) and entry.get("id")]


def _access(order: Order) -> CustomOpenAi:
    access = order.access
    return access if isinstance(access, CustomOpenAi) else CustomOpenAi.model_construct(address=access.address)


def _wire(access: ProviderSettings, http: Http) -> Wire:
    key = access.api_key.get_secret_value() if isinstance(access, CustomOpenAi) else ""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Wire(http, VENDOR, access.address, headers, _refusal)


def _refusal(answer: Answer) -> ProviderError:
    """503 means that the engine is not ready, 412 that the hardware cannot run it: nothing was taken."""
    body = answer.json()
    message = _said(body) if isinstance(body, Mapping) else ""
    error = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(error, Mapping) and error.get("code") in BLOCKED:
        return ContentRefused(f"{VENDOR}'s filter stopped it: {message[:300]}")
    return refusal_by_status(VENDOR, answer, message, not_taken=frozenset({503}))


def _said(body: Mapping[str, Any]) -> str:
    """What went wrong, as OpenAI words it or as FastAPI does."""
    error, detail = body.get("error"), body.get("detail")
    if isinstance(error, Mapping):
        return str(error.get("message") or "no reason was given")
    if isinstance(detail, list):
        return "; ".join(str(one.get("msg")) for one in detail if isinstance(one, Mapping))
    return str(detail or error or "no reason was given")


def provider(settings: Settings) -> CustomOpenAiServers:
    """The provider of these servers."""
    return CustomOpenAiServers()
