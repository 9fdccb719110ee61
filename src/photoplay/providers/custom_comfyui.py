"""ComfyUI servers of one's own. An order is a workflow with its named fields filled in, known there by an id of ours.

The server does not refuse an id that it has had, so a lost answer is looked up: in its queue, and in what it has done.
"""

import re
import uuid
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode

import orjson
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from photoplay.core.calls import Answer, FormField
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.operations import find_operation
from photoplay.providers._adding import Adding, Description
from photoplay.providers._comfyui_cards import (
    CARDS,
    VENDOR,
    card,
    fields_of,
    frames_for,
    kind_of,
    limits_of,
    operations_of,
    options_of,
)
from photoplay.providers._comfyui_workflow import (
    NOT_FILLED,
    Nodes,
    filled,
    guess_places,
    inverts_alpha,
    read_places,
    read_workflow,
)
from photoplay.providers._contract import (
    Absent,
    Delivery,
    Health,
    Input,
    Json,
    LocalFile,
    ModelCard,
    Order,
    Ticket,
    Waiting,
)
from photoplay.providers._dialect import pixels_of
from photoplay.providers._errors import (
    ContentRefused,
    Failed,
    Invalid,
    OutcomeUnknown,
    ProviderError,
    Unavailable,
    Unreadable,
)
from photoplay.providers._files import ending_of, form_file, mime_of, with_clear_mask
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._wire import Wire, refusal_by_status

FILE_SECONDS: Final = 600.0
MULTIPLE: Final = 16
_FREE: Final = "Nothing was charged."
_IDS: Final = uuid.UUID("5f0b3c52-6f0e-5d4b-9c55-2f0d5a7f3a11")
_REFUSALS: Final = re.compile(r"nsfw|safety checker|content polic|moderat", re.IGNORECASE)
_FILES: Final = ("images", "gifs", "video", "videos", "audio")
"""Under which names a node tells the files that it saved."""


class ComfyAccess(ProviderSettings):
    """Access to a ComfyUI server."""

    sandbox_path: ClassVar[str] = "/comfyui"
    address: str = Field(
        "",
        validation_alias="CUSTOM_COMFYUI_ADDRESS",
        description="Address of your ComfyUI server, such as http://127.0.0.1:8188.",
    )
    api_key: SecretStr = Field(
        SecretStr(""),
        validation_alias="CUSTOM_COMFYUI_API_KEY",
        description="Bearer token that stands before it, if any.",
    )

    def missing(self) -> tuple[str, ...]:
        """The address; the token may be empty."""
        return () if self.address else ("address",)


