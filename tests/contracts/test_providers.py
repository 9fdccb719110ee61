"""One suite for every vendor with a simulator: each operation of each model, and each fault on its way, means what it must.

What the studio does with money hangs on this: an error that promises "nothing was taken" must never stand beside a charge.
"""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from photoplay.media import sniff
from photoplay.providers import (
    Absent,
    Billed,
    CannotTell,
    Delivery,
    Forgotten,
    Invalid,
    NotConfigured,
    Order,
    OutcomeUnknown,
    ProviderError,
    Throttled,
    Ticket,
    Unavailable,
    Unreadable,
)
from photoplay.sandbox import vendor_names
from photoplay.sandbox.faults import FaultKind
from tests.cases import ADDED, Case, added_cases_of, cases_of, order_of
from tests.sandboxed import Sandboxed, a_sandbox

pytestmark = pytest.mark.slow

NOTHING_TAKEN: Final = (Throttled, Unavailable, NotConfigured, Invalid)
NOBODY_KNOWS: Final = (OutcomeUnknown, Unreadable)
MEANS: Final[dict[FaultKind, type[ProviderError]]] = {
    "throttled": Throttled,
    "bad-key": NotConfigured,
    "no-credit": NotConfigured,
    "server-error": OutcomeUnknown,
    "never-arrived": OutcomeUnknown,
    "answer-lost": OutcomeUnknown,
    "error-after": OutcomeUnknown,
}
"""What each fault on the way to a vendor proves, whoever it is, where money is at stake."""
_CHARGED: Final[set[str]] = set()
"""Cases that cost money when nothing goes wrong."""
ENDS: Final[tuple[FaultKind, ...]] = ("failed", "refused-content")
_ANSWERS_WITH_RESULT: Final[set[str]] = set()
"""Cases whose vendor keeps no job: it cannot fail later, and its fault is a lost answer."""


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
    order = await order_of(sandbox, case)
    made = await _outcome(sandbox, case, order)
    if not isinstance(made, Delivery):
        return f"{type(made).__name__}: {made.message}"
    kind = sniff((await sandbox.bytes_of(order, made))[:4096]).kind
    charges = [Decimal(line["cost_usd"]) for line in sandbox.bill(case.provider.name)]
    if kind != case.operation.output.value:
        return f"made {kind}"
    if len(charges) > 1:
        return f"charged {len(charges)} times"
    if sum(charges):
        _CHARGED.add(case.name)
    if made.billed_usd is not None and abs(made.billed_usd - sum(charges, Decimal(0))) > Decimal("0.000001"):
        return f"says {made.billed_usd}, was charged {charges}"
    return None


async def _wrong_with_fault(sandbox: Sandboxed, case: Case, fault: FaultKind) -> str | None:
    order = await order_of(sandbox, case)
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
    if fault in ENDS:
        return _wrong_end(case, fault, ended, sum(charges, Decimal(0)))
    if case.name in _CHARGED and type(ended) is not MEANS[fault]:
        return f"{type(ended).__name__} and not {MEANS[fault].__name__}"
    return await _wrong_search(sandbox, case, order, was_taken=bool(charges)) if case.name in _CHARGED else None


def _wrong_end(case: Case, fault: FaultKind, ended: ProviderError, charged: Decimal) -> str | None:
    may_be_lost = fault == "failed" and case.name in _ANSWERS_WITH_RESULT and isinstance(ended, NOBODY_KNOWS)
    if not isinstance(ended, Billed):
        is_forgotten = isinstance(ended, Forgotten) and not charged
        return None if may_be_lost or is_forgotten else f"{type(ended).__name__} for an order that the vendor ended"
    if ended.billed_usd is not None and abs(ended.billed_usd - charged) > Decimal("0.000001"):
        return f"says {ended.billed_usd}, was charged {charged}"
    return None


async def _wrong_search(sandbox: Sandboxed, case: Case, order: Order, *, was_taken: bool) -> str | None:
    """What a search for an order says whose answer never came: never more than the vendor can know."""
    found = await case.provider.find(order, sandbox.http)
    if case.card.recovery == "none":
        return None if found == CannotTell() else f"{found} of a vendor that cannot be searched"
    if isinstance(found, CannotTell):
        return None
    if was_taken and isinstance(found, Absent):
        return "absent although it was taken"
    return None if was_taken or isinstance(found, Absent) else f"{found} although it was not taken"


async def _all_wrong(sandbox: Sandboxed, cases: Iterable[Case]) -> list[str]:
    """Each case without a fault and with each of them, and what was wrong with it."""
    wrong: list[str] = []
    for case in cases:
        for fault in (None, *MEANS, *ENDS):
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
    async with a_sandbox(tmp_path, pace=0.002, is_small=True) as sandbox:
        assert not (wrong := await _all_wrong(sandbox, cases_of(vendor))), "\n".join(wrong)


@pytest.mark.parametrize("vendor", ADDED)
async def test_of_added_models_too_every_operation_and_every_fault_means_what_it_must(
    vendor: str, tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path, pace=0.002, is_small=True) as sandbox:
        assert await _all_wrong(sandbox, await added_cases_of(sandbox, vendor)) == []


@pytest.mark.parametrize("vendor", [name for name in vendor_names() if not name.startswith("custom-")])
async def test_an_order_that_its_vendor_does_not_know_any_more_is_forgotten_and_not_failed(
    vendor: str, tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path, pace=0.002, is_small=True) as sandbox:
        for case in cases_of(vendor):
            order = await order_of(sandbox, case)
            taken = await case.provider.submit(order, sandbox.http)
            sandbox.world.book.reset()
            if isinstance(taken, Ticket):
                with pytest.raises(Forgotten):
                    await case.provider.check(taken, order, sandbox.http)


@pytest.mark.parametrize("vendor", vendor_names())
def test_every_model_that_may_be_ordered_has_a_price_with_its_source(vendor: str) -> None:
    without = []
    for case in cases_of(vendor):
        rules = [rule for rule in case.offers.find(case.card.id).prices if rule.operation == case.operation.name]
        if not rules:
            without.append(case.name)
    assert without == []
