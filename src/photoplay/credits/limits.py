"""Quotas and budgets at the moment of admission, checked under the lock of the account that the holds have taken."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay import campaigns
from photoplay.core import clock
from photoplay.core.money import in_words
from photoplay.credits._entries import Move
from photoplay.credits.budgets import budgets_about, counts_in, spent_of
from photoplay.credits.errors import BudgetExceeded, QuotaExceeded
from photoplay.credits.periods import Period, began, resets, said
from photoplay.credits.schemas import QuotaView
from photoplay.credits.spending import Spent, spent_since
from photoplay.credits.tables import BudgetRow
from photoplay.credits.terms import Terms

_WORDS: dict[Period, str] = {"day": "today", "month": "this month", "total": "in all"}


def check_limits(session: Session, terms: Terms, holds: Sequence[Move], *, count: int) -> None:
    """Raises `QuotaExceeded` or `BudgetExceeded` when these holds of this very transaction go above what is allowed.

    The holds must be written: they are counted in, and keep every other request of the account waiting until the end.
    """
    now = clock.now()
    for period, limit in _quotas(terms):
        used = spent_since(session, terms.owner_id, began(period, now)).generations
        if used > limit:
            raise _quota_error(terms, period, limit, left=max(0, limit - (used - count)), now=now, count=count)
    for budget in budgets_about(session, terms, holds):
        _check_budget(session, budget, holds, now)


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


def _check_budget(session: Session, budget: BudgetRow, holds: Sequence[Move], now: datetime) -> None:
    spent = spent_of(session, budget, now)
    over_credits = budget.amount_credits is not None and spent.credits > budget.amount_credits
    over_usd = budget.amount_usd is not None and spent.usd > budget.amount_usd
    if not (over_credits or over_usd):
        return
    period = _period_of(budget)
    at = resets(period, now)
    each = "" if period == "total" else f" a {period}"
    amount, left, asked, left_exactly = _amounts(budget, spent, [move for move in holds if counts_in(move, budget)])
    raise BudgetExceeded(
        f"{_whose(session, budget)} has a budget of {amount}{each}. What is left of it is {left}, and this may cost {asked}. "
        f"{said(at)} Nothing was charged.",
        scope=budget.scope,
        subject_id=budget.subject_id,
        period=period,
        resets_at=at and at.isoformat(),
        amount_credits=budget.amount_credits,
        amount_usd=None if budget.amount_usd is None else str(budget.amount_usd),
        left=left_exactly,
    )


def _amounts(budget: BudgetRow, spent: Spent, asked: Sequence[Move]) -> tuple[str, str, str, int | str]:
    """A budget, what was left of it before these holds, and what they come to, in words; and what was left, exactly."""
    if budget.amount_credits is not None:
        wanted = -sum(move.amount_credits or 0 for move in asked)
        left = max(0, budget.amount_credits - (spent.credits - wanted))
        return f"{budget.amount_credits:,} credits", f"{left:,}" if left else "nothing", f"{wanted:,}", left
    amount, wanted_usd = budget.amount_usd or Decimal(0), -sum((move.amount_usd for move in asked), Decimal(0))
    left_usd = max(Decimal(0), amount - (spent.usd - wanted_usd))
    said = in_words(left_usd) if left_usd else "nothing"
    return in_words(amount), said, in_words(wanted_usd), str(left_usd)


def _whose(session: Session, budget: BudgetRow) -> str:
    match budget.scope:
        case "key":
            return "This key"
        case "campaign" | "client":
            return f'The {budget.scope} "{campaigns.name_of(session, budget.subject_id)}"'
        case _:
            return "This account"


def _period_of(budget: BudgetRow) -> Period:
    return "day" if budget.period == "day" else "month" if budget.period == "month" else "total"