class Workflow(BaseModel):
    """What is asked for of a workflow beside its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workflow: str = Field(
        min_length=2,
        title="Workflow",
        description="The file that ComfyUI writes by Workflow, Export (API).",
        json_schema_extra={"format": "json"},
    )
    places: str = Field(
        default="",
        title="What goes where",
        description=(
            "A line for each setting: prompt = 6.text means the field text of node 6. What you leave out is guessed; "
            "a dash leaves a field as it is; a name of your own becomes a setting of the model."
        ),
        json_schema_extra={"format": "lines"},
    )


class CustomComfyUi:
    """Keeps nothing: the server knows its orders by the id that we gave."""

    name = "custom-comfyui"
    settings = ComfyAccess
    cards = CARDS
    adding = Adding("A name for the workflow, of your choice", "portraits", wants=Workflow, is_own=True)

    async def submit(self, order: Order, http: Http) -> Ticket:
        """Uploads the inputs, fills the workflow, and puts it into the server's queue."""
        wire, plan = _wire(order.access, http), _plan(order)
        values: dict[str, Any] = {**order.params, **_measures(order, plan)}
        if plan["places"].get("checkpoint") and not values.get("checkpoint"):
            values["checkpoint"] = await _first_checkpoint(wire)
        values |= dict(await _uploaded(order, plan, wire))
        body = {"prompt": filled(plan["workflow"], plan["places"], values), "client_id": "photoplay"}
        answer = await wire.submit("POST", "/prompt", json={**body, "prompt_id": _id_of(order)})
        said = answer.json()
        if not isinstance(said, Mapping) or not isinstance(said.get("prompt_id"), str):
            raise Unreadable(f"{VENDOR} took the order and gave no id.")
        return Ticket({"prompt_id": said["prompt_id"]})

    async def find(self, order: Order, http: Http) -> Ticket | Absent:
        """Looks for our id in the queue and among what is done. A server that was started anew knows neither."""
        wire, ours = _wire(order.access, http), _id_of(order)
        is_there = await _place_in_queue(wire, ours) is not None or await _done(wire, ours) is not None
        return Ticket({"prompt_id": ours}) if is_there else Absent()

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """One look. Raises `Failed` and `ContentRefused`, never billed."""
        wire, ours = _wire(order.access, http), str(ticket.reference["prompt_id"])
        ahead = await _place_in_queue(wire, ours)
        if ahead is not None:
            return Waiting(word=f"Waiting in the queue, {ahead} before it" if ahead else "Working")
        done = await _done(wire, ours)
        if done is None:
            raise Failed(f"{VENDOR} has it no more: it was stopped, or the server was started anew. {_FREE}")
        status = done.get("status") or {}
        if status.get("status_str") == "error":
            raise _failure(status.get("messages") or ())
        return await _delivery(order, wire, done.get("outputs") or {})

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Takes it out of the queue, or interrupts the server where it works on it: older ones stop whatever runs."""
        wire, ours = _wire(order.access, http), str(ticket.reference["prompt_id"])
        await wire.ask("POST", "/queue", json={"delete": [ours]})
        if await _place_in_queue(wire, ours) == 0:
            await wire.ask("POST", "/interrupt", json={"prompt_id": ours})

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks what it is and runs on."""
        said = (await _wire(access, http).ask("GET", "/system_stats")).json()
        told = said if isinstance(said, Mapping) else {}
        device = next((str(one.get("name")) for one in told.get("devices") or ()), "no device")
        version = (told.get("system") or {}).get("comfyui_version", "of an unknown version")
        return Health(is_ok=True, message=f"The server answers: ComfyUI {version} on {device}.")

    async def describe(
        self, reference: str, given: Mapping[str, Json], access: ProviderSettings, http: Http
    ) -> Description:
        """A workflow, with what the server says of its nodes. Raises `Invalid` for nodes that it does not have."""
        name = re.sub(r"[^a-z0-9.]+", "-", reference.lower()).strip("-")[:80]
        if not name:
            raise Invalid("A name for it has letters and digits.")
        asked = Workflow.model_validate(given)
        nodes = read_workflow(asked.workflow)
        told = {**guess_places(nodes), **read_places(asked.places, nodes)}
        places = {ours: place for ours, place in told.items() if place != NOT_FILLED}
        info = await _declared(_wire(access, http), nodes)
        document: dict[str, Any] = {"title": reference, "workflow": nodes, "places": places}
        document["kind"] = kind_of(nodes, info)
        document["operations"] = list(operations_of(nodes, places, document["kind"]))
        document["fields"] = fields_of(nodes, places, info)
        lines = "\n".join(f"{ours} = {place}" for ours, place in told.items())
        return Description(name, document, given={"workflow": asked.workflow, "places": lines})

    def card_of(self, description: Description) -> ModelCard:
        """The card of a described workflow."""
        kept: Mapping[str, Any] = description.document
        operations = tuple(kept["operations"])
        return card(
            f"{self.name}:{description.model}",
            str(kept["title"]),
            operations,
            about="A workflow of yours on your ComfyUI server.",
            options=options_of(kept["fields"]),
            limits={operation: limits_of(kept, operation) for operation in operations},
        )


@cache
def _usual() -> Mapping[str, Any]:
    """The workflows of the card that has none of its own, by operation."""
    text = (resources.files("photoplay.providers") / "_comfyui_workflows.json").read_bytes()
    usual: Mapping[str, Any] = orjson.loads(text)
    return usual


def _plan(order: Order) -> Mapping[str, Any]:
    """The workflow of an order and what goes where."""
    plan: Mapping[str, Any] = order.described or _usual().get(order.operation, {})
    if not plan:
        raise Invalid(f"No workflow here does {order.operation}. Nothing was ordered.")
    return plan


