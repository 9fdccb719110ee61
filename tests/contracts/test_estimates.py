"""What is quoted beside what the simulated vendor bills: every model and operation at its cheapest, its dearest, as it comes."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice, product
from pathlib import Path
from typing import Any, Final

import pytest

from photoplay import catalog
from photoplay.catalog import InputSize, InvalidParams, Offer, Price, PriceUnknown
from photoplay.operations import InputRole, MediaKind
from photoplay.providers import Delivery, Invalid, Limits, ProviderError, Ticket
from photoplay.sandbox import vendor_names
from tests.cases import GIVEN, SECONDS, SIZE, Case, cases_of, order_of, required_roles
from tests.sandboxed import Sandboxed, a_sandbox

pytestmark = pytest.mark.slow

FIXED_SHARE: Final = Decimal("0.01")
"""How far a bill may lie from an estimate that is no range."""
MEASURES: Final = ("duration_seconds", "size", "aspect", "quality", "generate_audio", "output_format")
MOST_WAYS: Final = 400
Settings = dict[str, Any]


def settings_of(case: Case) -> list[Settings]:
    """As it comes, then the cheapest and the dearest of what a price may hang on, by our own estimate."""
    offer, known = case.offers.find(case.card.id), list[tuple[Decimal, Settings]]()
    for way in islice(_ways(case), MOST_WAYS):
        try:
            params = catalog.check_params(offer, case.operation.name, _given(case) | way)
            known.append((estimate(offer, case, params, required_roles(case)).high, way))
        except (InvalidParams, PriceUnknown):
            continue
    by_price = [way for _, way in sorted(known, key=lambda one: one[0])]
    return [{}, *({str(way): way for way in (*by_price[:1], *by_price[-1:])}.values())]


def _given(case: Case) -> Settings:
    form = catalog.params_model(case.operation.name, case.card).model_fields
    return {name: value for name, value in GIVEN.items() if name in form}


def _ways(case: Case) -> Iterator[Settings]:
    """Each combination of the values of the settings that a price may hang on."""
    offer = case.offers.find(case.card.id)
    named = {name for rule in offer.prices if rule.operation == case.operation.name for name in rule.when}
    schema = catalog.form_of(case.operation.name, case.card)
    fields = {name: _values(field) for name, field in schema["properties"].items() if name in named | set(MEASURES)}
    told = {name: values for name, values in fields.items() if values}
    for values in product(*told.values()):
        yield dict(zip(told, values, strict=True))


def _values(field: dict[str, Any]) -> list[Any]:
    """What a setting can be: all that is listed, else its ends."""
    shapes = [field, *field.get("anyOf", ())]
    listed = next((shape["enum"] for shape in shapes if shape.get("enum")), None)
    if listed is not None:
        return list(listed) if len(listed) <= 5 else [listed[0], listed[len(listed) // 2], listed[-1]]
    if any(shape.get("type") == "boolean" for shape in shapes):
        return [False, True]
    ends = {name: shape[name] for shape in shapes for name in ("minimum", "maximum") if name in shape}
    return list(ends.values())


def estimate(offer: Offer, case: Case, params: Any, roles: Sequence[InputRole]) -> Price:
    """What the studio quotes for an order."""
    sizes = [
        InputSize(role.name, *(() if role.kind == MediaKind.AUDIO else (SIZE, SIZE)), duration_seconds=_seconds(role))
        for role in roles
    ]
    return offer.price(case.operation.name, params, sizes)


def _seconds(role: InputRole) -> float | None:
    return None if role.kind == MediaKind.IMAGE else SECONDS


def is_right(price: Price, billed: Decimal) -> bool:
    """Within one per cent of a fixed price, inside the quoted range else."""
    if price.low == price.high:
        return abs(billed - price.expected) <= FIXED_SHARE * price.expected
    return price.low <= billed <= price.high


async def _wrong(sandbox: Sandboxed, case: Case, changes: Settings, roles: Sequence[InputRole]) -> str | None:
    sandbox.world.book.reset()
    offer = case.offers.find(case.card.id)
    order = await order_of(sandbox, case, roles=roles, **changes)
    price = estimate(offer, case, order.params, roles)
    try:
        taken = await case.provider.submit(order, sandbox.http)
        made = taken if isinstance(taken, Delivery) else await sandbox.until_done(case.provider, taken, order)
    except ProviderError as error:
        is_free = isinstance(error, Invalid) and not sandbox.bill(case.provider.name)
        return None if is_free else f"{type(error).__name__}: {error.message}"
    charges = sandbox.bill(case.provider.name)
    billed = sum((Decimal(line["cost_usd"]) for line in charges), Decimal(0))
    if not is_right(price, billed):
        return f"quoted {price.low} to {price.high}, expected {price.expected}, billed {billed}"
    numbers = taken.reference.values() if isinstance(taken, Ticket) else ()
    return _not_told(made.billed_usd, price, billed) or _not_named(case, charges, {order.id, *map(str, numbers)})


def _not_told(told: Decimal | None, price: Price, billed: Decimal) -> str | None:
    """What the generation would be booked at: what the adapter reads from the answer, else what was expected."""
    booked = price.expected if told is None else told
    is_near = abs(booked - billed) <= FIXED_SHARE * billed
    return None if is_near else f"billed {billed}, booked {booked} ({'expected' if told is None else 'as told'})"


def _not_named(case: Case, charges: Sequence[dict[str, Any]], numbers: set[str]) -> str | None:
    """A charge is found again by our order, by the vendor's number of it, or by a name of the model that we know."""
    lost = [
        line["model"]
        for line in charges
        if Decimal(line["cost_usd"]) and line["reference"] not in numbers
        if case.offers.id_of(line["model"]) != case.card.id
    ]
    return f"the bill names {', '.join(lost)}" if lost else None


def _every_role(case: Case) -> list[InputRole]:
    """All that it takes as inputs, and two of what it takes several of."""
    most = case.card.limits.get(case.operation.name, Limits()).input_count
    return [role for role in case.operation.roles for _ in range(min(2, most.get(role.name, 1), role.most))]


async def _all_wrong(sandbox: Sandboxed, vendor: str) -> list[str]:
    wrong = []
    for case in cases_of(vendor):
        for number, changes in enumerate(settings_of(case)):
            roles = _every_role(case) if number == 2 else required_roles(case)
            trouble = await _wrong(sandbox, case, changes, roles)
            if trouble:
                wrong.append(f"{case.name} {changes} with {[role.name for role in roles]}: {trouble}")
    return wrong


@pytest.mark.parametrize("vendor", vendor_names())
async def test_every_estimate_holds_against_the_vendors_bill(vendor: str, tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=0.0001, is_small=True) as sandbox:
        wrong = await _all_wrong(sandbox, vendor)
    assert not wrong, "\n" + "\n".join(wrong)
