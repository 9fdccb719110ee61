"""Waits for an accepted order: asks at the model's pace, at once when there is news, and notes progress on the row."""

import asyncio
import random
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.log import Log
from photoplay.generation.advance import locked_with, to_cancelled, to_failed, to_uncertain
from photoplay.generation.answers import is_proof
from photoplay.generation.deadlines import decided_by, next_look_up_at
from photoplay.generation.orders import order_of, ticket_of
from photoplay.generation.progress import note_progress
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Status
from photoplay.generation.submit import code_of
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.generation.trouble import note_trouble
from photoplay.providers import (
    Billed,
    Delivery,
    Forgotten,
    ModelCard,
    Order,
    Provider,
    ProviderError,
    Waiting,
)

LONGEST_PAUSE_SECONDS: Final = 10.0
CANCELLED: Final = "cancelled"
"""The code of an order that its owner took back."""
NOTED_EVERY_SECONDS: Final = 1.0
"""Those who look on hear every look; the row has the last one of each second."""
_log = Log("generation")


@dataclass
class _Watch:
    """What one wait knows: the order, who has it, and when it began to look."""

    row: GenerationRow
    order: Order
    order_row: OrderRow
    card: ModelCard
    provider: Provider
    checks: int = 0
    noted_at: float = -NOTED_EVERY_SECONDS
    cancel_sent: bool = False


async def wait(runtime: Runtime, row: GenerationRow, order_row: OrderRow) -> Delivery | None:
    """The delivery of an accepted order; None when it ended otherwise (failed or cancelled), or its vendor has forgotten
    it and it is uncertain, which is then on the row.

    The rows are as they were read when the wait began; a cancel that is asked for later comes through the runtime.
    """
    card = runtime.catalog.find(order_row.model).card
    order, provider = await order_of(runtime, row, order_row), runtime.providers[order_row.provider]
    watch = _Watch(row, order, order_row, card, provider)
    if row.cancel_asked_at is not None:
        runtime.cancels.add(row.id)
    while True:
        await runtime.wakes.sleep(row.id, _pause(watch))
        if not watch.cancel_sent and row.id in runtime.cancels:
            await _send_cancel(runtime, watch)
        answer = await _check(runtime, watch)
        if isinstance(answer, Delivery):
            return answer
        if answer is False:
            return None


def _pause(watch: _Watch) -> float:
    """The first look after 0.7 of the usual time, then every 5 % of the elapsed time, never below the vendor's floor."""
    began = watch.order_row.answered_at or watch.order_row.sent_at
    elapsed = max(0.0, (clock.now() - began).total_seconds())
    floor = watch.card.check_floor_seconds
    if watch.checks == 0:
        return min(max(0.0, 0.7 * watch.row.seconds_expected - elapsed), floor * 2)
    return min(LONGEST_PAUSE_SECONDS, max(floor, 0.05 * elapsed) * random.uniform(0.8, 1.2))


async def _check(runtime: Runtime, watch: _Watch) -> Delivery | bool:
    """One look: the delivery, True to go on waiting, False when it is over."""
    watch.checks += 1
    try:
        answer = await watch.provider.check(ticket_of(watch.order_row), watch.order, runtime.http)
    except Forgotten as error:
        await runtime.db.write(partial(_forget, runtime=runtime, watch=watch, error=error))
        return False
    except ProviderError as error:
        if is_proof("check", error):
            await runtime.db.write(partial(_end, runtime=runtime, watch=watch, error=error))
            return False
        _log.warning("check.failed", order=watch.order.id, error=error.message)
        return not await note_trouble(runtime, watch.row.id, error)
    except Exception as error:  # noqa: BLE001 - our own fault must not end an order that was taken
        _log.failure("check.broke", error, order=watch.order.id)
        await asyncio.sleep(min(LONGEST_PAUSE_SECONDS, watch.checks))
        return not await note_trouble(runtime, watch.row.id, error)
    if isinstance(answer, Waiting):
        await note_progress(runtime, watch.row, watch.order_row, answer, on_row=_is_due(watch))
        return True
    return answer


def _is_due(watch: _Watch) -> bool:
    now = asyncio.get_running_loop().time()
    if now - watch.noted_at < NOTED_EVERY_SECONDS:
        return False
    watch.noted_at = now
    return True


async def _send_cancel(runtime: Runtime, watch: _Watch) -> None:
    watch.cancel_sent = True
    if not watch.card.can_cancel:
        return
    try:
        await watch.provider.cancel(ticket_of(watch.order_row), watch.order, runtime.http)
    except ProviderError as error:
        watch.cancel_sent = False
        _log.warning("cancel.failed", order=watch.order.id, error=error.message)


def _end(session: Session, runtime: Runtime, watch: _Watch, error: ProviderError) -> None:
    row, order = locked_with(session, watch.order.id)
    if order.ended_at is not None:
        return
    told = error.billed_usd if isinstance(error, Billed) else Decimal(0)
    order.status, order.error, order.billed_usd, order.ended_at = "refused", error.message, told, clock.now()
    if Status(row.status).is_final:
        return
    billed = told or Decimal(0)
    if row.cancel_asked_at is not None:
        order.code = CANCELLED
        to_cancelled(session, runtime.hub, row, billed=(order, billed))
    else:
        order.code = code = code_of(error)
        to_failed(
            session,
            runtime.hub,
            row,
            code=code,
            message=error.message,
            retryable=code == "vendor_failed",
            billed=(order, billed),
        )


def _forget(session: Session, runtime: Runtime, watch: _Watch, error: Forgotten) -> None:
    """The vendor took it and does not know it now. What that cost is unknown, which is not nothing: `billed_usd` stays open."""
    row, order = locked_with(session, watch.order.id)
    if order.ended_at is not None:
        return
    order.status, order.error, order.answered_at = "unknown", error.message, clock.now()
    if Status(row.status).is_final:
        order.ended_at = clock.now()
    elif row.cancel_asked_at is not None and watch.card.can_cancel:
        order.code, order.ended_at = CANCELLED, clock.now()
        to_cancelled(session, runtime.hub, row)
    else:
        row.looks_again_at, row.decided_by = next_look_up_at(order), decided_by(watch.card, order)
        to_uncertain(session, runtime.hub, row)
