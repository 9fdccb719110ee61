"""Gives one order to a provider: noted and committed first, sent once, the answer stored. A replay never sends again blindly."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Final, Literal, TypeVar

from sqlalchemy.orm import Session

from photoplay.catalog import VendorAccount, without_secrets
from photoplay.core import clock
from photoplay.core.db import DatabaseAway
from photoplay.core.log import Log
from photoplay.core.rows import insert_rows
from photoplay.generation.advance import (
    all_locked,
    all_locked_with,
    locked,
    locked_with,
    to_cancelled,
    to_failed,
    to_running,
)
from photoplay.generation.answers import is_proof
from photoplay.generation.breaker import begin_trial, note_answered, note_failure
from photoplay.generation.disk import NO_ROOM, is_disk_full
from photoplay.generation.errors import TakenOver
from photoplay.generation.failover import (
    NOT_TAKEN,
    SHORT_WAIT_SECONDS,
    VENDOR_OFF,
    DeadEnd,
    Pause,
    cost_of,
    next_way,
    retry_after_refusal,
)
from photoplay.generation.handover import keep_for_others
from photoplay.generation.order_ids import generation_of_order, order_id_of
from photoplay.generation.orders import order_of
from photoplay.generation.progress import EarlyPreviews, tell_progress
from photoplay.generation.queries import order_by_id, orders_of, orders_of_each
from photoplay.generation.room import counts_orders, tokens_for
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Phase, Status
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.generation.tickets import note_ticket
from photoplay.providers import (
    Billed,
    ContentRefused,
    Delivery,
    Invalid,
    LocalFile,
    NotConfigured,
    Order,
    OutcomeUnknown,
    ProviderError,
    RemoteFile,
    Throttled,
    Ticket,
    Unavailable,
)
from photoplay.storage import StorageAway

T = TypeVar("T")
_log = Log("generation")
NOT_SENT: Final = "not_sent"
"""An order that was noted and never left."""
REFUSED_AS_WRONG: Final = "refused_by_vendor"
"""An order whose request the vendor found wrong: it was not taken."""
_OPEN: Final = ("open", "unknown")
_LONGEST_PAUSE_SECONDS: Final = 2.0
Next = Literal["accepted", "delivered", "unknown", "again", "over"]


@dataclass(frozen=True)
class Sent:
    """Where an order stands after `submit`. `again`: nothing was taken, try once more after `wait_seconds`.

    `rows`: the generation and the order as they were when the answer was stored, if that was just now.
    """

    next: Next
    order_id: str = ""
    wait_seconds: float = 0
    rows: tuple[GenerationRow, OrderRow] | None = None
    paused: GenerationRow | None = None
    """The generation, where it waits before it is sent, with a word on why."""


_Begun = Sent | tuple[GenerationRow, OrderRow]


async def submit(runtime: Runtime, generation_id: str) -> Sent:
    """Sends the order of a running generation, or finds out that an earlier run did. Raises nothing of the provider's."""
    await runtime.stay_if_stopping()
    with runtime.open_submits.holding(generation_id):
        begun: _Begun = await runtime.db.write_each(_begin_each, runtime, generation_id)
        if isinstance(begun, Sent):
            return _told(runtime, begun)
        return await asyncio.shield(asyncio.ensure_future(_send_first(runtime, *begun)))


async def send_again(runtime: Runtime, row: GenerationRow, order: Order) -> Sent:
    """The same order under the same key, after its answer was lost. What the vendor refuses now may be taken already."""
    await runtime.stay_if_stopping()
    with runtime.open_submits.holding(row.id):
        return await asyncio.shield(asyncio.ensure_future(_send(runtime, row, order, is_first=False)))


async def _send_first(runtime: Runtime, row: GenerationRow, order_row: OrderRow) -> Sent:
    previews = EarlyPreviews(runtime, row, order_row)
    order = replace(await order_of(runtime, row, order_row), on_preview=previews.show)
    sent = await _send(runtime, row, order, is_first=True)
    await previews.until_shown()
    return sent


async def _send(runtime: Runtime, row: GenerationRow, order: Order, *, is_first: bool) -> Sent:
    provider = runtime.providers[row.provider]
    if not runtime.lease.is_held:
        return await _not_sent(runtime, order, is_first=is_first)
    try:
        answer = await provider.submit(order, runtime.http)
    except ProviderError as error:
        error.message = without_secrets(error.message, order.access)
        if not is_proof("submit" if is_first else "repeat", error):
            return await _note(runtime, partial(_note_unknown, runtime=runtime, order_id=order.id, error=error))
        note = partial(_note_refused, runtime=runtime, order_id=order.id, error=error)
        return _told(runtime, await _note(runtime, note))
    except Exception as broken:  # noqa: BLE001 - whatever broke here, the order may have left
        _log.failure("submit.broke", broken, order=order.id)
        return await _note(runtime, partial(_note_unknown, runtime=runtime, order_id=order.id, error=None))
    await _patiently(lambda: keep_for_others(runtime, order.id, answer))
    return await _patiently(lambda: runtime.db.write_each(_note_answers, runtime, (order.id, answer)))


