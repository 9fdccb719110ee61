"""The links of a chain: what they are priced from before their turn, and what becomes of them when the one before has ended."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import ROUND_CEILING, Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay import catalog, credits
from photoplay.accounts import Viewer
from photoplay.catalog import Price
from photoplay.core.errors import BadInput, NotFound, TooLarge, Unprocessable
from photoplay.core.log import Log
from photoplay.core.money import credits_for, in_words
from photoplay.credits import Ceiling, PaymentRequired
from photoplay.generation.advance import announce_queued, locked, to_failed
from photoplay.generation.choose_model import sizes_of
from photoplay.generation.inputs import Expected, Source, check_inputs, find_inputs
from photoplay.generation.prepare import Prepared, aspect_of
from photoplay.generation.runtime import Runtime
from photoplay.generation.schedule import waits_for_time
from photoplay.generation.schemas import InputRef
from photoplay.generation.status import NEEDS_APPROVAL, Status, WaitsFor
from photoplay.generation.tables import BatchRow, GenerationRow
from photoplay.operations import MediaKind, find_operation
from photoplay.providers import Limits, Notice

_log = Log("generation")
_UNUSABLE: Final = (BadInput, NotFound, TooLarge, Unprocessable)
"""What can be wrong with the result of the one before: trying again would not help."""


def largest_result(item: int, prepared: Prepared) -> Expected:
    """What the item of this number may yield at most."""
    kind, card = prepared.operation.output, prepared.offer.card
    limits = card.limits.get(prepared.operation.name, Limits())
    params, width, height, seconds = prepared.items[0], None, None, None
    if kind is not MediaKind.AUDIO:
        width, height = catalog.largest_frame(params, prepared.sizes, limits)
    if kind is not MediaKind.IMAGE:
        seconds = catalog.largest_seconds(params, prepared.sizes, limits)
    return Expected(item, kind, width, height, seconds)


class Chains:
    """Goes on with chains. `look` is called by a sweep: at once when something has ended that others wait for."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def look(self) -> None:
        """Gives every link whose parents have succeeded its inputs, its price and its place in the queue."""
        for generation_id in await self._runtime.db.read(_ready):
            if self._runtime.is_stopping:
                return
            try:
                await _freeze(self._runtime, generation_id)
            except Exception as error:  # noqa: BLE001 - one that breaks must not hold up those behind it
                _log.failure("link.broke", error, generation=generation_id)


def _ready(session: Session) -> list[str]:
    waiting = session.scalars(
        select(GenerationRow).where(
            GenerationRow.status == Status.QUEUED.value, GenerationRow.waits_for == WaitsFor.PARENT.value
        )
    ).all()
    parents = {link["generation_id"] for row in waiting for link in row.links}
    states = select(GenerationRow.id).where(
        GenerationRow.id.in_(parents), GenerationRow.status == Status.SUCCEEDED.value
    )
    done = set(session.scalars(states))
    return [row.id for row in waiting if done.issuperset(link["generation_id"] for link in row.links)]


async def _freeze(runtime: Runtime, generation_id: str) -> None:
    row = await runtime.db.read(lambda session: session.get_one(GenerationRow, generation_id))
    operation, offer = find_operation(row.operation), runtime.catalog.find(row.model)
    viewer = Viewer(row.owner_id, "", "member")
    try:
        sources = await find_inputs(runtime, viewer, operation, inputs_of(row))
        check_inputs(
            offer.card,
            operation,
            sources,
            is_reachable=runtime.public.are_there,
            factor=row.params.get("factor"),
        )
        price = offer.price(row.operation, row.params, sizes_of(sources))
    except _UNUSABLE as error:
        message = " ".join([error.message, *error.fields.values()])
        await runtime.db.write(lambda session: _fail(session, runtime, generation_id, message))
        return
    await runtime.db.write(lambda session: _let_go(session, runtime, generation_id, sources, price))


