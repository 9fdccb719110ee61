"""A provider that does what a test says: its tickets, progress, results and failures are given beforehand."""

import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from photoplay.core.http import Http
from photoplay.providers import (
    Absent,
    CannotTell,
    Delivery,
    Failed,
    LocalFile,
    ModelCard,
    Order,
    ProviderSettings,
    Ticket,
    Waiting,
)

DATA = """
[models."scripted:free"]
prices = [{operation = "text-to-image", unit = "free", source = "a test", read_on = 2026-11-21}]
[models."scripted:paid"]
prices = [{operation = "text-to-image", unit = "image", cost_usd = "0.04", source = "a test", read_on = 2026-11-21}]
[models."scripted:gone"]
lifecycle = {state = "retired", heir = "scripted:free"}
"""


def png(width: int = 8, height: int = 8, shade: int = 120) -> bytes:
    """A small grey picture."""

    def _chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(
        b"\0" + b"".join(bytes(((x * 9 + shade) % 256, (y * 7) % 256, shade)) for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _card(name: str, **changes: object) -> ModelCard:
    facts: dict[str, object] = {
        "id": f"scripted:{name}",
        "name": name.capitalize(),
        "vendor": "Scripted",
        "operations": ("text-to-image",),
        "about": "Does what a test says.",
        "typical_seconds": {"text-to-image": 0.01},
        "check_floor_seconds": 0.01,
        "recovery": "key",
        "can_cancel": True,
    }
    return ModelCard(**(facts | changes))  # type: ignore[arg-type]


@dataclass
class ScriptedProvider:
    """Counts what it is asked; `on_submit` and `on_check` may raise or answer something else."""

    name: str = "scripted"
    settings: type[ProviderSettings] = ProviderSettings
    cards: tuple[ModelCard, ...] = ()
    on_submit: Callable[[Order], Ticket | Delivery | None] = lambda order: None
    on_check: Callable[[Order], Waiting | Delivery | None] = lambda order: None
    found: Callable[[Order], Ticket | Delivery | Absent | CannotTell] = lambda order: CannotTell()
    billed_usd: Decimal | None = None
    submitted: list[str] = field(default_factory=list)
    cancelled: set[str] = field(default_factory=set)
    recovery: str = "key"
    can_cancel: bool = True

    def __post_init__(self) -> None:
        changes: Mapping[str, object] = {"recovery": self.recovery, "can_cancel": self.can_cancel}
        self.cards = tuple(_card(name, **changes) for name in ("free", "paid", "gone"))

    def data(self) -> str:
        """Prices of the models."""
        return DATA

    def deliver(self, order: Order, *, size: int = 8) -> Delivery:
        """A picture in the order's spool."""
        path = Path(order.spool) / "picture.png"
        seed = order.params.get("seed")
        path.write_bytes(png(size, size, shade=int(seed) % 200 if isinstance(seed, int) else 120))
        return Delivery(files=(LocalFile(path, "image/png"),), billed_usd=self.billed_usd)

    async def submit(self, order: Order, http: Http) -> Ticket | Delivery:
        """Notes the order, then does what the test says, else takes it."""
        self.submitted.append(order.id)
        return self.on_submit(order) or Ticket({"order": order.id})

    async def find(self, order: Order, http: Http) -> Ticket | Delivery | Absent | CannotTell:
        """What the test says."""
        return self.found(order)

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """Cancelled when asked to, else what the test says, else done."""
        if order.id in self.cancelled:
            raise Failed("Cancelled as asked.")
        return self.on_check(order) or self.deliver(order)

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Stops the order."""
        self.cancelled.add(order.id)
