"""Finds results that are paid for and not here, and brings them home before they expire, also when nobody waits any more."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final, Literal

from pydantic import BaseModel
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from photoplay import accounts, jobs
from photoplay.core import clock
from photoplay.core.db import after_commit
from photoplay.core.ids import new_id
from photoplay.core.log import Log
from photoplay.generation.deadlines import kept_until
from photoplay.generation.errors import GenerationNotFound
from photoplay.generation.look_up import known_again
from photoplay.generation.orders import access_of, order_of
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Phase, Status
from photoplay.generation.submit import note_answer
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.generation.tickets import ticket_by_number
from photoplay.providers import Delivery, Lists, Order, ProviderError, Ticket

WORKFLOW: Final = "rescue.v1"
SEARCHED_FOR: Final = timedelta(days=7)
"""So long a given up order is looked for at vendors that can be searched, or tell by a call."""
SEARCHED_EVERY: Final = timedelta(hours=1)
SHOWN_FOR: Final = timedelta(days=30)
_MOST: Final = 200
_GIVEN_UP: Final = (Status.FAILED.value, Status.CANCELLED.value)
_OWED: Final = ("accepted", "delivered")
_log = Log("rescue")


class RescueView(BaseModel):
    """A result that a vendor owes us. `owed`: its generation has ended without it. `rescued`: it came all the same."""

    generation_id: str
    order_id: str
    owner: str
    vendor: str
    model_name: str
    prompt: str
    kind: str
    status: str
    state: Literal["waiting", "fetching", "owed", "rescued"]
    trouble: str
    sent_at: datetime
    ready_at: datetime | None
    kept_until: datetime | None
    """Until when the vendor promises to keep it; null where it promises nothing."""
    cost_usd: Decimal
    ended_at: datetime | None


class Rescuer:
    """Looks for what is owed. `look` is called by a sweep: every minute, and at once when a vendor has news."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._searched: dict[str, datetime] = {}

    async def look(self) -> None:
        """Searches for what was given up too early, then brings home what is owed."""
        if self._runtime.is_stopping:
            return
        for row, order in await self._runtime.db.read(_given_up):
            if self._is_due(order):
                await self._search(row, order)
        if await self._runtime.db.read(_owed):
            for generation_id in await self._runtime.db.write(partial(_taken, worker_id=self._runtime.lease.id)):
                await self._bring(generation_id)

    def _is_due(self, order: OrderRow) -> bool:
        now = clock.now()
        if (order.vendor_number is None or order.ticket is not None) and self._searched.get(order.id, now) > now:
            return False
        self._searched[order.id] = now + SEARCHED_EVERY
        return True

    async def _search(self, row: GenerationRow, order: OrderRow) -> None:
        runtime = self._runtime
        sent = await order_of(runtime, row, order)
        try:
            found = await _found(runtime, order, sent)
        except ProviderError as error:
            _log.warning("search.failed", order=order.id, error=error.message)
            return
        if found is not None:
            await runtime.db.write(partial(note_answer, runtime=runtime, sent=sent, answer=found))
            _log.info("search.found", order=order.id)

    async def _bring(self, generation_id: str) -> None:
        engine = self._runtime.engine
        if not engine.is_running(WORKFLOW, generation_id):
            await engine.start(WORKFLOW, f"{generation_id}-{new_id('rsc')}", generation_id)


def owed_results(session: Session, runtime: Runtime) -> list[RescueView]:
    """Everything that vendors owe, what expires first before the rest, then what was rescued in the last 30 days."""
    query = (
        select(OrderRow, GenerationRow)
        .join(GenerationRow, GenerationRow.id == OrderRow.generation_id)
        .where(
            OrderRow.status.in_(_OWED),
            OrderRow.sent_at > clock.now() - SHOWN_FOR,
            or_(OrderRow.ended_at.is_(None), GenerationRow.status.in_(_GIVEN_UP)),
        )
        .order_by(OrderRow.sent_at)
        .limit(_MOST)
    )
    names = {user.id: user.name for user in accounts.all_users(session)}
    views = [_view(runtime, order, row, names.get(row.owner_id, "")) for order, row in session.execute(query)]
    last = clock.now() + timedelta(days=3650)
    return sorted(views, key=lambda view: (view.state == "rescued", view.kept_until or last))


