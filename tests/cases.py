"""Every model that can be ordered at a simulated vendor with each of its operations, and an order of each."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from photoplay import catalog
from photoplay.bootstrap import shipped_providers
from photoplay.catalog import Catalog, ModelData, Offer
from photoplay.core.settings import Settings
from photoplay.operations import InputRole, MediaKind, Operation, find_operation
from photoplay.providers import Describes, Description, Input, ModelCard, Order, Provider
from tests.sandboxed import Sandboxed
from tests.workflows import FILM, PICTURE, UPSCALE

GIVEN: Final[dict[str, Any]] = {"prompt": "a lake at dawn", "search": "the boat", "left": 64, "factor": 4, "seed": 7}
SIZE: Final = 512
SECONDS: Final = 3.0
"""Pixels of the sides of input pictures and films, and how long films and sounds are."""
ONE_MODEL: Final = {"custom-cog": ("text-to-image", "image-to-image")}
"""Servers of one's own that serve a single model: what the simulated one makes."""
ADDED: Final[dict[str, tuple[tuple[str, dict[str, Any]], ...]]] = {
    "replicate": (("studio-example/watercolour", {}),),
    "fal": (("studio-example/ink", {}),),
    "custom-cog": (("house-style", {}),),
    "custom-a1111": (("dreamshaper_8", {}),),
    "custom-comfyui": tuple(
        (name, {"workflow": json.dumps(flow)})
        for name, flow in (("picture", PICTURE), ("film", FILM), ("large", UPSCALE))
    ),
}
"""Models without a card in the package, which are described by their vendor."""


@dataclass(frozen=True)
class Case:
    """One model doing one operation."""

    provider: Provider
    card: ModelCard
    operation: Operation
    offers: Catalog
    described: Description | None = None

    @property
    def name(self) -> str:
        return f"{self.card.id} {self.operation.name}"


def cases_of(vendor: str) -> Iterator[Case]:
    """What a vendor's cards say they can do and may be ordered."""
    for provider in (one for one in shipped_providers(Settings(data=Path())) if one.name == vendor):
        offers = Catalog([provider])
        for card in provider.cards:
            operations = ONE_MODEL.get(vendor, card.operations)
            for operation in operations if offers.find(card.id).lifecycle.can_order else ():
                yield Case(provider, card, find_operation(operation), offers)


async def added_cases_of(sandbox: Sandboxed, vendor: str) -> list[Case]:
    """What models do that an operator adds."""
    cases = []
    for provider in (one for one in shipped_providers(Settings(data=Path())) if one.name == vendor):
        offers, adding = Catalog([provider]), cast("Describes", provider)
        access = provider.settings.at_sandbox(sandbox.url)
        for reference, given in ADDED.get(vendor, ()):
            told = await adding.describe(reference, given, access, sandbox.http)
            card = adding.card_of(told)
            offers.place([Offer(card, vendor, ModelData(), offers.facts(vendor), is_added=True)])
            cases += [Case(provider, card, find_operation(name), offers, told) for name in card.operations]
    return cases


async def _input(sandbox: Sandboxed, name: str, kind: MediaKind) -> Input:
    stock = sandbox.inputs
    match kind:
        case MediaKind.IMAGE:
            data = await stock.picture(SIZE, SIZE, "image/png", name)
            return sandbox.file(name, "image/png", data, width=SIZE, height=SIZE)
        case MediaKind.VIDEO:
            data = await stock.film(SIZE, SIZE, SECONDS, name)
            return sandbox.file(name, "video/mp4", data, width=SIZE, height=SIZE)
        case MediaKind.AUDIO:
            return sandbox.file(name, "audio/mpeg", await stock.sound(SECONDS, "audio/mpeg", name))


def required_roles(case: Case) -> list[InputRole]:
    """The inputs without which it cannot be ordered."""
    return [role for role in case.operation.roles if role.required]


async def order_of(
    sandbox: Sandboxed, case: Case, *, roles: Sequence[InputRole] | None = None, **changes: Any
) -> Order:
    """An order with what must be given, or with these inputs; `changes` are further settings.

    Raises `InvalidParams` where they do not fit.
    """
    form = catalog.params_model(case.operation.name, case.card).model_fields
    given = {name: value for name, value in GIVEN.items() if name in form}
    params = catalog.check_params(case.offers.find(case.card.id), case.operation.name, given | changes)
    wanted = required_roles(case) if roles is None else roles
    inputs = [await _input(sandbox, role.name, role.kind) for role in wanted]
    return sandbox.order(
        case.provider, case.card.id, case.operation.name, inputs=tuple(inputs), described=case.described, **params
    )
