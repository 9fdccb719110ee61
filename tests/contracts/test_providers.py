"""One suite for every vendor with a simulator: each operation of each model, and each fault on its way, means what it must.

What the studio does with money hangs on this: an error that promises "nothing was taken" must never stand beside a charge.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

import pytest

from photoplay import catalog
from photoplay.bootstrap import shipped_providers
from photoplay.catalog import Catalog, ModelData, Offer
from photoplay.core.settings import Settings
from photoplay.media import sniff
from photoplay.operations import MediaKind, Operation, find_operation
from photoplay.providers import (
    Billed,
    Delivery,
    Describes,
    Description,
    Input,
    Invalid,
    ModelCard,
    NotConfigured,
    Order,
    OutcomeUnknown,
    Provider,
    ProviderError,
    Throttled,
    Unavailable,
    Unreadable,
)
from photoplay.sandbox import vendor_names
from photoplay.sandbox.faults import FaultKind
from tests.sandboxed import Sandboxed, a_sandbox
from tests.workflows import FILM, PICTURE, UPSCALE

GIVEN: Final[dict[str, Any]] = {"prompt": "a lake at dawn", "search": "the boat", "left": 64, "factor": 2, "seed": 7}
NOTHING_TAKEN: Final = (Throttled, Unavailable, NotConfigured, Invalid)
NOBODY_KNOWS: Final = (OutcomeUnknown, Unreadable)
BEFORE: Final[tuple[FaultKind, ...]] = ("throttled", "bad-key", "no-credit", "server-error", "never-arrived")
AFTER: Final[tuple[FaultKind, ...]] = ("answer-lost", "error-after")
ENDS: Final[tuple[FaultKind, ...]] = ("failed", "refused-content")
SIZE: Final = 512
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
_ANSWERS_WITH_RESULT: Final[set[str]] = set()
"""Cases whose vendor keeps no job: it cannot fail later, and its fault is a lost answer."""


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
    stock = sandbox.world.stock
    match kind:
        case MediaKind.IMAGE:
            data = await stock.picture(SIZE, SIZE, "image/png", name)
            return sandbox.file(name, "image/png", data, width=SIZE, height=SIZE)
        case MediaKind.VIDEO:
            data = await stock.film(SIZE, SIZE, 2.0, name)
            return sandbox.file(name, "video/mp4", data, width=SIZE, height=SIZE)
        case MediaKind.AUDIO:
            return sandbox.file(name, "audio/mpeg", await stock.sound(2.0, "audio/mpeg", name))


async def _order(sandbox: Sandboxed, case: Case) -> Order:
    form = catalog.params_model(case.operation.name, case.card).model_fields
    given = {name: value for name, value in GIVEN.items() if name in form}
    params = catalog.check_params(case.offers.find(case.card.id), case.operation.name, given)
    inputs = [await _input(sandbox, role.name, role.kind) for role in case.operation.roles if role.required]
    return sandbox.order(
        case.provider, case.card.id, case.operation.name, inputs=tuple(inputs), described=case.described, **params
    )


async def _outcome(sandbox: Sandboxed, case: Case, order: Order) -> Delivery | ProviderError:
    try:
        answer = await case.provider.submit(order, sandbox.http)
        if isinstance(answer, Delivery):
            _ANSWERS_WITH_RESULT.add(case.name)
            return answer
        return await sandbox.until_done(case.provider, answer, order)
    except ProviderError as error:
        return error


async def _wrong_without_fault(sandbox: Sandboxed, case: Case) -> str | None:
    order = await _order(sandbox, case)
    made = await _outcome(sandbox, case, order)
    if not isinstance(made, Delivery):
        return f"{type(made).__name__}: {made.message}"
    kind = sniff((await sandbox.bytes_of(order, made))[:4096]).kind
    charges = [Decimal(line["cost_usd"]) for line in sandbox.bill(case.provider.name)]
    if kind != case.operation.output.value:
        return f"made {kind}"
    if len(charges) > 1:
        return f"charged {len(charges)} times"
    if made.billed_usd is not None and abs(made.billed_usd - sum(charges, Decimal(0))) > Decimal("0.000001"):
        return f"says {made.billed_usd}, was charged {charges}"
    return None


async def _wrong_with_fault(sandbox: Sandboxed, case: Case, fault: FaultKind) -> str | None:
    order = await _order(sandbox, case)
    sandbox.fault(case.provider.name, fault)
    ended = await _outcome(sandbox, case, order)
    charges = [Decimal(line["cost_usd"]) for line in sandbox.bill(case.provider.name)]
    if sandbox.world.faults.all():
        has_no_such_end = fault in ENDS and isinstance(ended, Delivery) and case.name in _ANSWERS_WITH_RESULT
        return None if has_no_such_end else "the simulator does not know this fault"
    if isinstance(ended, Delivery):
        is_safe = case.card.recovery == "key" and len(charges) <= 1
        return None if is_safe else f"delivered all the same, charged {charges}"
    if isinstance(ended, NOTHING_TAKEN) and charges:
        return f"{type(ended).__name__} promises that nothing was taken, and {charges} was charged"
    if fault in AFTER and sum(charges) and not isinstance(ended, NOBODY_KNOWS):
        return f"{type(ended).__name__} although the order was taken"
    may_be_lost = fault == "failed" and case.name in _ANSWERS_WITH_RESULT and isinstance(ended, NOBODY_KNOWS)
    if fault in ENDS and not isinstance(ended, Billed) and not may_be_lost:
        return f"{type(ended).__name__} for an order that the vendor ended"
    told = ended.billed_usd if isinstance(ended, Billed) else None
    if told is not None and abs(told - sum(charges, Decimal(0))) > Decimal("0.000001"):
        return f"says {told}, was charged {charges}"
    return None


async def _all_wrong(sandbox: Sandboxed, cases: Iterable[Case]) -> list[str]:
    """Each case without a fault and with each of them, and what was wrong with it."""
    wrong: list[str] = []
    for case in cases:
        for fault in (None, *BEFORE, *AFTER, *ENDS):
            sandbox.world.book.reset()
            sandbox.world.faults.clear()
            if fault is None:
                trouble = await _wrong_without_fault(sandbox, case)
            else:
                trouble = await _wrong_with_fault(sandbox, case, fault)
            if trouble:
                wrong.append(f"{case.name}, {fault or 'no fault'}: {trouble}")
    return wrong


@pytest.mark.parametrize("vendor", vendor_names())
async def test_every_operation_and_every_fault_means_what_it_must(vendor: str, tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.002) as sandbox:
        assert await _all_wrong(sandbox, cases_of(vendor)) == []


@pytest.mark.parametrize("vendor", ADDED)
async def test_of_added_models_too_every_operation_and_every_fault_means_what_it_must(
    vendor: str, tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path, pace=0.002) as sandbox:
        assert await _all_wrong(sandbox, await added_cases_of(sandbox, vendor)) == []


@pytest.mark.parametrize("vendor", vendor_names())
def test_every_model_that_may_be_ordered_has_a_price_with_its_source(vendor: str) -> None:
    without = []
    for case in cases_of(vendor):
        rules = [rule for rule in case.offers.find(case.card.id).prices if rule.operation == case.operation.name]
        if not rules:
            without.append(case.name)
    assert without == []
