"""Takes several requests in as one: one quote, one ceiling, all or nothing. Later items may begin with results of earlier ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from photoplay import credits
from photoplay.accounts import Viewer
from photoplay.core.errors import PhotoplayError
from photoplay.credits import QuoteView
from photoplay.generation.chain import largest_result
from photoplay.generation.errors import InputMissing
from photoplay.generation.gates import hold_back
from photoplay.generation.inputs import Expected
from photoplay.generation.matrix import expand
from photoplay.generation.prepare import Prepared
from photoplay.generation.request import Taken, admit, batch_row, generation_row, hash_of, prepare_work, seen
from photoplay.generation.runtime import Runtime
from photoplay.generation.schemas import BatchItem, BatchRequest, BatchToPrice
from photoplay.generation.status import WaitsFor
from photoplay.generation.tables import BatchRow, GenerationRow


@dataclass(frozen=True)
class _Item:
    """One item, known to be right. `number` is that of the item of the request that it comes of."""

    number: int
    wanted: BatchItem
    prepared: Prepared

    @property
    def comes_after(self) -> list[tuple[str, int]]:
        """The roles that earlier items fill, with their numbers; with no role an item only comes before it."""
        after = [] if self.wanted.after is None else [("", self.wanted.after)]
        return [*self.prepared.links, *after]


async def request_batch(
    runtime: Runtime, viewer: Viewer, wanted: BatchRequest, *, idempotency_key: str | None = None
) -> Taken:
    """Holds the price of all items and queues them, or does nothing at all.

    The same key with the same body gives the first answer again. Raises as `request`, with the number of the item in its
    message and fields, and `BatchTooLarge`, `MatrixWrong`.
    """
    body_hash = hash_of(wanted)
    known = await seen(runtime, viewer, idempotency_key, body_hash)
    if known is not None:
        return known
    items = await _prepare(runtime, viewer, wanted)
    quote = _quote(runtime, items)
    credits.check_ceiling(quote, wanted.ceiling, metered=items[0].prepared.terms.metered)
    if wanted.quote is not None:
        runtime.quoter.check_token(wanted.quote, _to_price(items), quote)
    batch = batch_row(viewer, wanted.ceiling, quote, key=idempotency_key, body_hash=body_hash)
    rows = _rows(batch, items, quote)
    hold_back(rows, quote, second_thought=wanted.second_thought)
    return await admit(runtime, viewer, batch, rows, terms=items[0].prepared.terms)


async def quote_batch(runtime: Runtime, viewer: Viewer, wanted: BatchToPrice) -> QuoteView:
    """What all items will cost together; nothing is held. Raises as `request_batch` up to the price."""
    return _quote(runtime, await _prepare(runtime, viewer, wanted))


async def _prepare(runtime: Runtime, viewer: Viewer, wanted: BatchToPrice) -> list[_Item]:
    items: list[_Item] = []
    earlier: list[Expected] = []
    given = expand(wanted.items)
    for at, (number, given_item) in enumerate(given):
        item = _charged(given_item, wanted)
        try:
            _check_after(item, number)
            prepared = await prepare_work(runtime, viewer, item, earlier)
            _check_own_ceiling(runtime, item, prepared)
        except PhotoplayError as error:
            raise _at_item(number, error, is_alone=len(given) == 1) from error
        items.append(_Item(number, item, prepared))
        is_one = item.count == 1 and [other for other, _item in given].count(number) == 1
        if is_one and at < len(given) - 1:
            earlier.append(largest_result(number, prepared))
    return items


def _charged(item: BatchItem, wanted: BatchToPrice) -> BatchItem:
    """The item with the campaign of the batch, where it names none of its own."""
    if item.campaign_id is not None or wanted.campaign_id is None:
        return item
    return item.model_copy(update={"campaign_id": wanted.campaign_id})


def _check_after(item: BatchItem, number: int) -> None:
    if item.after is not None and item.after >= number:
        wrong = f"Item {item.after} is not an earlier item of this batch. Items are counted from 0."
        raise InputMissing(wrong, fields={"after": wrong})


def _check_own_ceiling(runtime: Runtime, item: BatchItem, prepared: Prepared) -> None:
    if item.ceiling is not None:
        credits.check_ceiling(prepared.quote(runtime.quoter), item.ceiling, metered=prepared.terms.metered)


def _at_item(number: int, error: PhotoplayError, *, is_alone: bool) -> PhotoplayError:
    """The same error, saying which item it is about."""
    if not is_alone:
        error.message = f"Item {number}: {error.message}"
    error.fields = {f"items.{number}.{name}": why for name, why in error.fields.items()}
    error.details["item"] = number
    return error


def _to_price(items: Sequence[_Item]) -> list[credits.QuoteRequest]:
    return [one for item in items for one in item.prepared.to_price()]


def _quote(runtime: Runtime, items: Sequence[_Item]) -> QuoteView:
    first = items[0].prepared
    notices = [notice for item in items for notice in item.prepared.notices]
    choice = first.choice if len(items) == 1 else None
    quote = runtime.quoter.quote(
        _to_price(items), terms=first.terms, notices=list(dict.fromkeys(notices)), choice=choice
    )
    own = (item.prepared.notices for item in items for _turn in item.prepared.items)
    for line, told in zip(quote.items, own, strict=True):
        line.notices = list(told)
    models = {line.model for line in quote.items}
    several = {} if len(models) == 1 else {"model_name": f"{len(models)} models"}
    return quote.model_copy(update={"estimated_seconds": _seconds(items), **several})


def _seconds(items: Sequence[_Item]) -> float:
    """How long the longest chain takes."""
    ends: dict[int, float] = {}
    for item in items:
        begins = max((ends.get(number, 0.0) for _role, number in item.comes_after), default=0.0)
        ends[item.number] = max(ends.get(item.number, 0.0), begins + item.prepared.seconds)
    return max(ends.values())


def _rows(batch: BatchRow, items: Sequence[_Item], quote: QuoteView) -> list[GenerationRow]:
    rows: list[GenerationRow] = []
    by_number: dict[int, list[GenerationRow]] = {}
    for item in items:
        for turn in range(len(item.prepared.items)):
            at = len(rows)
            row = generation_row(batch, item.wanted, item.prepared, position=at, item=quote.items[at], turn=turn)
            _link(row, item, by_number)
            rows.append(row)
            by_number.setdefault(item.number, []).append(row)
    return rows


def _link(row: GenerationRow, item: _Item, by_number: dict[int, list[GenerationRow]]) -> None:
    for role, number in item.comes_after:
        row.waits_for = WaitsFor.PARENT.value
        for parent in by_number[number]:
            row.links = [*row.links, {"role": role, "generation_id": parent.id}]
            parent.feeds = [*parent.feeds, row.id]
