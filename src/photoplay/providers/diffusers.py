"""Models of diffusers on this machine, with LoRA files: an optional extra. They run in a process of their own, kept warm.

The process is `makers/diffusion.py`. Orders are known in memory only: after a restart they begin anew, with the same seed.
"""

import asyncio
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from photoplay.core.child import Child, ChildDied, ChildFailed, Line
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.providers._adding import Adding, Description
from photoplay.providers._contract import (
    Delivery,
    Health,
    Json,
    Limits,
    LocalFile,
    ModelCard,
    Options,
    Order,
    Ticket,
    Waiting,
)
from photoplay.providers._dialect import pixels_of
from photoplay.providers._errors import ContentRefused, Failed, Invalid, NotConfigured, ProviderError, Unavailable
from photoplay.providers._files import local_path
from photoplay.providers._options import CfgScale, NegativePrompt, Steps, Strength
from photoplay.providers._settings import ProviderSettings

PROGRAM: Final = (sys.executable, "-m", "photoplay.makers.diffusion")
VENDOR: Final = "Your own model"
PACKAGES: Final = ("torch", "diffusers", "transformers", "accelerate", "peft")
HOW_TO_GET: Final = (
    "Install the extra into the studio's environment: pip install 'photoplay[diffusers]', then start again."
)
ASPECTS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3")
EDGES: Final = (512, 640, 768, 896, 1024, 1280, 1536)
LARGEST: Final = 1.3
"""How much larger than what a model was trained on a picture may be asked for."""
NEWS_SECONDS: Final = 1.0
OUTCOMES_KEPT: Final = 100
NICE: Final = 10
_FREE: Final = "Nothing was charged."


class DiffusersAccess(ProviderSettings):
    """How models of diffusers run here."""

    device: str = Field(
        "auto", validation_alias="DIFFUSERS_DEVICE", description="Where models run: auto, cpu, cuda, cuda:1 or mps."
    )
    memory_gb: int = Field(
        32,
        ge=1,
        le=4096,
        validation_alias="DIFFUSERS_MEMORY_GB",
        description="Main memory that the process may use; above it, it ends and the picture fails.",
    )
    offload: bool = Field(
        False,
        validation_alias="DIFFUSERS_OFFLOAD",
        description="Keep parts of a model in main memory while the graphics card works on another: slower, for small cards.",
    )
    downloads: bool = Field(
        False,
        validation_alias="DIFFUSERS_DOWNLOADS",
        description="Whether models may be downloaded from Hugging Face. Otherwise only what is on this machine is used.",
    )
    cache: str = Field(
        "",
        validation_alias="DIFFUSERS_CACHE",
        description="Folder of downloaded models. Empty: the usual one of Hugging Face.",
    )

    def missing(self) -> tuple[str, ...]:
        """The extra, where it is not installed."""
        return () if all(find_spec(name) for name in PACKAGES) else ("extra",)

    def hint(self) -> str | None:
        """How to get it."""
        return f"Diffusers are not installed here. {HOW_TO_GET}" if self.missing() else None