def _measures(order: Order, plan: Mapping[str, Any]) -> dict[str, Any]:
    """Width, height and frames, where the workflow has fields for them."""
    found: dict[str, Any] = {}
    size, aspect, source = order.params.get("size"), order.params.get("aspect"), _source(order)
    if not isinstance(aspect, str) and source is not None and source.width and source.height:
        aspect = f"{source.width}:{source.height}"
    if isinstance(aspect, str) and isinstance(size, int):
        found["width"], found["height"] = pixels_of(aspect, size, multiple=MULTIPLE)
    elif isinstance(aspect, str) and isinstance(size, str) and size.endswith("p"):
        across, down = (int(part) for part in aspect.split(":"))
        longer = round(int(size[:-1]) * max(across, down) / min(across, down))
        found["width"], found["height"] = pixels_of(aspect, longer, multiple=MULTIPLE)
    seconds = order.params.get("duration_seconds")
    if isinstance(seconds, int | float) and "frames" in plan["places"]:
        found["frames"] = frames_for(float(seconds), plan)
    return found


def _source(order: Order) -> Input | None:
    return next((given for given in order.inputs if given.role == "source"), None)


async def _uploaded(order: Order, plan: Mapping[str, Any], wire: Wire) -> list[tuple[str, str]]:
    """The names that the server gave to the inputs, by their place."""
    places, nodes = plan["places"], plan["workflow"]
    if "mask" in places and inverts_alpha(nodes, places["mask"]):
        order = await with_clear_mask(order)
    return [(_role(given, places), await _upload(order, given, wire)) for given in order.inputs]


def _role(given: Input, places: Mapping[str, str]) -> str:
    role = "film" if given.role == "source" and "film" in places else given.role
    if role not in places:
        raise Invalid(f"This workflow takes no input of the role {given.role}. Nothing was ordered.")
    return role


async def _upload(order: Order, given: Input, wire: Wire) -> str:
    file = await form_file(given, order.spool, "image")
    named = FormField(
        "image",
        file.value,
        file_name=f"photoplay-{given.sha256[:20]}-{given.role}.{ending_of(given.mime)}",
        mime=given.mime,
    )
    form = [named, FormField("type", "input"), FormField("overwrite", "true")]
    said = (await _before_ordering(wire, "POST", "/upload/image", form=form, timeout_seconds=FILE_SECONDS)).json()
    if not isinstance(said, Mapping) or not isinstance(said.get("name"), str):
        raise Unavailable(f"{VENDOR} took the input file and gives no name. Nothing was ordered.")
    return f"{said['subfolder']}/{said['name']}" if said.get("subfolder") else str(said["name"])


async def _first_checkpoint(wire: Wire) -> str:
    names = (await _before_ordering(wire, "GET", "/models/checkpoints", also_ok=(404,))).json()
    if not isinstance(names, list) or not names:
        raise Invalid(f"{VENDOR} has no checkpoint. Nothing was ordered.")
    return str(names[0])


async def _declared(wire: Wire, nodes: Nodes) -> dict[str, Any]:
    """What the server says of the nodes of a workflow. Raises `Invalid` naming those that it does not have."""
    info: dict[str, Any] = {}
    for kind in sorted({str(node["class_type"]) for node in nodes.values()}):
        said = (await wire.ask("GET", f"/object_info/{quote(kind, safe='')}", also_ok=(404,))).json()
        info |= {kind: said[kind]} if isinstance(said, Mapping) and kind in said else {}
    missing = sorted({str(node["class_type"]) for node in nodes.values()} - info.keys())
    if missing:
        raise Invalid(f"{VENDOR} does not have the nodes of this workflow: {', '.join(missing[:10])}.")
    return info


async def _place_in_queue(wire: Wire, ours: str) -> int | None:
    """0 where it runs, else how many are before it, the running one counted; None where it is not there."""
    said = (await wire.ask("GET", "/queue")).json()
    if not isinstance(said, Mapping):
        raise Unreadable(f"{VENDOR} lists its orders in a way that we cannot read.")
    running, pending = (
        [str(one[1]) for one in sorted(said.get(name) or (), key=lambda one: one[0])] for name in _QUEUES
    )
    if ours in running:
        return 0
    return len(running) + pending.index(ours) if ours in pending else None