def inputs_of(row: GenerationRow, items: Mapping[str, int] | None = None) -> dict[str, InputRef | list[InputRef]]:
    """The inputs of a generation by role: assets, and where it still waits for them, the results of those before it.

    `items` has the numbers of those that are made again in the same batch.
    """
    found: dict[str, list[InputRef]] = {}
    for entry in row.inputs:
        found.setdefault(entry["role"], []).append(InputRef(asset=entry["asset_id"]))
    if row.waits_for == WaitsFor.PARENT.value:
        for link in row.links:
            parent = link["generation_id"]
            again = (items or {}).get(parent)
            ref = InputRef(generation=parent) if again is None else InputRef(item=again)
            found.setdefault(link["role"], []).append(ref)
    return {role: refs[0] if len(refs) == 1 else list(refs) for role, refs in found.items() if role}


def _fail(session: Session, runtime: Runtime, generation_id: str, message: str) -> None:
    row = locked(session, generation_id)
    if row.waits_for == WaitsFor.PARENT.value and row.status == Status.QUEUED:
        words = f"The result before it cannot be used here. {message} Nothing was charged for this step."
        to_failed(session, runtime.hub, row, code="input_wrong", message=words, retryable=False)


def _let_go(session: Session, runtime: Runtime, generation_id: str, sources: Sequence[Source], price: Price) -> None:
    row = locked(session, generation_id)
    if row.waits_for != WaitsFor.PARENT.value or row.status != Status.QUEUED:
        return
    row.inputs = [source.frozen() for source in sources]
    row.aspect = aspect_of(row.params, sources) or row.aspect
    row.quoted_usd = price.expected
    why = _why_it_may_not(session, row, price.high)
    row.waits_for = waits_for_time(row.run_at) if why is None else WaitsFor.APPROVAL.value
    if why is not None:
        row.notices = [*row.notices, asdict(Notice(NEEDS_APPROVAL, why))]
    announce_queued(session, runtime.hub, [row])
    runtime.admit_after(session)


def _why_it_may_not(session: Session, row: GenerationRow, high: Decimal) -> str | None:
    """None when what is held covers it, or the ceiling lets more be held; else why its owner has to approve."""
    if high <= row.held_usd:
        return None
    before = _price_words(row)
    row.price_credits, row.held_usd = _dearer(row, high), high
    told = f"With the result before it this costs up to {_price_words(row)}; {before} was agreed."
    if not _is_below_ceiling(session, row):
        return f"{told} Approve it, or cancel it."
    try:
        credits.raise_hold(session, row.owner_id, row.id, cost_usd=high, price_credits=row.price_credits)
    except PaymentRequired as error:
        return f"{told} {error.message}"
    return None


def _dearer(row: GenerationRow, high: Decimal) -> int | None:
    """The price in credits after the cost went up to `high`, by the same rate as before."""
    if row.price_credits is None:
        return None
    if not row.held_usd or not row.price_credits:
        return credits_for(high)
    return int((row.price_credits * high / row.held_usd).to_integral_value(ROUND_CEILING))


def _is_below_ceiling(session: Session, row: GenerationRow) -> bool:
    """Whether the batch stays below its ceiling. Without one, what was quoted is all that was agreed to."""
    batch = session.get_one(BatchRow, row.batch_id)
    if batch.ceiling is None:
        return False
    ceiling = Ceiling.model_validate(batch.ceiling)
    rows = session.scalars(select(GenerationRow).where(GenerationRow.batch_id == row.batch_id)).all()
    if ceiling.max_price_credits is not None:
        return sum(one.price_credits or 0 for one in rows if not _was_free(one)) <= ceiling.max_price_credits
    costs = (one.held_usd if one.cost_usd is None else one.cost_usd for one in rows)
    return ceiling.max_cost_usd is not None and sum(costs, Decimal(0)) <= ceiling.max_cost_usd


def _was_free(row: GenerationRow) -> bool:
    """What came to nothing costs its owner nothing."""
    return row.status in (Status.FAILED.value, Status.CANCELLED.value)


def _price_words(row: GenerationRow) -> str:
    return in_words(row.held_usd) if row.price_credits is None else f"{row.price_credits} credits"
