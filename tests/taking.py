"""A scripted provider whose models take input files, each with limits of its own."""

from dataclasses import dataclass, field

from photoplay.core.http import Http
from photoplay.providers import LARGEST_RESULT_PIXELS, Delivery, Limits, ModelCard, Order, Ticket
from tests.scripted import DATA, ScriptedProvider

EDIT, PAINT, GROW = "image-to-image", "inpaint", "upscale"
MODELS: dict[str, dict[str, object]] = {
    "many": {"operations": (EDIT,), "limits": {EDIT: Limits(input_count={"source": 1, "reference": 3})}},
    "small": {"operations": (EDIT,), "limits": {EDIT: Limits(input_pixels=10_000, input_bytes=4_000)}},
    "linked": {"operations": (EDIT,), "takes": {"source": ("address",)}},
    "either": {"operations": (EDIT,), "takes": {"source": ("address", "inline")}},
    "grower": {"operations": (GROW,), "limits": {GROW: Limits(factors=(4, 8), result_pixels=LARGEST_RESULT_PIXELS)}},
    "painter": {"operations": (PAINT,)},
}


@dataclass
class TakingProvider(ScriptedProvider):
    """Keeps the orders it was given, and the bytes of their inputs, by order."""

    orders: list[Order] = field(default_factory=list)
    received: dict[str, list[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cards += tuple(_card(name, facts) for name, facts in MODELS.items())

    def data(self) -> str:
        """Prices of the models."""
        return DATA + "".join(
            f'[models."scripted:{name}"]\nprices = [{{operation = "{facts["operations"][0]}", '  # type: ignore[index]
            'unit = "free", source = "a test", read_on = 2026-11-21}]\n'
            for name, facts in MODELS.items()
        )

    async def submit(self, order: Order, http: Http) -> Ticket | Delivery:
        """Reads the inputs, then does as scripted."""
        self.orders.append(order)
        self.received[order.id] = [b"".join([chunk async for chunk in given.open()]) for given in order.inputs]
        return await super().submit(order, http)


def _card(name: str, facts: dict[str, object]) -> ModelCard:
    return ModelCard(
        id=f"scripted:{name}",
        name=name.capitalize(),
        vendor="Scripted",
        about="Takes files.",
        check_floor_seconds=0.01,
        recovery="key",
        **facts,  # type: ignore[arg-type]
    )