_QUEUES: Final = ("queue_running", "queue_pending")


async def _done(wire: Wire, ours: str) -> Mapping[str, Any] | None:
    said = (await wire.ask("GET", f"/history/{ours}")).json()
    found = said.get(ours) if isinstance(said, Mapping) else None
    return found if isinstance(found, Mapping) else None


def _failure(messages: Any) -> ProviderError:
    """What went wrong, as the server's last messages tell."""
    told = {str(one[0]): one[1] for one in messages if isinstance(one, list) and len(one) == 2}
    if "execution_interrupted" in told:
        return Failed(f"{VENDOR} was interrupted. {_FREE}")
    error = told.get("execution_error") or {}
    words = re.sub(r"\s+", " ", str(error.get("exception_message") or "without a reason")).strip().rstrip(".")[:300]
    if _REFUSALS.search(words):
        return ContentRefused(f"A filter of the workflow stopped it: {words}.")
    return Failed(f"The node {error.get('node_type', 'of an unknown sort')} failed: {words}. {_FREE}")


async def _delivery(order: Order, wire: Wire, outputs: Mapping[str, Any]) -> Delivery:
    """The files of the right kind that were saved; what was only a preview counts where nothing was saved."""
    wanted = find_operation(order.operation).output.value
    told = [
        one
        for node in outputs.values()
        for name in _FILES
        for one in (node.get(name) or ())
        if isinstance(one, Mapping) and mime_of(str(one.get("filename")), "").startswith(f"{wanted}/")
    ]
    saved = [one for one in told if one.get("type") == "output"] or told
    if not saved:
        raise Failed(f"The workflow ended and saved no {wanted}. {_FREE}")
    files = [await _fetched(order, wire, one, number) for number, one in enumerate(saved)]
    seed = order.params.get("seed")
    return Delivery(tuple(files), metadata={"seed": seed} if isinstance(seed, int) else {})


async def _fetched(order: Order, wire: Wire, told: Mapping[str, Any], number: int) -> LocalFile:
    mime = mime_of(str(told["filename"]), "")
    path = order.spool / f"result-{number}.{ending_of(mime)}"
    asked = urlencode({name: str(told.get(name) or "") for name in ("filename", "subfolder", "type")})
    await wire.ask("GET", f"/view?{asked}", to=path, timeout_seconds=FILE_SECONDS)
    return LocalFile(path, mime)


def _id_of(order: Order) -> str:
    """The same for the same order, in the form that the server gives ids."""
    return str(uuid.uuid5(_IDS, order.id))


async def _before_ordering(wire: Wire, method: str, path: str, **more: Any) -> Answer:
    """A call before the order: whatever becomes of it, nothing was ordered."""
    try:
        return await wire.ask(method, path, **more)
    except OutcomeUnknown as error:
        raise Unavailable(f"{error.message} Nothing was ordered.") from error


def _wire(access: ProviderSettings, http: Http) -> Wire:
    key = access.api_key.get_secret_value() if isinstance(access, ComfyAccess) else ""
    return Wire(http, VENDOR, access.address, {"Authorization": f"Bearer {key}"} if key else {}, _refusal)


def _refusal(answer: Answer) -> ProviderError:
    """A workflow that does not fit is told node by node."""
    body = answer.json()
    said = body if isinstance(body, Mapping) else {}
    error, nodes = said.get("error"), said.get("node_errors")
    words = [str(error.get("message")) if isinstance(error, Mapping) else str(error or "")]
    for number, node in (nodes if isinstance(nodes, Mapping) else {}).items():
        told = [f"{one.get('message')} ({one.get('details')})" for one in node.get("errors") or ()]
        words.append(f"node {number} {node.get('class_type')}: {', '.join(told)}")
    return refusal_by_status(VENDOR, answer, ". ".join(filter(None, words)))


def provider(settings: Settings) -> CustomComfyUi:
    """The provider of this dialect."""
    return CustomComfyUi()
