"""What was spent on a campaign, or on everything for a client: in all, by kind and by model, beside its budgets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from photoplay import campaigns, credits
from photoplay.campaigns import CampaignView
from photoplay.core.ids import id_at
from photoplay.core.money import usd
from photoplay.credits import BudgetView, CampaignSpent, month_bounds
from photoplay.generation.status import UNFINISHED, Status
from photoplay.generation.tables import GenerationRow

_MADE: Final = GenerationRow.status == Status.SUCCEEDED.value
_OPEN: Final = GenerationRow.status.in_(UNFINISHED)


class KindSpendView(BaseModel):
    """What one kind of media came to. `succeeded` counts generations; what is under way is held."""

    kind: str
    succeeded: int = 0
    spent_usd: Decimal = Decimal(0)
    held_usd: Decimal = Decimal(0)
    spent_credits: int | None = None
    held_credits: int | None = None


class ModelSpendView(KindSpendView):
    """What one model came to, for one kind of media."""

    model_config = ConfigDict(protected_namespaces=())

    model: str
    model_name: str
    provider: str


class SpendView(BaseModel):
    """What is spent and held, the budgets with what is left of them, and what it went on. Deleted media count too.

    Credits are null where the account counts in dollars. `generations` leaves out what failed at no cost.
    """

    campaign_id: str | None
    client_id: str
    name: str
    month: str | None
    generations: int
    spent_usd: Decimal
    held_usd: Decimal
    spent_credits: int | None
    held_credits: int | None
    budgets: list[BudgetView]
    by_kind: list[KindSpendView]
    by_model: list[ModelSpendView]


class ListedCampaign(CampaignView):
    """A campaign, and what was ever spent on it and is held. Credits are null where the account counts in dollars."""

    spent_usd: Decimal
    held_usd: Decimal
    spent_credits: int | None
    held_credits: int | None


@dataclass(frozen=True)
class _Months:
    """The days that are looked at, in UTC; None: open at that end."""

    name: str | None
    since: datetime | None
    until: datetime | None


def campaigns_with_spend(
    session: Session, owner_id: str, *, client_id: str | None = None, with_archived: bool = False
) -> list[ListedCampaign]:
    """The campaigns of this owner by client and name, or those of a client, with what was spent on each."""
    metered = credits.account_of(session, owner_id).metered
    spent = credits.spent_by_campaign(session, owner_id)
    found = campaigns.campaigns_of(session, owner_id, client_id=client_id, with_archived=with_archived)
    return [ListedCampaign(**one.model_dump(), **_sums(spent.get(one.id), metered=metered)) for one in found]


def campaign_spend(session: Session, owner_id: str, campaign_id: str, *, month: str | None = None) -> SpendView:
    """Of a campaign of this owner, ever or in a month such as "2026-11" (UTC). Raises `CampaignNotFound`, `MonthWrong`."""
    view, within = campaigns.campaign_of(session, owner_id, campaign_id), _months(month)
    spent = credits.spent_on(session, owner_id, campaign_id=campaign_id, since=within.since, until=within.until)
    told: dict[str, str | None] = {"campaign_id": view.id, "client_id": view.client_id, "name": view.name}
    return _view(session, owner_id, told, spent, charged=[campaign_id], within=within)


def client_spend(session: Session, owner_id: str, client_id: str, *, month: str | None = None) -> SpendView:
    """Of all campaigns of a client of this owner. Raises `ClientNotFound`, `MonthWrong`."""
    view, within = campaigns.client_of(session, owner_id, client_id), _months(month)
    spent = credits.spent_on(session, owner_id, client_id=client_id, since=within.since, until=within.until)
    charged = campaigns.campaign_ids_of(session, owner_id, client_id)
    told = {"campaign_id": None, "client_id": view.id, "name": view.name}
    return _view(session, owner_id, told, spent, charged=charged, within=within)


def _months(month: str | None) -> _Months:
    return _Months(None, None, None) if month is None else _Months(month, *month_bounds(month))


def _view(
    session: Session,
    owner_id: str,
    told: dict[str, str | None],
    spent: CampaignSpent,
    *,
    charged: Sequence[str],
    within: _Months,
) -> SpendView:
    metered = credits.account_of(session, owner_id).metered
    by_model = _by_model(session, owner_id, charged, within, metered=metered)
    return SpendView.model_validate(
        {
            **told,
            "month": within.name,
            "generations": spent.generations,
            **_sums(spent, metered=metered),
            "budgets": credits.budgets_of(session, owner_id, subject_id=told["campaign_id"] or told["client_id"]),
            "by_kind": _by_kind(by_model),
            "by_model": by_model,
        }
    )


def _sums(spent: CampaignSpent | None, *, metered: bool) -> dict[str, Any]:
    spent = spent or CampaignSpent(generations=0, credits=0, usd=usd(0), settled_usd=usd(0), settled_credits=0)
    return {
        "spent_usd": spent.settled_usd,
        "held_usd": usd(spent.usd - spent.settled_usd),
        "spent_credits": spent.settled_credits if metered else None,
        "held_credits": spent.credits - spent.settled_credits if metered else None,
    }


def _by_model(
    session: Session, owner_id: str, charged: Sequence[str], within: _Months, *, metered: bool
) -> list[ModelSpendView]:
    row = GenerationRow
    by = (row.kind, row.model, row.model_name, row.provider)
    sums = (
        func.sum(case((_MADE, 1), else_=0)).label("succeeded"),
        func.sum(row.cost_usd).label("spent_usd"),
        func.sum(case((_OPEN, row.held_usd), else_=None)).label("held_usd"),
        func.sum(case((_MADE, row.price_credits), else_=None)).label("spent_credits"),
        func.sum(case((_OPEN, row.price_credits), else_=None)).label("held_credits"),
    )
    query = select(*by, *sums).where(row.campaign_id.in_(charged), row.owner_id == owner_id)
    if within.since is not None and within.until is not None:
        query = query.where(row.id >= id_at("gen", within.since), row.id < id_at("gen", within.until))
    views = [_model_view(found, metered=metered) for found in session.execute(query.group_by(*by))]
    return sorted(views, key=lambda view: (-view.spent_usd - view.held_usd, view.model, view.kind))


def _model_view(found: Any, *, metered: bool) -> ModelSpendView:
    return ModelSpendView(
        kind=found.kind,
        model=found.model,
        model_name=found.model_name,
        provider=found.provider,
        succeeded=int(found.succeeded or 0),
        spent_usd=usd(found.spent_usd or Decimal(0)),
        held_usd=usd(found.held_usd or Decimal(0)),
        spent_credits=int(found.spent_credits or 0) if metered else None,
        held_credits=int(found.held_credits or 0) if metered else None,
    )


def _by_kind(by_model: Sequence[ModelSpendView]) -> list[KindSpendView]:
    kinds: dict[str, KindSpendView] = {}
    for one in by_model:
        kind = kinds.setdefault(one.kind, KindSpendView(kind=one.kind))
        kind.succeeded += one.succeeded
        kind.spent_usd += one.spent_usd
        kind.held_usd += one.held_usd
        if one.spent_credits is not None and one.held_credits is not None:
            kind.spent_credits = (kind.spent_credits or 0) + one.spent_credits
            kind.held_credits = (kind.held_credits or 0) + one.held_credits
    return sorted(kinds.values(), key=lambda view: (-view.spent_usd - view.held_usd, view.kind))
