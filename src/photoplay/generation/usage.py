"""What everybody made and what it cost, by user, model and operation. For the operator."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay.core.ids import id_at
from photoplay.generation.status import Status
from photoplay.generation.tables import GenerationRow


class UsageView(BaseModel):
    """What one user made with one model by one operation; deleted media count too."""

    owner_id: str
    provider: str
    model: str
    operation: str
    succeeded: int = 0
    failed: int = 0
    cost_usd: Decimal = Decimal(0)
    price_credits: int = 0


def usage_since(session: Session, moment: datetime) -> list[UsageView]:
    """What was asked for since then, the dearest first."""
    by = (GenerationRow.owner_id, GenerationRow.provider, GenerationRow.model, GenerationRow.operation)
    sums = (func.count(), func.sum(GenerationRow.cost_usd), func.sum(GenerationRow.price_credits))
    query = select(*by, GenerationRow.status, *sums).where(GenerationRow.id >= id_at("gen", moment))
    found: dict[tuple[str, ...], UsageView] = {}
    for owner_id, provider, model, operation, status, count, cost, price in session.execute(
        query.group_by(*by, GenerationRow.status)
    ):
        new = UsageView(owner_id=owner_id, provider=provider, model=model, operation=operation)
        view = found.setdefault((owner_id, provider, model, operation), new)
        view.cost_usd += cost or Decimal(0)
        if status == Status.SUCCEEDED:
            view.succeeded += count
            view.price_credits += int(price or 0)
        elif status == Status.FAILED:
            view.failed += count
    return sorted(found.values(), key=lambda view: (-view.cost_usd, view.owner_id, view.model))