class OwnModel(BaseModel):
    """What is asked for of a model beside its id or folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    loras: str = Field(
        default="",
        title="LoRA files",
        description="A line for each: the path of a .safetensors file on this machine, and its weight: style.safetensors = 0.8",
        json_schema_extra={"format": "lines"},
    )
    steps: int = Field(default=30, ge=1, le=500, title="Usual steps", description="Turbo models want 1 to 8.")
    cfg_scale: float = Field(
        default=7.0, ge=0, le=50, title="Usual guidance", description="Turbo models want 0, FLUX 3.5."
    )


class DiffusersOptions(Options):
    """Settings of diffusion models. Usual steps and guidance are those of the model."""

    negative_prompt: NegativePrompt = ""
    steps: Steps = 30
    cfg_scale: CfgScale = 7.0
    strength: Strength = Field(default=0.75, json_schema_extra={"operations": ["image-to-image", "inpaint"]})


@dataclass
class _Work:
    """One order on its way."""

    task: "asyncio.Task[None] | None" = None
    done: float = 0.0
    of: float = 0.0
    word: str = "Waiting for its turn"
    outcome: Delivery | ProviderError | None = None

    def waiting(self) -> Waiting:
        """How far it is."""
        return Waiting(progress=min(99.0, 100 * self.done / self.of) if self.of else 0.0, word=self.word)


class Diffusers:
    """Holds the process and the open orders."""

    name = "diffusers"
    settings = DiffusersAccess
    cards: tuple[ModelCard, ...] = ()
    adding = Adding(
        "Its id at Hugging Face, or its folder on this machine", "stabilityai/sdxl-turbo", wants=OwnModel, is_own=True
    )

    def __init__(self, program: tuple[str, ...] = PROGRAM) -> None:
        self._program = program
        self._child: Child | None = None
        self._works: dict[str, _Work] = {}
        self._wake: Callable[[str], None] = lambda order_id: None

    def on_news(self, wake: Callable[[str], None]) -> None:
        """Wakes with the steps, at most once a second, and at the end."""
        self._wake = wake

    async def submit(self, order: Order, http: Http) -> Ticket:
        """Begins the order and answers at once. The same order again changes nothing."""
        if not order.described:
            raise Invalid("This model was not added here. Nothing was ordered.")
        self._work(order)
        return Ticket({"order": order.id})

    async def find(self, order: Order, http: Http) -> Ticket:
        """Always found: an order that is not known begins anew, with the same seed."""
        return await self.submit(order, http)

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """How far it is. Raises `Failed`, `ContentRefused` or `Invalid`, never billed."""
        work = self._work(order)
        match work.outcome:
            case None:
                return work.waiting()
            case Delivery():
                return work.outcome
            case ProviderError():
                raise work.outcome

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Stops between two steps, or after half a second whatever it does."""
        work = self._works.setdefault(order.id, _Work())
        if work.outcome is None:
            work.outcome = Failed(f"Cancelled. {_FREE}", billed_usd=Decimal(0))
            await _ended(work)
        self._wake(order.id)

    async def close(self) -> None:
        """Stops every order and ends the process. Orders begin anew after the next start."""
        works, self._works = self._works, {}
        for work in works.values():
            await _ended(work)
        if self._child is not None:
            await self._child.close()

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Whether the extra is there."""
        hint = access.hint()
        return Health(is_ok=hint is None, message=hint or "The extra is installed.")

    async def describe(
        self, reference: str, given: Mapping[str, Json], access: ProviderSettings, http: Http
    ) -> Description:
        """What the folder of a model tells. Nothing is loaded yet."""
        asked, source = OwnModel.model_validate(given), reference.strip()
        name = source.rstrip("/").rpartition("/")[2] if source.startswith(("/", "~", ".")) else source
        source = str(Path(source).expanduser()) if source.startswith("~") else source
        if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", name):
            raise Invalid("A model is named owner/name, or by its folder.")
        document: dict[str, Any] = {"source": source, "loras": _loras(asked.loras)}
        try:
            told = await self._process(access).run("describe", {**document, **_terms(access)})
        except ChildFailed as failure:
            kind = NotConfigured if failure.code == "extra_missing" else Invalid
            raise kind(failure.message) from failure
        except ChildDied as death:
            raise Unavailable(f"The process of diffusers ended: {death}.") from death
        usual = {"steps": asked.steps, "cfg_scale": asked.cfg_scale}
        return Description(name, {**document, **usual, **told})

    def card_of(self, description: Description) -> ModelCard:
        """The card of a described model."""
        kept: Mapping[str, Any] = description.document
        operations, edge = tuple(kept["operations"]), int(kept["edge"])
        usual = {name: Field(default=kept[name]) for name in ("steps", "cfg_scale")}
        options = type(
            "OwnModelOptions",
            (DiffusersOptions,),
            {"__annotations__": {"steps": Steps, "cfg_scale": CfgScale}, "__module__": __name__, **usual},
        )
        sizes = (edge, *(one for one in EDGES if one != edge and one <= edge * LARGEST))
        return ModelCard(
            id=f"{self.name}:{description.model}",
            name=description.model.rpartition("/")[2],
            vendor=VENDOR,
            operations=operations,
            about=f"{kept['pipeline']} on this machine{_and_loras(kept['loras'])}.",
            options=options,
            limits={"text-to-image": Limits(aspects=ASPECTS, sizes=sizes)},
            typical_seconds=dict.fromkeys(operations, 30.0),
            recovery="key",
            can_cancel=True,
            tells_progress=True,
            check_floor_seconds=0.5,
        )

    def _process(self, access: ProviderSettings) -> Child:
        """The process, made at the first use, on the loop."""
        if self._child is None:
            memory = access.memory_gb if isinstance(access, DiffusersAccess) else 32
            self._child = Child(self._program, memory_bytes=memory * 2**30, nice=NICE)
        return self._child

    def _work(self, order: Order) -> _Work:
        if order.id not in self._works:
            work = self._works[order.id] = _Work()
            work.task = asyncio.create_task(self._paint(order, work), name=f"diffusers {order.id}")
            over = [order_id for order_id, one in self._works.items() if one.outcome is not None]
            for order_id in over[:-OUTCOMES_KEPT]:
                del self._works[order_id]
        return self._works[order.id]

    async def _paint(self, order: Order, work: _Work) -> None:
        told_at = 0.0

        def on_line(line: Line) -> None:
            nonlocal told_at
            work.done, work.of, work.word = float(line["done"]), float(line["of"]), str(line.get("word", work.word))
            now = asyncio.get_running_loop().time()
            if now - told_at >= NEWS_SECONDS:
                told_at = now
                self._wake(order.id)

        try:
            made = await self._process(order.access).run("paint", await _params(order), on_line)
            file = LocalFile(Path(str(made["path"])), "image/png", width=made["width"], height=made["height"])
            work.outcome = Delivery((file,), metadata=made["metadata"])
        except ChildFailed as failure:
            work.outcome = _failure(failure)
        except ChildDied as death:
            work.outcome = Failed(
                f"The process of diffusers ended ({death}). {_FREE} A smaller size needs less memory."
            )
        except OSError as trouble:
            work.outcome = Failed(f"The disk did not take the files ({trouble.strerror}). {_FREE}")
        self._wake(order.id)


async def _params(order: Order) -> dict[str, Any]:
    """What the process gets."""
    kept, params = order.described, order.params
    edge = int(str(kept["edge"]))
    aspect, size = params.get("aspect") or "1:1", params.get("size") or edge
    width, height = pixels_of(str(aspect), int(str(size)), multiple=16)
    inputs = {given.role: str((await local_path(given, order.spool)).absolute()) for given in order.inputs}
    return {
        **{name: params.get(name) for name in ("prompt", "negative_prompt", "seed", "strength")},
        **{name: params.get(name, kept[name]) for name in ("steps", "cfg_scale")},
        **{name: kept[name] for name in ("source", "loras", "edge")},
        **_terms(order.access),
        "operation": order.operation,
        "width": width,
        "height": height,
        "inputs": inputs,
        "out_dir": str(order.spool.absolute()),
    }


def _terms(access: ProviderSettings) -> dict[str, Any]:
    """How the process may work: where, and whether with the network."""
    names = ("device", "offload", "downloads", "cache")
    return {name: getattr(access, name) for name in names} if isinstance(access, DiffusersAccess) else {}


def _loras(text: str) -> list[Json]:
    """Paths and weights. Raises `Invalid` for a line that is none."""
    found: list[Json] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        path, _, weight = (part.strip() for part in line.rpartition("=")) if "=" in line else (line, "", "1")
        try:
            found.append([str(Path(path).expanduser()), float(weight)])
        except ValueError as error:
            raise Invalid(f'"{line[:80]}" is no line such as: style.safetensors = 0.8') from error
    return found


def _and_loras(loras: list[Any]) -> str:
    names = [f"{Path(path).stem} {weight:g}" for path, weight in loras]
    return f", with {', '.join(names)}" if names else ""


def _failure(failure: ChildFailed) -> ProviderError:
    match failure.code:
        case "moderated":
            return ContentRefused(failure.message)
        case "extra_missing":
            return Failed(f"{failure.message} {HOW_TO_GET} {_FREE}")
        case _:
            return Failed(f"{failure.message} {_FREE}")


async def _ended(work: _Work) -> None:
    """Stops the task of a work and waits until it has tidied up."""
    if work.task is not None:
        work.task.cancel()
        await asyncio.wait({work.task})


def provider(settings: Settings) -> Diffusers:
    """The provider of these models."""
    return Diffusers()
