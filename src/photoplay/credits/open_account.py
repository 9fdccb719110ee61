"""Opens an account for an owner."""

from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay.core.rows import insert_into
from photoplay.credits.plans import FIRST_PLAN, plan_named
from photoplay.credits.tables import AccountRow


def open_account(session: Session, owner_id: str, *, metered: bool, plan: str = FIRST_PLAN) -> None:
    """An empty account, once; opening it again changes nothing. Raises `UnknownPlan`."""
    if plan != FIRST_PLAN:
        plan_named(session, plan)
    empty = {"available_credits": 0, "held_credits": 0, "held_usd": Decimal(0), "plan": plan}
    insert = insert_into(session, AccountRow).values(owner_id=owner_id, is_metered=metered, **empty)
    session.execute(insert.on_conflict_do_nothing(index_elements=["owner_id"]))
