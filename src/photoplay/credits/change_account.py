"""Changes what is set about an account: its plan, and the prices above which something happens."""

from sqlalchemy.orm import Session

from photoplay.core.errors import NotFound
from photoplay.credits.errors import BudgetUnit
from photoplay.credits.plans import plan_named
from photoplay.credits.schemas import AccountChange, MemberChange
from photoplay.credits.tables import AccountRow


def change_account(session: Session, owner_id: str, change: AccountChange | MemberChange) -> None:
    """Sets what the change names. Raises `UnknownPlan`, `BudgetUnit`, `NotFound`."""
    row = session.get(AccountRow, owner_id)
    if row is None:
        raise NotFound("This user has no account yet.")
    for name, value in change.model_dump(exclude_unset=True).items():
        if value is not None and name.endswith("_usd" if row.is_metered else "_credits"):
            raise BudgetUnit(f"This account counts in {'credits' if row.is_metered else 'dollars'}.")
        if name == "plan":
            row.plan = plan_named(session, value).name if value else row.plan
        else:
            setattr(row, name, value)
