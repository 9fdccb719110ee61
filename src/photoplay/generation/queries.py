"""Reads generations, always as one viewer's."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from photoplay.assets import AssetView, Page, UsedPreset, assets_by_generation
from photoplay.catalog import ENVIRONMENT
from photoplay.core import clock
from photoplay.core.ids import id_at
from photoplay.core.money import usd
from photoplay.generation.breaker import resting
from photoplay.generation.errors import GenerationNotFound
from photoplay.generation.gates import seconds_to_take_back
from photoplay.generation.pauses import pause_of, pauses
from photoplay.generation.schemas import BatchView, ErrorView, GenerationView, OrderView, PreviewView
from photoplay.generation.status import NEEDS_APPROVAL, UNFINISHED, Phase, Status, WaitsFor
from photoplay.generation.tables import BatchRow, GenerationRow, OrderRow
from photoplay.providers import Notice

_AT_ONCE: Final = 500
_NOT_SENT: Final = (Phase.PREPARING.value, Phase.SUBMITTING.value)
_ORDER: Final = select(OrderRow).where(OrderRow.id == bindparam("id"))
_ORDERS: Final = select(OrderRow).where(OrderRow.generation_id == bindparam("generation_id")).order_by(OrderRow.number)

_ORDERS_OF_EACH: Final = (
    select(OrderRow).where(OrderRow.generation_id.in_(bindparam("ids", expanding=True))).order_by(OrderRow.number)
)


def generation_of(session: Session, owner_id: str, generation_id: str, *, with_orders: bool = False) -> GenerationView:
    """One generation of this owner. Raises `GenerationNotFound`."""
    row = find_row(session, owner_id, generation_id)
    view = generation_view(session, row)
    if with_orders:
        view.orders = _orders(session, row.id)
    return view


def find_row(session: Session, owner_id: str, generation_id: str) -> GenerationRow:
    """The row of a generation of this owner. Raises `GenerationNotFound`."""
    row = session.get(GenerationRow, generation_id)
    if row is None or row.owner_id != owner_id:
        raise GenerationNotFound("There is no such generation.")
    return row


def generations_of(
    session: Session,
    owner_id: str,
    *,
    statuses: Sequence[str] = (),
    kind: str | None = None,
    campaigns: Sequence[str] | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[GenerationView]:
    """One page of the owner's generations, the newest first. `cursor` is the id of the last one seen.

    `campaigns` are ids of which each has one; None: whatever it is charged to.
    """
    query = select(GenerationRow).where(GenerationRow.owner_id == owner_id)
    if statuses:
        query = query.where(GenerationRow.status.in_(statuses))
    if kind:
        query = query.where(GenerationRow.kind == kind)
    if campaigns is not None:
        query = query.where(GenerationRow.campaign_id.in_(campaigns))
    if cursor:
        query = query.where(GenerationRow.id < cursor)
    rows = session.scalars(query.order_by(GenerationRow.id.desc()).limit(limit + 1)).all()
    return Page(
        items=generation_views(session, rows[:limit]), next_cursor=rows[limit - 1].id if len(rows) > limit else None
    )


def unfinished_count(session: Session, owner_id: str) -> int:
    """How many of the owner's generations have not ended."""
    query = select(func.count()).where(GenerationRow.owner_id == owner_id, GenerationRow.status.in_(UNFINISHED))
    return session.scalar(query) or 0


def batch_by_key(session: Session, owner_id: str, key: str) -> BatchRow | None:
    """The batch that this owner made with this Idempotency-Key."""
    return session.scalar(select(BatchRow).where(BatchRow.owner_id == owner_id, BatchRow.idempotency_key == key))


def batch_items(session: Session, batch_id: str) -> list[GenerationView]:
    """The generations of a batch, in their order."""
    query = select(GenerationRow).where(GenerationRow.batch_id == batch_id).order_by(GenerationRow.position)
    return generation_views(session, session.scalars(query).all())


def batch_of(session: Session, owner_id: str, batch_id: str) -> BatchView:
    """A batch of this owner. Raises `GenerationNotFound`."""
    batch = session.get(BatchRow, batch_id)
    if batch is None or batch.owner_id != owner_id:
        raise GenerationNotFound("There is no such batch.")
    return BatchView(batch_id=batch.id, items=batch_items(session, batch.id))


def generations_by_id(session: Session, owner_id: str, generation_ids: Sequence[str]) -> list[GenerationView]:
    """These generations of this owner, in the order of their ids."""
    query = select(GenerationRow).where(GenerationRow.id.in_(generation_ids), GenerationRow.owner_id == owner_id)
    return generation_views(session, session.scalars(query.order_by(GenerationRow.id)).all())


