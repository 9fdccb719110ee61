"""A scripted vendor with a model that draws and one that edits by the megapixel of its input, and batches that chain them."""

from dataclasses import dataclass, field, replace
from typing import Any

from photoplay.generation import BatchRequest
from photoplay.providers import Delivery, Order
from tests.scripted import ScriptedProvider

PRICES = """
[models."studio:draw"]
prices = [{operation = "text-to-image", unit = "image", cost_usd = "0.04", source = "a test", read_on = 2026-11-21}]
[models."studio:edit"]
prices = [{operation = "image-to-image", unit = "megapixel", cost_usd = "1.00", source = "a test", read_on = 2026-11-21}]
"""


@dataclass
class ChainVendor(ScriptedProvider):
    """`studio:draw` makes pictures of `yields` pixels an edge at $0.04; `studio:edit` edits at $1 a megapixel."""

    name: str = "studio"
    yields: int = 64
    orders: list[Order] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        card, edit = self.cards[0], ("image-to-image",)
        self.cards = (
            replace(card, id="studio:draw", name="Draw"),
            replace(card, id="studio:edit", name="Edit", operations=edit, typical_seconds={"image-to-image": 3.0}),
        )

    def data(self) -> str:
        """Its prices."""
        return PRICES

    def deliver(self, order: Order, *, size: int = 8) -> Delivery:
        """Notes the order, and delivers a picture as large as the test says."""
        self.orders.append(order)
        return super().deliver(order, size=self.yields)


def drawing(prompt: str = "calm ocean", **changes: Any) -> dict[str, Any]:
    """A first item: a picture of 64 x 64."""
    return {
        "operation": "text-to-image",
        "model": "studio:draw",
        "params": {"prompt": prompt, "size": 64},
    } | changes


def editing(item: int, **changes: Any) -> dict[str, Any]:
    """A link: the result of an earlier item, edited. At 64 x 64 it costs $0.003907."""
    return {
        "operation": "image-to-image",
        "model": "studio:edit",
        "params": {"prompt": "the same at night"},
        "inputs": {"source": {"item": item}},
    } | changes


def a_batch(*items: dict[str, Any], **more: Any) -> BatchRequest:
    """A batch of these items."""
    return BatchRequest.model_validate({"items": list(items)} | more)
