"""Drift: what orders were to cost, what was booked for them, and what the vendors themselves report, model by model."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay.core.calls import Call, CallFailed, make_call
from photoplay.core.money import usd
from photoplay.generation.runtime import Runtime
from photoplay.generation.tables import OrderRow

WARN_PERCENT: Final = Decimal(1)
Reported = Mapping[tuple[str, str], Decimal]
"""What vendors say, by provider and model."""


class DriftView(BaseModel):
    """One model. `drift_percent` is the booked against the estimated, `report_percent` the reported against the booked.

    Above 1 % either way it is a warning. `reported_usd` is None where the vendor does not report by model.
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


async def drift_since(runtime: Runtime, moment: datetime) -> list[DriftView]:
    """Of what was sent since then and has been billed, the largest difference first."""
    reported = await _reported(runtime, moment)
    return await runtime.db.read(lambda session: _drift(session, moment, reported))


def _drift(session: Session, moment: datetime, reported: Reported) -> list[DriftView]:
    query = (
        select(
            OrderRow.provider,
            OrderRow.model,
            func.count(),
            func.sum(OrderRow.quoted_usd),
            func.sum(OrderRow.billed_usd),
        )
        .where(OrderRow.sent_at >= moment, OrderRow.billed_usd.is_not(None))
        .group_by(OrderRow.provider, OrderRow.model)
    )
    views = [
        _view(provider, model, count, estimated=usd(estimated or 0), booked=usd(booked or 0), told=reported)
        for provider, model, count, estimated, booked in session.execute(query)
    ]
    return sorted(views, key=lambda view: (-_largest(view), view.model))


def _view(provider: str, model: str, orders: int, *, estimated: Decimal, booked: Decimal, told: Reported) -> DriftView:
    reported = told.get((provider, model))
    drift = _percent(booked, estimated)
    apart = None if reported is None else _percent(reported, booked)
    return DriftView(
        provider=provider,
        model=model,
        orders=orders,
        estimated_usd=estimated,
        booked_usd=booked,
        drift_percent=drift,
        reported_usd=reported,
        report_percent=apart,
        is_warning=(drift is None or abs(drift) > WARN_PERCENT)
        or (reported is not None and (apart is None or abs(apart) > WARN_PERCENT)),
    )


def _percent(value: Decimal, of: Decimal) -> Decimal | None:
    """How far a value lies from another in percent of that; None where there is nothing to compare it with."""
    if of == 0:
        return None if value else Decimal(0)
    return ((value - of) * 100 / of).quantize(Decimal("0.01"))


def _largest(view: DriftView) -> Decimal:
    return max(abs(view.drift_percent or Decimal(0)), abs(view.report_percent or Decimal(0)))


async def _reported(runtime: Runtime, moment: datetime) -> Reported:
    """The bill of the simulated vendors. No real vendor tells its charges by model to an ordinary key."""
    address = runtime.settings.sandbox
    if address is None:
        return {}
    try:
        answer = await make_call(runtime.http, Call("GET", f"{address}/_sandbox/bill", headers={}, trusted=address))
    except CallFailed:
        return {}
    charges: list[dict[str, Any]] = answer.json() or []
    sums: dict[tuple[str, str], Decimal] = {}
    for charge in charges:
        if charge["at"] >= moment.timestamp():
            name = (charge["vendor"], f"{charge['vendor']}:{charge['model']}")
            sums[name] = sums.get(name, Decimal(0)) + Decimal(charge["cost_usd"])
    return {name: usd(amount) for name, amount in sums.items()}