def unfinished_of(session: Session, generation_ids: Sequence[str]) -> set[str]:
    """Those of these generations, whosever they are, that have not ended."""
    found: set[str] = set()
    for first in range(0, len(generation_ids), _AT_ONCE):
        some = generation_ids[first : first + _AT_ONCE]
        query = select(GenerationRow.id).where(GenerationRow.id.in_(some), GenerationRow.status.in_(UNFINISHED))
        found.update(session.scalars(query))
    return found


def orders_of(session: Session, generation_id: str) -> Sequence[OrderRow]:
    """The orders given for a generation, in the order they were sent."""
    return session.scalars(_ORDERS, {"generation_id": generation_id}).all()


def orders_of_each(session: Session, generation_ids: Sequence[str]) -> dict[str, list[OrderRow]]:
    """The orders given for each of these generations, in the order they were sent."""
    orders: dict[str, list[OrderRow]] = {one: [] for one in generation_ids}
    for order in session.scalars(_ORDERS_OF_EACH, {"ids": generation_ids}):
        orders[order.generation_id].append(order)
    return orders


def order_by_id(session: Session, order_id: str) -> OrderRow:
    """An order that is known to be there."""
    return session.scalars(_ORDER, {"id": order_id}).one()


def input_hashes_in_use(session: Session) -> set[str]:
    """The blobs that unfinished generations take as inputs."""
    rows = session.scalars(select(GenerationRow.inputs).where(GenerationRow.status.in_(UNFINISHED)))
    return {entry["sha256"] for inputs in rows for entry in inputs}


def generation_view(session: Session, row: GenerationRow) -> GenerationView:
    """A row with its assets, as the doors tell it."""
    return generation_views(session, [row])[0]


def generation_views(session: Session, rows: Sequence[GenerationRow]) -> list[GenerationView]:
    """Rows with their assets and places in the queue."""
    ended = [row.id for row in rows if Status(row.status).is_final]
    made = assets_by_generation(session, ended) if ended else {}
    queued = [row for row in rows if row.status == Status.QUEUED and row.waits_for is None]
    places = _places(session, queued)
    views = [_view(row, made.get(row.id, []), places.get(row.id, (None, None))) for row in rows]
    _say_what_is_held(session, [(row, view) for row, view in zip(rows, views, strict=True) if row in queued])
    _say_who_rests(session, [view for view in views if view.status == Status.QUEUED or view.phase in _NOT_SENT])
    return views


def _say_what_is_held(session: Session, queued: Sequence[tuple[GenerationRow, GenerationView]]) -> None:
    """Those that the operator holds back say so."""
    held = pauses(session) if queued else {}
    for row, view in queued:
        pause = pause_of(row.lane, held)
        if pause is not None:
            view.waits_because = f"{pause.words}."


def _say_who_rests(session: Session, unsent: Sequence[GenerationView]) -> None:
    """Those whose vendor rests say so."""
    rests = resting(session, {view.provider for view in unsent}) if unsent else {}
    for view in unsent:
        if (rest := rests.get(view.provider)) is not None and view.waits_for is None:
            view.waits_because = rest.message


def view_of_moved(row: GenerationRow, assets: Sequence[AssetView] = ()) -> GenerationView:
    """A row that is not queued, with the assets just made of it, without asking the database."""
    return _view(row, assets, (None, None))