def fetch_soon(session: Session, runtime: Runtime, generation_id: str) -> None:
    """Has the vendor asked at once instead of at the next turn. Raises `GenerationNotFound`."""
    if session.get(GenerationRow, generation_id) is None:
        raise GenerationNotFound("There is no such generation.")
    runtime.wake_after(session, generation_id)
    after_commit(session, runtime.rescue_soon)


def owed_among(session: Session, generation_ids: set[str]) -> set[str]:
    """Those of these generations, whosever they are, whose result is still owed."""
    return set(_owed(session)) & generation_ids


def _owed(session: Session) -> list[str]:
    query = (
        select(OrderRow.generation_id)
        .join(GenerationRow, GenerationRow.id == OrderRow.generation_id)
        .where(OrderRow.ended_at.is_(None), OrderRow.status.in_(_OWED), GenerationRow.status.in_(_GIVEN_UP))
    )
    return list(session.scalars(query))


def _taken(session: Session, worker_id: str) -> list[str]:
    """What is owed and this worker sees to: what it had itself, and what nobody has any more."""
    rows = session.scalars(
        select(GenerationRow).where(GenerationRow.id.in_(_owed(session))).with_for_update(skip_locked=True)
    )
    living = set(session.scalars(jobs.living()))
    mine = [row for row in rows if row.worker_id == worker_id or row.worker_id not in living]
    for row in mine:
        row.worker_id = worker_id
    return [row.id for row in mine]


def _given_up(session: Session) -> list[tuple[GenerationRow, OrderRow]]:
    query = (
        select(GenerationRow, OrderRow)
        .join(OrderRow, OrderRow.generation_id == GenerationRow.id)
        .where(
            OrderRow.status == "unknown",
            OrderRow.sent_at > clock.now() - SEARCHED_FOR,
            GenerationRow.status.in_(_GIVEN_UP),
        )
        .order_by(OrderRow.sent_at.desc())
        .limit(_MOST)
    )
    return [(row, order) for row, order in session.execute(query)]


async def _found(runtime: Runtime, order: OrderRow, sent: Order) -> Ticket | Delivery | None:
    """By the vendor's number, in its list, or by a search; None when it is not there or nobody can tell."""
    if order.ticket is not None:
        return await known_again(runtime, order, sent)
    if order.vendor_number is not None:
        return ticket_by_number(runtime, sent, order.vendor_number)
    provider = runtime.providers[order.provider]
    if isinstance(provider, Lists):
        listed = await provider.recent(
            order.sent_at - timedelta(minutes=5), await access_of(runtime, order), runtime.http
        )
        by_our_id = next((ticket for named, ticket in listed if named == order.id), None)
        if by_our_id is not None:
            return by_our_id
    if runtime.catalog.find(order.model).card.recovery != "search":
        return None
    found = await provider.find(sent, runtime.http)
    return found if isinstance(found, Ticket | Delivery) else None


def _view(runtime: Runtime, order: OrderRow, row: GenerationRow, owner: str) -> RescueView:
    return RescueView(
        generation_id=row.id,
        order_id=order.id,
        owner=owner,
        vendor=runtime.vendors.title_of(order.provider),
        model_name=row.model_name,
        prompt=row.prompt,
        kind=row.kind,
        status=row.status,
        state=_state(order, row),
        trouble=order.error or "",
        sent_at=order.sent_at,
        ready_at=order.ready_at,
        kept_until=kept_until(runtime.catalog.find(order.model).card, order),
        cost_usd=order.billed_usd if order.billed_usd is not None else order.quoted_usd,
        ended_at=order.ended_at,
    )


def _state(order: OrderRow, row: GenerationRow) -> Literal["waiting", "fetching", "owed", "rescued"]:
    if order.ended_at is not None:
        return "rescued"
    if Status(row.status).is_final:
        return "owed"
    return "fetching" if row.phase == Phase.FETCHING.value else "waiting"
