"""What was not paid twice: requests that came again, and orders that a restart would have sent once more."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from photoplay.core.ids import id_at
from photoplay.core.money import usd
from photoplay.generation.tables import BatchRow, GenerationRow, OrderRow


class SparedView(BaseModel):
    """How often the studio refused to pay twice, and what that would have cost as quoted. What is free is not counted."""

    times: int
    cost_usd: Decimal


def note_repeat(session: Session, batch_id: str) -> None:
    """The same request came again and got the answer of the first one."""
    session.execute(update(BatchRow).where(BatchRow.id == batch_id).values(repeats=BatchRow.repeats + 1))


def spared_since(session: Session, owner_id: str, moment: datetime) -> SparedView:
    """Of what this owner has asked for since then."""
    return _spared(session, [GenerationRow.owner_id == owner_id, GenerationRow.id >= id_at("gen", moment)])


def spared_by(session: Session, generation_id: str) -> SparedView:
    """For one generation."""
    return _spared(session, [GenerationRow.id == generation_id])


def _spared(session: Session, which: Sequence[ColumnElement[bool]]) -> SparedView:
    batches = (
        select(BatchRow.id, BatchRow.repeats, GenerationRow.quoted_usd)
        .join(GenerationRow, GenerationRow.batch_id == BatchRow.id)
        .where(*which, BatchRow.repeats > 0, GenerationRow.quoted_usd > Decimal(0))
    )
    orders = (
        select(OrderRow.id, OrderRow.repeats, OrderRow.quoted_usd)
        .join(GenerationRow, GenerationRow.id == OrderRow.generation_id)
        .where(*which, OrderRow.repeats > 0, OrderRow.quoted_usd > Decimal(0))
    )
    found = [*session.execute(batches), *session.execute(orders)]
    times = {name: repeats for name, repeats, _cost in found}
    return SparedView(
        times=sum(times.values()), cost_usd=usd(sum((repeats * cost for _name, repeats, cost in found), Decimal(0)))
    )