def _view(row: GenerationRow, assets: Sequence[AssetView], place: tuple[int | None, float | None]) -> GenerationView:
    return GenerationView(
        id=row.id,
        batch_id=row.batch_id,
        position=row.position,
        operation=row.operation,
        kind=row.kind,
        model=row.model,
        model_name=row.model_name,
        provider=row.provider,
        prompt=row.prompt,
        params=row.params,
        presets=[UsedPreset.model_validate(preset) for preset in row.presets],
        inputs=[{"role": entry["role"], "asset_id": entry["asset_id"]} for entry in row.inputs],
        status=row.status,
        **_waiting(row),
        run_at=row.run_at,
        phase=row.phase,
        word=row.word,
        progress=row.progress,
        seconds_left=row.seconds_left,
        seconds_left_is_estimate=row.is_estimate,
        queue_position=place[0],
        starts_in_seconds=place[1],
        aspect=row.aspect,
        preview=preview_view(row),
        error=ErrorView.model_validate(row.error) if row.error else None,
        cost_usd=None if row.cost_usd is None else usd(row.cost_usd),
        price_credits=row.price_credits,
        quoted_usd=usd(row.quoted_usd),
        can_cancel=not Status(row.status).is_final and row.cancel_asked_at is None,
        cancel_asked=row.cancel_asked_at is not None,
        notices=[Notice(**notice) for notice in row.notices],
        retry_of=row.retry_of,
        campaign_id=row.campaign_id,
        assets=list(assets),
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def _waiting(row: GenerationRow) -> dict[str, Any]:
    """What has to happen before it gets its turn, and why; or until when nobody knows what became of it."""
    is_queued = row.status == Status.QUEUED
    return {
        "looks_again_at": row.looks_again_at,
        "decided_by": row.decided_by,
        "waits_for": row.waits_for if is_queued else None,
        "leaves_in_seconds": seconds_to_take_back(row),
        "waits_because": _why_it_waits(row) if is_queued else "",
        "waits_on": list(dict.fromkeys(link["generation_id"] for link in row.links)),
    }


def _why_it_waits(row: GenerationRow) -> str:
    match row.waits_for:
        case WaitsFor.PARENT:
            return "It begins when the one before it has ended."
        case WaitsFor.APPROVAL:
            told = [notice["message"] for notice in row.notices if notice["code"] == NEEDS_APPROVAL]
            return told[-1] if told else "It waits for your approval."
        case WaitsFor.TIME:
            back = seconds_to_take_back(row)
            return "It waits for its time." if back is None else "It can be taken back before it leaves."
        case _:
            return ""


def preview_view(row: GenerationRow) -> PreviewView | None:
    """Where the newest preview of a running generation is."""
    if row.preview is None:
        return None
    return PreviewView(
        url=f"/api/v1/generations/{row.id}/preview?n={row.preview['number']}",
        mime=str(row.preview["mime"]),
        number=row.preview["number"],
    )


def _places(session: Session, queued: Sequence[GenerationRow]) -> dict[str, tuple[int, float]]:
    """How many come before each of these plus one, and in how many seconds its turn is likely to come."""
    places: dict[str, tuple[int, float]] = {}
    for lane in {row.lane for row in queued}:
        ids = [row.id for row in queued if row.lane == lane]
        running = session.scalar(_RUNNING, {"lane": lane}) or 0
        for id_, place, seconds, own in session.execute(_QUEUE, {"lane": lane, "ids": ids}):
            places[id_] = (place, float(running + seconds - own))
    return places


def _queue() -> Select[str, int, float, float]:
    in_turn = (GenerationRow.priority.desc(), GenerationRow.id)
    waiting = (
        select(
            GenerationRow.id,
            func.row_number().over(order_by=in_turn).label("place"),
            func.sum(GenerationRow.seconds_expected).over(order_by=in_turn, rows=(None, 0)).label("seconds"),
            GenerationRow.seconds_expected,
        )
        .where(
            GenerationRow.status == Status.QUEUED.value,
            GenerationRow.lane == bindparam("lane"),
            GenerationRow.waits_for.is_(None),
        )
        .subquery()
    )
    return select(waiting).where(waiting.c.id.in_(bindparam("ids", expanding=True)))


_QUEUE: Final = _queue()
_RUNNING: Final = select(func.sum(func.coalesce(GenerationRow.seconds_left, GenerationRow.seconds_expected))).where(
    GenerationRow.status == Status.RUNNING.value, GenerationRow.lane == bindparam("lane")
)


def _orders(session: Session, generation_id: str) -> list[OrderView]:
    return [
        OrderView(
            id=row.id,
            provider=row.provider,
            model=row.model,
            account=row.account_id or ENVIRONMENT,
            status=row.status,
            code=row.code,
            billed_usd=row.billed_usd,
            error=row.error,
            sent_at=row.sent_at,
            answered_at=row.answered_at,
            ended_at=row.ended_at,
        )
        for row in orders_of(session, generation_id)
    ]


def models_at_work(session: Session) -> set[str]:
    """The models that orders are out with."""
    return set(session.scalars(select(OrderRow.model).where(OrderRow.ended_at.is_(None)).distinct()))


def models_unfinished(session: Session) -> set[str]:
    """The models of generations that have not ended, and of orders whose outcome nobody knows yet."""
    begun = session.scalars(select(GenerationRow.model).where(GenerationRow.status.in_(UNFINISHED)).distinct())
    unknown = session.scalars(select(OrderRow.model).where(OrderRow.status == "unknown").distinct())
    return {*begun, *unknown, *models_at_work(session)}


def models_in_use(session: Session) -> set[str]:
    """The models that somebody has asked for within a month."""
    month_ago = id_at("gen", clock.now() - timedelta(days=30))
    return set(session.scalars(select(GenerationRow.model).where(GenerationRow.id > month_ago).distinct()))
