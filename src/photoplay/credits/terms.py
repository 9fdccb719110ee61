"""What holds for one owner right now: the kind of account, the plan, the rules of price, and the budgets."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from photoplay.core.errors import NotFound
from photoplay.core.rows import connection_of
from photoplay.credits.plans import FIRST_PLAN, Plan, plans_under
from photoplay.credits.pricing import Pricing, pricing_under
from photoplay.credits.rules import rules_in_force
from photoplay.credits.tables import AccountRow, BudgetRow

_OF_EVERY_REQUEST: Final = ("account", "key")
_ACCOUNT: Final = select(
    AccountRow.is_metered,
    AccountRow.plan,
    AccountRow.warn_above_credits,
    AccountRow.warn_above_usd,
    AccountRow.approve_above_credits,
    AccountRow.approve_above_usd,
).where(AccountRow.owner_id == bindparam("owner_id"))
"""Every request asks this: columns are read in a third of the time of a row."""
_BUDGETS: Final = (
    select(BudgetRow)
    .where(BudgetRow.owner_id == bindparam("owner_id"), BudgetRow.scope.in_(_OF_EVERY_REQUEST))
    .order_by(BudgetRow.id)
)


@dataclass(frozen=True)
class Threshold:
    """A price above which something happens, in the unit of the account; None: never."""

    credits: int | None
    usd: Decimal | None

    def is_passed(self, price_credits: int | None, cost_usd: Decimal) -> bool:
        """Whether this is above it: credits where the account counts in them, else dollars."""
        if price_credits is not None:
            return self.credits is not None and price_credits > self.credits
        return self.usd is not None and cost_usd > self.usd


@dataclass(frozen=True)
class Terms:
    """What holds for one owner. Quotas, rates and set prices of the plan are for metered accounts alone."""

    owner_id: str
    metered: bool
    plan: Plan
    pricing: Pricing
    warn_above: Threshold
    approve_above: Threshold
    budgets: tuple[BudgetRow, ...]
    """Those of the account and of its keys; a campaign's and its client's are read where something is charged to it."""


def terms_of(session: Session, owner_id: str) -> Terms:
    """The terms of this owner. Raises `NotFound` where there is no account."""
    row = connection_of(session).execute(_ACCOUNT, {"owner_id": owner_id}).first()
    if row is None:
        raise NotFound("This user has no account yet.")
    rules = rules_in_force(session)
    known, price = plans_under(rules), pricing_under(rules)
    warn_credits = price.warn_above_credits if row.warn_above_credits is None else row.warn_above_credits
    warn_usd = price.warn_above_usd if row.warn_above_usd is None else row.warn_above_usd
    approve_credits = price.approve_above_credits if row.approve_above_credits is None else row.approve_above_credits
    approve_usd = price.approve_above_usd if row.approve_above_usd is None else row.approve_above_usd
    return Terms(
        owner_id=owner_id,
        metered=row.is_metered,
        plan=known.get(row.plan) or known[FIRST_PLAN],
        pricing=price,
        warn_above=Threshold(warn_credits, warn_usd),
        approve_above=Threshold(approve_credits, approve_usd),
        budgets=tuple(session.scalars(_BUDGETS, {"owner_id": owner_id})),
    )
