"""Quotas and budgets at the moment of admission, checked under the lock of the account that the holds have taken."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.money import in_words
from photoplay.credits.budgets import Subjects, budgets_about, spent_of
from photoplay.credits.errors import BudgetExceeded, QuotaExceeded
from photoplay.credits.periods import Period, began, resets, said
from photoplay.credits.schemas import QuotaView
from photoplay.credits.spending import spent_since
from photoplay.credits.tables import BudgetRow
from photoplay.credits.terms import Terms

_WORDS: dict[Period, str] = {"day": "today", "month": "this month", "total": "in all"}


def check_limits(session: Session, terms: Terms, subjects: Subjects, *, count: int) -> None:
    """Raises `QuotaExceeded` or `BudgetExceeded` when the holds of this very transaction go above what is allowed.

    The holds must be written: they are counted in, and keep every other request of the account waiting until the end.
    """
    now = clock.now()
    for period, limit in _quotas(terms):
        used = spent_since(session, terms.owner_id, began(period, now)).generations
        if used > limit:
            raise _quota_error(terms, period, limit, left=max(0, limit - (used - count)), now=now, count=count)
    for budget in budgets_about(terms, subjects):
        _check_budget(session, budget, now)


def quota_views(session: Session, terms: Terms) -> list[QuotaView]:
    """The quotas of a metered account with what is used of them; a limit of None is no limit."""
    if not terms.metered:
        return []
    now, views = clock.now(), []
    for period, limit in _named(terms):
        used = spent_since(session, terms.owner_id, began(period, now)).generations
        left = None if limit is None else max(0, limit - used)
        views.append(QuotaView(period=period, limit=limit, used=used, left=left, resets_at=resets(period, now)))
    return views


def _quotas(terms: Terms) -> list[tuple[Period, int]]:
    if not terms.metered:
        return []
    return [(period, limit) for period, limit in _named(terms) if limit is not None]


def _named(terms: Terms) -> list[tuple[Period, int | None]]:
    return [("day", terms.plan.per_day), ("month", terms.plan.per_month)]


def _quota_error(terms: Terms, period: Period, limit: int, *, left: int, now: datetime, count: int) -> QuotaExceeded:
    at = resets(period, now)
    asked = "" if count == 1 else f", and this asks for {count}"
    message = (
        f"Your plan {terms.plan.title} has {limit} generations a {period}: {left} are left {_WORDS[period]}{asked}. "
        f"{said(at)} Nothing was charged."
    )
    return QuotaExceeded(message, period=period, limit=limit, left=left, resets_at=at and at.isoformat())


def _check_budget(session: Session, budget: BudgetRow, now: datetime) -> None:
    spent = spent_of(session, budget, now)
    over_credits = budget.amount_credits is not None and spent.credits > budget.amount_credits
    over_usd = budget.amount_usd is not None and spent.usd > budget.amount_usd
    if not (over_credits or over_usd):
        return
    period = _period_of(budget)
    at, whose = resets(period, now), "This key" if budget.scope == "key" else "This account"
    each = "" if period == "total" else f" a {period}"
    amount = f"{budget.amount_credits} credits" if over_credits else in_words(budget.amount_usd or Decimal(0))
    raise BudgetExceeded(
        f"{whose} has a budget of {amount}{each}, and this request would go above it. {said(at)} Nothing was charged.",
        scope=budget.scope,
        period=period,
        amount_credits=budget.amount_credits,
        amount_usd=None if budget.amount_usd is None else str(budget.amount_usd),
        resets_at=at and at.isoformat(),
    )


def _period_of(budget: BudgetRow) -> Period:
    return "day" if budget.period == "day" else "month" if budget.period == "month" else "total"
