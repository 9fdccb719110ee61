"""Gives a hold back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from photoplay.credits._entries import Move, is_written, lock_account, write_entry
from photoplay.credits.tables import EntryRow


def release(session: Session, owner_id: str, generation_id: str) -> None:
    """Gives back what is held for a generation. Twice is once; without a hold nothing happens."""
    account = lock_account(session, owner_id)
    held = session.scalar(select(EntryRow).where(EntryRow.key == f"hold:{generation_id}"))
    key = f"release:{generation_id}"
    if held is None or is_written(session, key):
        return
    credits = -(held.amount_credits or 0)
    write_entry(
        session,
        account,
        Move(
            kind="release",
            key=key,
            amount_usd=-held.amount_usd,
            amount_credits=None if held.amount_credits is None else credits,
            available_credits=credits,
            held_credits=-credits,
            held_usd=held.amount_usd,
            generation_id=generation_id,
        ),
    )