async def _note(runtime: Runtime, note: Callable[[Session], Sent]) -> Sent:
    """Writes down what a vendor answered. It cannot be asked twice, so a database that is away is waited for."""
    return await _patiently(lambda: runtime.db.write(note))


async def _patiently(attempt: Callable[[], Awaitable[T]]) -> T:
    pause = 0.1
    while True:
        try:
            return await attempt()
        except FileNotFoundError:
            raise
        except (DatabaseAway, StorageAway, OSError) as error:
            _log.warning("answer.kept_waiting", reason=str(error))
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE_SECONDS, pause * 2)


async def _not_sent(runtime: Runtime, order: Order, *, is_first: bool) -> Sent:
    """The lease ran out before anything left. Nothing was taken, and who goes on with this need not look for it."""
    _log.warning("order.not_sent", order=order.id)
    if is_first:
        await _note(runtime, lambda session: _note_not_sent(session, order.id))
    runtime.lease.check()
    return Sent("again", order.id)


def _note_not_sent(session: Session, order_id: str) -> Sent:
    row = locked(session, generation_of_order(order_id))
    order = order_by_id(session, order_id)
    if order.status in _OPEN and not Status(row.status).is_final:
        order.status, order.code, order.ended_at = "refused", NOT_SENT, clock.now()
    return Sent("again", order_id)


def _told(runtime: Runtime, sent: Sent) -> Sent:
    if sent.paused is not None:
        tell_progress(runtime, sent.paused)
    return sent


def _begin_each(session: Session, runtime: Runtime, generation_ids: Sequence[str]) -> list[_Begun | Exception]:
    rows, given = all_locked(session, generation_ids), orders_of_each(session, generation_ids)
    begun: list[_Begun | Exception] = [
        _begin(session, runtime, rows[one], given[one]) if rows[one].worker_id == runtime.lease.id else TakenOver(one)
        for one in generation_ids
    ]
    sent = [one for one in begun if isinstance(one, tuple)]
    insert_rows(session, [order for _row, order in sent if not _is_noted(session, order)])
    for row, _order in sent:
        row.phase, row.word = Phase.SUBMITTING.value, ""
    return begun


def _begin(session: Session, runtime: Runtime, row: GenerationRow, given: Sequence[OrderRow]) -> _Begun:
    last = given[-1] if given else None
    if Status(row.status).is_final:
        return _stands(last) if last is not None and is_owed(last) else Sent("over")
    if last is not None and last.status != "refused":
        return _stands(last)
    if row.cancel_asked_at is not None:
        to_cancelled(session, runtime.hub, row)
        return Sent("over")
    way = NO_ROOM if is_disk_full(runtime.settings) else next_way(session, runtime, row, given)
    if not isinstance(way, VendorAccount):
        return _not_now(session, runtime, row, way, order_id=last.id if last else "")
    begin_trial(session, way.provider)
    order = _new_order(row, way, number=len(given) + 1, cost_usd=cost_of(runtime, row))
    order.tokens = tokens_for(runtime, row)
    if _is_noted(session, order):
        insert_rows(session, [order])
    return row, order


def _is_noted(session: Session, order: OrderRow) -> bool:
    """Whether an order is written before the next is begun, which has room only where this one leaves some."""
    return counts_orders(session, order.provider)


def _not_now(session: Session, runtime: Runtime, row: GenerationRow, way: Pause | DeadEnd, *, order_id: str) -> Sent:
    if isinstance(way, Pause):
        row.word = way.word
        return Sent("again", order_id, wait_seconds=way.seconds, paused=row)
    is_retryable = way.code not in (NOT_TAKEN[NotConfigured], VENDOR_OFF)
    to_failed(session, runtime.hub, row, code=way.code, message=way.message, retryable=is_retryable)
    return Sent("over", order_id)


def _stands(order: OrderRow) -> Sent:
    order.repeats += 1
    match order.status:
        case "accepted" | "delivered":
            return Sent("delivered" if order.delivery else "accepted", order.id)
        case _:
            order.status = "unknown"
            order.error = order.error or "The studio ended before the answer came."
            return Sent("unknown", order.id)


def _new_order(row: GenerationRow, account: VendorAccount, *, number: int, cost_usd: Decimal) -> OrderRow:
    return OrderRow(
        id=order_id_of(row.id, number),
        generation_id=row.id,
        number=number,
        provider=row.provider,
        model=row.model,
        account_id=account.id,
        quoted_usd=cost_usd,
        status="open",
        request={"operation": row.operation, "params": row.params, "inputs": row.inputs},
        ticket=None,
        delivery=None,
        billed_usd=None,
        received_sha256=None,
        error=None,
        code=None,
        lookups=0,
        repeats=0,
        sent_at=clock.now(),
        answered_at=None,
        retry_at=None,
        ended_at=None,
    )


def is_owed(order: OrderRow) -> bool:
    """Whether the vendor took an order and its result is not here: it is fetched, also when nobody waits any more."""
    return order.status in ("accepted", "delivered") and order.ended_at is None


