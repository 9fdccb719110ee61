"""The sandbox behind its real server, orders to give it without a studio, and the vendors' own clients beside the loop."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from photoplay.core.files import in_thread, sha256_of
from photoplay.core.http import Http
from photoplay.core.ports import free_port
from photoplay.media import Limits, sniff_file
from photoplay.media.masks import clear_where_white
from photoplay.providers import (
    Delivery,
    Description,
    Input,
    LocalFile,
    Order,
    Provider,
    RemoteFile,
    Ticket,
    Waiting,
)
from photoplay.sandbox import Fault, World, serve_sandbox
from photoplay.sandbox.faults import FaultKind
from photoplay.sandbox.stock import Stock
from tests.scripted import png

T = TypeVar("T")
PACE = 0.02
STOCK: list[Path] = []
"""Where a run of the tests keeps what simulated vendors deliver; set by the run."""
PATIENCE_SECONDS = 20.0
_numbers = itertools.count(1)


@dataclass
class Sandboxed:
    """A running sandbox, and a guarded client."""

    world: World
    http: Http
    folder: Path
    inputs: Stock
    """Pictures, films and sounds to be given as inputs."""
    files: list[Path] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is reached."""
        return self.world.url

    def fault(self, vendor: str, kind: FaultKind, **more: Any) -> None:
        """Lets something go wrong once."""
        self.world.faults.set([Fault(vendor=vendor, kind=kind, **more)])

    def bill(self, vendor: str) -> list[dict[str, Any]]:
        """What this vendor charged."""
        return [line for line in self.world.book.bill() if line["vendor"] == vendor]

    def order(
        self,
        provider: Provider,
        model: str,
        operation: str,
        *,
        inputs: tuple[Input, ...] = (),
        described: Description | None = None,
        **params: Any,
    ) -> Order:
        """An order as the studio gives it, at the sandbox's account; `described` is of an added model."""
        number = next(_numbers)
        spool = self.folder / f"order-{number}"
        spool.mkdir()
        access = provider.settings.at_sandbox(self.url)
        document = {} if described is None else described.document
        return Order(f"gen_{number:026d}-1", model, operation, params, inputs, spool, access, described=document)

    def picture(self, role: str = "source", *, size: int = 64) -> Input:
        """A picture to be given as an input."""
        return self.file(role, "image/png", png(size, size), width=size, height=size)

    def file(self, role: str, mime: str, data: bytes, **facts: Any) -> Input:
        """Any file to be given as an input."""
        path = self.folder / f"input-{next(_numbers)}"
        path.write_bytes(data)

        async def _bytes() -> AsyncIterator[bytes]:
            yield data

        clear = _clear_mask if role == "mask" else None
        return Input(role, mime, len(data), sha256_of(path), _bytes, lambda: path, **{"clear": clear, **facts})

    async def deliver(self, provider: Provider, order: Order) -> Delivery:
        """Gives an order and asks until it is delivered. Raises as the provider does."""
        answer: Ticket | Delivery = await provider.submit(order, self.http)
        return answer if isinstance(answer, Delivery) else await self.until_done(provider, answer, order)

    async def until_done(self, provider: Provider, ticket: Ticket, order: Order) -> Delivery:
        """Asks until a ticket's order is delivered."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while isinstance(answer := await provider.check(ticket, order, self.http), Waiting):  # noqa: ASYNC110 - as the studio does
                await asyncio.sleep(0.005)
        return answer

    async def bytes_of(self, order: Order, delivery: Delivery, number: int = 0) -> bytes:
        """The bytes of one delivered file, fetched as the studio does."""
        file: LocalFile | RemoteFile = delivery.files[number]
        if isinstance(file, LocalFile):
            return await in_thread(file.path.read_bytes)
        path = order.spool / f"fetched-{number}"
        await self.http.download(file.url, path, max_bytes=1 << 28, trusted=order.access.address)
        return await in_thread(path.read_bytes)


class SmallStock(Stock):
    """What simulated vendors deliver where nobody looks at it: a tiny file of the right type, whatever was asked for."""

    async def picture(self, width: int, height: int, mime: str, stamp: str) -> bytes:
        """A picture of 64 x 64."""
        return await super().picture(64, 64, mime, "")

    async def film(
        self, width: int, height: int, seconds: float, stamp: str, *, fps: int = 24, has_sound: bool = False
    ) -> bytes:
        """A film of a fifth of a second."""
        return await super().film(64, 64, 0.2, "")

    async def sound(self, seconds: float, mime: str, stamp: str) -> bytes:
        """A sound of a fifth of a second."""
        return await super().sound(0.2, mime, "")


async def _clear_mask(mask: Path, out: Path) -> None:
    """As the media worker does it in its child."""
    await in_thread(clear_where_white, mask, sniff_file(mask), out, Limits())


def _share_stock(folder: Path) -> None:
    """What simulated vendors deliver is painted once for all tests of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    if STOCK and not (folder / "stock").exists():
        (folder / "stock").symlink_to(STOCK[0], target_is_directory=True)


@asynccontextmanager
async def a_sandbox(folder: Path, *, pace: float = PACE, is_small: bool = False) -> AsyncIterator[Sandboxed]:
    """A sandbox on a free port; its latencies are a fiftieth of the real ones. `is_small`: it delivers tiny files."""
    await in_thread(_share_stock, folder / "sandbox")
    ready: asyncio.Future[World] = asyncio.get_running_loop().create_future()
    stop, http = asyncio.Event(), Http()
    serving = asyncio.create_task(
        serve_sandbox(folder / "sandbox", port=free_port(), pace=pace, ready=ready.set_result, stop=stop)
    )
    serving.add_done_callback(lambda _done: ready.done() or ready.cancel())
    try:
        world = await ready
        inputs = world.stock
        world.stock = SmallStock(folder / "sandbox" / "stock") if is_small else inputs
        yield Sandboxed(world, http, folder, inputs)
    finally:
        await http.close()
        stop.set()
        await serving


async def by_sdk(call: Callable[[], T]) -> T:
    """Runs a vendor's own client, which blocks, beside the loop."""
    return await in_thread(call)
