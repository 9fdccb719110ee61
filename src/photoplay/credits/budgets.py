"""Budgets: the most that may be spent on one thing in a period. One thing is a scope and the id of its subject."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.ids import new_id
from photoplay.core.rows import insert_into
from photoplay.credits._entries import Move
from photoplay.credits.campaign_spending import spent_on
from photoplay.credits.errors import BudgetNotFound, BudgetUnit
from photoplay.credits.periods import Period, began, resets
from photoplay.credits.schemas import BudgetScope, BudgetView, NewBudget
from photoplay.credits.spending import Spent, spent_since
from photoplay.credits.tables import BudgetRow
from photoplay.credits.terms import Terms

ACCOUNT: Final = "account"
_OF_WORK: Final = ("campaign", "client")


def set_budget(session: Session, terms: Terms, wanted: NewBudget) -> BudgetView:
    """A budget in the place of one on the same thing for the same period. Raises `BudgetUnit`."""
    if (wanted.amount_credits is None) == terms.metered:
        right = "amount_credits" if terms.metered else "amount_usd"
        raise BudgetUnit(f"This account counts in {'credits' if terms.metered else 'dollars'}: use {right}.")
    amounts = {"amount_credits": wanted.amount_credits, "amount_usd": wanted.amount_usd}
    values = {
        "id": new_id("bud"),
        "owner_id": terms.owner_id,
        "scope": wanted.scope,
        "subject_id": wanted.subject_id or terms.owner_id,
        "period": wanted.period,
        "created_at": clock.now(),
        **amounts,
    }
    insert = insert_into(session, BudgetRow).values(values)
    keys = ["owner_id", "scope", "subject_id", "period"]
    kept = session.scalar(insert.on_conflict_do_update(index_elements=keys, set_=amounts).returning(BudgetRow.id))
    return budget_view(session, session.get_one(BudgetRow, kept, populate_existing=True))


def drop_budget(session: Session, owner_id: str, budget_id: str) -> BudgetView:
    """Takes a budget of this owner away, and gives it. Raises `BudgetNotFound`."""
    row = session.get(BudgetRow, budget_id)
    if row is None or row.owner_id != owner_id:
        raise BudgetNotFound("There is no such budget of yours.")
    gone = budget_view(session, row)
    session.execute(delete(BudgetRow).where(BudgetRow.id == budget_id))
    return gone


def budgets_of(session: Session, owner_id: str, *, subject_id: str | None = None) -> list[BudgetView]:
    """The owner's budgets with what is spent of them, the oldest first; or those on one thing."""
    query = select(BudgetRow).where(BudgetRow.owner_id == owner_id).order_by(BudgetRow.id)
    if subject_id is not None:
        query = query.where(BudgetRow.subject_id == subject_id)
    return [budget_view(session, row) for row in session.scalars(query)]


def drop_budgets_on(session: Session, owner_id: str, subject_id: str) -> None:
    """Takes away every budget on a thing that is no more."""
    session.execute(delete(BudgetRow).where(BudgetRow.owner_id == owner_id, BudgetRow.subject_id == subject_id))


def month_budget_of(session: Session, owner_id: str) -> Decimal | None:
    """The dollars that this owner's whole account may spend in a month; None where no budget says."""
    about = (BudgetRow.owner_id == owner_id, BudgetRow.scope == ACCOUNT, BudgetRow.period == "month")
    return session.scalar(select(BudgetRow.amount_usd).where(*about))


def budgets_about(session: Session, terms: Terms, holds: Sequence[Move]) -> list[BudgetRow]:
    """Those that one of these holds counts in. Those of campaigns and clients are read only where one is charged."""
    charged = {subject for move in holds for subject in (move.campaign_id, move.client_id) if subject is not None}
    rows = [*terms.budgets]
    if charged:
        about = (BudgetRow.owner_id == terms.owner_id, BudgetRow.scope.in_(_OF_WORK), BudgetRow.subject_id.in_(charged))
        rows += session.scalars(select(BudgetRow).where(*about).order_by(BudgetRow.id))
    return [row for row in rows if any(counts_in(move, row) for move in holds)]


def counts_in(move: Move, row: BudgetRow) -> bool:
    """Whether what is held by this move, for the owner of this budget, counts in it."""
    match row.scope:
        case "key":
            return move.api_key_id == row.subject_id
        case "campaign":
            return move.campaign_id == row.subject_id
        case "client":
            return move.client_id == row.subject_id
        case _:
            return True


def spent_of(session: Session, row: BudgetRow, now: datetime) -> Spent:
    """What is spent of a budget in its period, holds included."""
    since = began(_period(row), now)
    match row.scope:
        case "key":
            return spent_since(session, row.owner_id, since, api_key_id=row.subject_id)
        case "campaign":
            return spent_on(session, row.owner_id, campaign_id=row.subject_id, since=since)
        case "client":
            return spent_on(session, row.owner_id, client_id=row.subject_id, since=since)
        case _:
            return spent_since(session, row.owner_id, since)


def budget_view(session: Session, row: BudgetRow) -> BudgetView:
    """A budget as the doors tell it."""
    now = clock.now()
    spent = spent_of(session, row, now)
    is_metered = row.amount_credits is not None
    return BudgetView(
        id=row.id,
        scope=_scope(row),
        subject_id=row.subject_id,
        period=_period(row),
        amount_credits=row.amount_credits,
        amount_usd=row.amount_usd,
        spent_credits=spent.credits if is_metered else None,
        spent_usd=None if is_metered else spent.usd,
        left_credits=None if row.amount_credits is None else max(0, row.amount_credits - spent.credits),
        left_usd=None if row.amount_usd is None else max(Decimal(0), row.amount_usd - spent.usd),
        resets_at=resets(_period(row), now),
    )


def _scope(row: BudgetRow) -> BudgetScope:
    match row.scope:
        case "key":
            return "key"
        case "campaign":
            return "campaign"
        case "client":
            return "client"
        case _:
            return "account"


def _period(row: BudgetRow) -> Period:
    match row.period:
        case "day":
            return "day"
        case "month":
            return "month"
        case _:
            return "total"
