"""Writes one entry and moves the account's sums with it, under the account's row lock. The only place where either happens."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.errors import NotFound
from photoplay.core.ids import new_id
from photoplay.credits.errors import InsufficientCredits
from photoplay.credits.tables import AccountRow, EntryRow

Kind = Literal["grant", "hold", "release", "settle", "adjust"]


@dataclass(frozen=True)
class Move:
    """How one entry moves the sums. Amounts are signed: what is spent or held is negative for `available`."""

    kind: Kind
    key: str
    amount_usd: Decimal
    amount_credits: int | None
    available_credits: int = 0
    held_credits: int = 0
    held_usd: Decimal = Decimal(0)
    generation_id: str | None = None
    order_id: str | None = None
    note: str = ""


def is_written(session: Session, key: str) -> bool:
    """Whether an entry with this key is there, so that a replay stops."""
    return session.scalar(select(EntryRow.id).where(EntryRow.key == key)) is not None


def lock_account(session: Session, owner_id: str) -> AccountRow:
    """The owner's account, locked until the transaction ends."""
    touched = update(AccountRow).where(AccountRow.owner_id == owner_id).values(is_metered=AccountRow.is_metered)
    row = session.scalar(touched.returning(AccountRow).execution_options(populate_existing=True))
    if row is None:
        raise NotFound("This user has no account yet.")
    return row


def write_entry(session: Session, account: AccountRow, move: Move) -> None:
    """Appends the entry and moves the sums. Raises `InsufficientCredits` before anything is written."""
    if account.available_credits + move.available_credits < 0:
        short = -(account.available_credits + move.available_credits)
        raise InsufficientCredits(
            f"This costs {-move.available_credits} credits and you have {account.available_credits}: {short} are missing.",
        )
    account.available_credits += move.available_credits
    account.held_credits += move.held_credits
    account.held_usd += move.held_usd
    session.add(
        EntryRow(
            id=new_id("ent"),
            owner_id=account.owner_id,
            key=move.key,
            kind=move.kind,
            generation_id=move.generation_id,
            order_id=move.order_id,
            amount_credits=move.amount_credits,
            amount_usd=move.amount_usd,
            note=move.note,
            at=clock.now(),
        )
    )
    session.flush()
