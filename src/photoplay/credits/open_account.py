"""Opens an account for an owner."""

from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay.credits.tables import AccountRow


def open_account(session: Session, owner_id: str, *, metered: bool) -> None:
    """An empty account, once; opening it again changes nothing."""
    if session.get(AccountRow, owner_id) is None:
        session.add(
            AccountRow(owner_id=owner_id, is_metered=metered, available_credits=0, held_credits=0, held_usd=Decimal(0))
        )
        session.flush()
