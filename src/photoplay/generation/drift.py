"""Drift: what orders were to cost, what was booked for them, and what the vendors themselves report, model by model."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from photoplay.catalog import Catalog
from photoplay.core.calls import Call, CallFailed, make_call
from photoplay.core.money import usd
from photoplay.generation.failover import NOT_TAKEN
from photoplay.generation.look_up import NOT_THERE
from photoplay.generation.resolve import NOT_MADE
from photoplay.generation.runtime import Runtime
from photoplay.generation.submit import NOT_SENT, REFUSED_AS_WRONG
from photoplay.generation.tables import OrderRow
from photoplay.generation.uncertain import number_in

WARN_PERCENT: Final = Decimal(1)
_FREE: Final = (*NOT_TAKEN.values(), NOT_SENT, NOT_THERE, NOT_MADE, REFUSED_AS_WRONG)
"""Codes of orders that provably were not taken: they cost nothing, though no vendor says so."""
Reported = Mapping[tuple[str, str], Decimal]
"""What vendors say, by provider and model."""
Charge = Mapping[str, Any]
"""A line of a bill: vendor, model, reference, cost_usd, at."""


class DriftView(BaseModel):
    """One model. `drift_percent` is the booked against the estimated, `report_percent` the reported against the booked.

    Above 1 % either way it is a warning. What came to nothing at no cost is in neither sum. `reported_usd` is None where the
    vendor does not report by model; what may be billed of orders that are at work or of unknown cost explains a higher one.
    """

    provider: str
    model: str
    orders: int
    estimated_usd: Decimal
    booked_usd: Decimal
    drift_percent: Decimal | None
    reported_usd: Decimal | None
    report_percent: Decimal | None
    is_warning: bool
    at_work: int
    """Orders that have not ended."""
    cost_unknown: int
    """Orders that have ended, perhaps billed: nobody could find out."""
    cost_unknown_usd: Decimal
    """What these were to cost. It is booked nowhere."""


async def drift_since(runtime: Runtime, moment: datetime) -> list[DriftView]:
    """Of what was sent or reported since then; what wants a look and the largest difference first."""
    charges = await _charges(runtime, moment)

    def _both(session: Session) -> list[DriftView]:
        return _drift(session, moment, _reported(session, runtime.catalog, moment, charges))

    return await runtime.db.read(_both)


def _drift(session: Session, moment: datetime, reported: Reported) -> list[DriftView]:
    has_ended = OrderRow.ended_at.is_not(None)
    booked = and_(has_ended, OrderRow.billed_usd.is_not(None))
    counted = and_(booked, or_(OrderRow.status == "delivered", OrderRow.billed_usd > Decimal(0)))
    is_free = and_(OrderRow.status == "refused", func.coalesce(OrderRow.code, "").in_(_FREE))
    unknown = and_(has_ended, OrderRow.billed_usd.is_(None), ~is_free)
    query = select(
        OrderRow.provider,
        OrderRow.model,
        _count(counted).label("orders"),
        _sum(counted, OrderRow.quoted_usd).label("estimated"),
        _sum(booked, OrderRow.billed_usd).label("booked"),
        _count(~has_ended).label("at_work"),
        _sum(~has_ended, OrderRow.quoted_usd).label("at_work_usd"),
        _count(unknown).label("unknown"),
        _sum(unknown, OrderRow.quoted_usd).label("unknown_usd"),
    )
    rows = session.execute(
        query.where(OrderRow.sent_at >= moment).group_by(OrderRow.provider, OrderRow.model).order_by(OrderRow.model)
    ).all()
    views = [_view(row, reported.get((row.provider, row.model))) for row in rows]
    known = {(view.provider, view.model) for view in views}
    views += [_not_ours(*name, amount) for name, amount in reported.items() if name not in known and amount]
    return sorted((view for view in views if _says_something(view)), key=_urgency)


def _count(what: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((what, 1), else_=0))


def _sum(of: ColumnElement[bool], amount: Any) -> ColumnElement[Decimal | None]:
    return func.sum(case((of, amount), else_=None))


def _urgency(view: DriftView) -> tuple[bool, Decimal, str]:
    return not (view.is_warning or view.cost_unknown), -_largest(view), view.model


def _says_something(view: DriftView) -> bool:
    return bool(view.orders or view.booked_usd or view.cost_unknown or view.reported_usd)


def _view(row: Any, reported: Decimal | None) -> DriftView:
    estimated, booked, unknown_usd = usd(row.estimated or 0), usd(row.booked or 0), usd(row.unknown_usd or 0)
    drift = _percent(booked, estimated)
    explained = unknown_usd + usd(row.at_work_usd or 0)
    apart = None if reported is None else _percent(reported - _explained(reported - booked, explained), booked)
    return DriftView(
        provider=row.provider,
        model=row.model,
        orders=row.orders,
        estimated_usd=estimated,
        booked_usd=booked,
        drift_percent=drift,
        reported_usd=reported,
        report_percent=apart,
        is_warning=_is_far(drift) or (reported is not None and _is_far(apart)),
        at_work=row.at_work,
        cost_unknown=row.unknown,
        cost_unknown_usd=unknown_usd,
    )


def _explained(more: Decimal, by: Decimal) -> Decimal:
    """How much of what is reported on top may be of orders that are booked nowhere yet."""
    return min(max(more, Decimal(0)), by)


def _not_ours(provider: str, model: str, reported: Decimal) -> DriftView:
    """A vendor bills a model that nothing was ordered of."""
    nothing = Decimal(0)
    return DriftView(
        provider=provider,
        model=model,
        orders=0,
        estimated_usd=nothing,
        booked_usd=nothing,
        drift_percent=nothing,
        reported_usd=reported,
        report_percent=None,
        is_warning=True,
        at_work=0,
        cost_unknown=0,
        cost_unknown_usd=nothing,
    )


def _is_far(percent: Decimal | None) -> bool:
    return percent is None or abs(percent) > WARN_PERCENT


def _percent(value: Decimal, of: Decimal) -> Decimal | None:
    """How far a value lies from another in percent of that; None where there is nothing to compare it with."""
    if of == 0:
        return None if value else Decimal(0)
    return ((value - of) * 100 / of).quantize(Decimal("0.01"))


def _largest(view: DriftView) -> Decimal:
    return max(abs(view.drift_percent or Decimal(0)), abs(view.report_percent or Decimal(0)))


async def _charges(runtime: Runtime, moment: datetime) -> list[Charge]:
    """The bill of the simulated vendors. No real vendor tells its charges by model to an ordinary key."""
    address = runtime.settings.sandbox
    if address is None:
        return []
    try:
        answer = await make_call(runtime.http, Call("GET", f"{address}/_sandbox/bill", headers={}, trusted=address))
    except CallFailed:
        return []
    charges: list[Charge] = answer.json() or []
    return [charge for charge in charges if charge["at"] >= moment.timestamp()]


def _reported(session: Session, catalog: Catalog, moment: datetime, charges: Sequence[Charge]) -> Reported:
    """Sums by model. A charge names our order or the vendor's number of it; else its model, as the vendor calls it."""
    models = _models_by_reference(session, moment) if charges else {}
    sums: dict[tuple[str, str], Decimal] = {}
    for charge in charges:
        vendor, called = charge["vendor"], catalog.id_of(charge["model"])
        model = called if called.startswith(f"{vendor}:") else f"{vendor}:{charge['model']}"
        name = models.get((vendor, charge["reference"]), (vendor, model))
        sums[name] = sums.get(name, Decimal(0)) + Decimal(charge["cost_usd"])
    return {name: usd(amount) for name, amount in sums.items()}


def _models_by_reference(session: Session, moment: datetime) -> dict[tuple[str, str], tuple[str, str]]:
    """Vendor and model of an order, by its vendor and either its id or the vendor's number in its ticket."""
    query = select(OrderRow.provider, OrderRow.id, OrderRow.ticket, OrderRow.model).where(OrderRow.sent_at >= moment)
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for provider, order_id, ticket, model in session.execute(query):
        found[provider, order_id] = found[provider, number_in(ticket or {})] = (provider, model)
    return found