def note_answer(session: Session, runtime: Runtime, sent: Order, answer: Ticket | Delivery) -> Sent:
    """Stores what the provider answered: from now on the order is known to be taken, and its generation not uncertain."""
    return _note_answers(session, runtime, [(sent.id, answer)])[0]


def _note_answers(session: Session, runtime: Runtime, answers: Sequence[tuple[str, Ticket | Delivery]]) -> list[Sent]:
    found = all_locked_with(session, [order_id for order_id, _answer in answers])
    return [_note_one(session, runtime, rows, answer) for rows, (_id, answer) in zip(found, answers, strict=True)]


def _note_one(
    session: Session, runtime: Runtime, rows: tuple[GenerationRow, OrderRow], answer: Ticket | Delivery
) -> Sent:
    row, order = rows
    is_mine = row.worker_id == runtime.lease.id
    if not is_mine and order.status not in _OPEN:
        return Sent("over", order.id)
    if row.status == Status.UNCERTAIN:
        to_running(session, runtime.hub, row)
    note_answered(session, runtime, order.provider)
    order.status, order.error, order.answered_at, order.ended_at = "accepted", None, clock.now(), None
    if isinstance(answer, Ticket):
        order.ticket = dict(answer.reference)
        if not Status(row.status).is_final:
            row.phase = Phase.WAITING.value
        note_ticket(session, runtime, order)
        return _mine(Sent("accepted", order.id, rows=(row, order)), is_mine=is_mine)
    order.status, order.billed_usd = "delivered", answer.billed_usd
    order.delivery = {"files": [_file_facts(file) for file in answer.files], "metadata": dict(answer.metadata)}
    return _mine(Sent("delivered", order.id, rows=(row, order)), is_mine=is_mine)


def _mine(sent: Sent, *, is_mine: bool) -> Sent:
    """What a vendor answered is true whoever wrote it down; only the worker that has the generation goes on from there."""
    return sent if is_mine else Sent("over", sent.order_id)


def _note_unknown(session: Session, runtime: Runtime, order_id: str, error: ProviderError | None) -> Sent:
    """The outcome is open. A vendor that lost the answer is counted as failing; our own fault says nothing about it."""
    order = order_by_id(session, order_id)
    if order.status not in _OPEN:
        return Sent("over", order_id)
    order.status, order.error = "unknown", error.message if error else "Our own fault while sending."
    if isinstance(error, OutcomeUnknown | Unavailable | NotConfigured):
        note_failure(session, runtime, order.provider, error.message)
    return Sent("unknown", order_id)


def _note_refused(session: Session, runtime: Runtime, order_id: str, error: ProviderError) -> Sent:
    row, order = locked_with(session, order_id)
    if Status(row.status).is_final or order.status not in _OPEN:
        return Sent("over", order_id)
    order.status, order.error, order.code = "refused", error.message, code_of(error)
    order.answered_at = order.ended_at = clock.now()
    if not isinstance(error, Throttled | Unavailable | NotConfigured):
        note_answered(session, runtime, order.provider)
        return _end_refused(session, runtime, row, order, error)
    _note_health(session, runtime, order, error)
    seconds = retry_after_refusal(error, row, orders_of(session, row.id))
    if seconds is not None and seconds <= SHORT_WAIT_SECONDS:
        order.retry_at = clock.now() + timedelta(seconds=seconds)
    way = next_way(session, runtime, row, orders_of(session, row.id))
    if isinstance(way, DeadEnd) and seconds is not None:
        order.retry_at, way = clock.now() + timedelta(seconds=seconds), Pause(seconds, "Trying again later")
    return (
        Sent("again", order_id)
        if isinstance(way, VendorAccount)
        else _not_now(session, runtime, row, way, order_id=order_id)
    )


def _note_health(session: Session, runtime: Runtime, order: OrderRow, error: ProviderError) -> None:
    if isinstance(error, Throttled):
        note_answered(session, runtime, order.provider)
        return
    if isinstance(error, NotConfigured):
        runtime.vendors.note_refused_key(session, order.provider, order.account_id, error.message)
    note_failure(session, runtime, order.provider, error.message)


def _end_refused(session: Session, runtime: Runtime, row: GenerationRow, order: OrderRow, error: ProviderError) -> Sent:
    billed = error.billed_usd if isinstance(error, Billed) else Decimal(0)
    order.billed_usd = billed
    to_failed(
        session,
        runtime.hub,
        row,
        code=code_of(error),
        message=error.message,
        retryable=False,
        billed=(order, billed) if billed else None,
    )
    return Sent("over", order.id)


def code_of(error: ProviderError) -> str:
    """The stable code of a provider's failure."""
    match error:
        case ContentRefused():
            return "content_refused"
        case Invalid():
            return REFUSED_AS_WRONG
        case NotConfigured() | Throttled() | Unavailable():
            return NOT_TAKEN[type(error)]
        case _:
            return "vendor_failed"


def _file_facts(file: LocalFile | RemoteFile) -> dict[str, object]:
    if isinstance(file, RemoteFile):
        return {"url": file.url, "mime": file.mime, "role": file.role}
    facts = {name: getattr(file, name) for name in ("mime", "role", "width", "height", "duration_seconds", "fps")}
    return {"path": file.path.name, **facts}
