"""The life of one generation, as a workflow: each phase reads its row first, so a run after a crash goes on where it was."""

from typing import Final

from sqlalchemy.orm import Session

from photoplay.core.log import Log
from photoplay.generation.errors import TakenOver
from photoplay.generation.fetch import delivery_of, fetch
from photoplay.generation.look_up import look_up
from photoplay.generation.runtime import Runtime
from photoplay.generation.settle import settle
from photoplay.generation.spool import drop_spool
from photoplay.generation.submit import Sent, submit
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.generation.trouble import note_trouble
from photoplay.generation.wait import wait
from photoplay.providers import Delivery

LONGEST_BACKOFF_SECONDS: Final = 60.0
_log = Log("generation")


async def generate(runtime: Runtime, generation_id: str) -> None:
    """Brings one running generation to its end. Our own failures are retried; they never end an accepted order."""
    try:
        with runtime.wakes.expecting(generation_id):
            await _persist(runtime, generation_id)
    except TakenOver:
        _log.info("generation.taken_over", generation=generation_id)
        runtime.cancels.discard(generation_id)
        return
    runtime.cancels.discard(generation_id)
    await drop_spool(runtime, generation_id)
    runtime.admit_soon()
    runtime.finish_soon()


async def _persist(runtime: Runtime, generation_id: str) -> None:
    """Lives again after each failure, later each time or when woken, until it is over or out of reach."""
    failures = 0
    while True:
        try:
            await _live(runtime, generation_id)
        except TakenOver:
            raise
        except Exception as error:  # noqa: BLE001 - our own fault must not end an order that was taken
            failures += 1
            _log.failure("generation.broke", error, generation=generation_id, failures=failures)
            if await note_trouble(runtime, generation_id, error):
                return
        else:
            return
        await runtime.wakes.sleep(generation_id, min(LONGEST_BACKOFF_SECONDS, 0.5 * 2**failures))


async def _live(runtime: Runtime, generation_id: str) -> None:
    sent = await submit(runtime, generation_id)
    while sent.next != "over":
        if sent.next in ("unknown", "again"):
            if sent.next == "again":
                await runtime.wakes.sleep(generation_id, sent.wait_seconds)
            sent = await _go_on(runtime, generation_id, sent)
            continue
        row, order = sent.rows or await _rows(runtime, generation_id, sent.order_id)
        delivery = delivery_of(runtime, order) if order.delivery is not None else await wait(runtime, row, order)
        if delivery is not None:
            await _bring_home(runtime, row, order, delivery)
            return
        sent = await submit(runtime, generation_id)  # it has ended, or is uncertain


async def _bring_home(runtime: Runtime, row: GenerationRow, order: OrderRow, delivery: Delivery) -> None:
    parcel = await fetch(runtime, row, order.id, delivery)
    if parcel is not None:
        await settle(runtime, order.id, parcel)


async def _rows(runtime: Runtime, generation_id: str, order_id: str) -> tuple[GenerationRow, OrderRow]:
    def _both(session: Session) -> tuple[GenerationRow, OrderRow]:
        return session.get_one(GenerationRow, generation_id), session.get_one(OrderRow, order_id)

    return await runtime.db.read(_both)


async def _go_on(runtime: Runtime, generation_id: str, sent: Sent) -> Sent:
    """After a pause or a lost answer: look the order up while its outcome is unknown, else give a new one."""

    def _is_unknown(session: Session) -> bool:
        return session.get_one(OrderRow, sent.order_id).status == "unknown"

    is_unknown = bool(sent.order_id) and await runtime.db.read(_is_unknown)
    if is_unknown:
        return await look_up(runtime, generation_id, sent.order_id)
    return await submit(runtime, generation_id)
