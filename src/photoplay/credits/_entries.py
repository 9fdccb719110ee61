"""Writes entries and moves the account's sums with them, under the account's row lock. The only place where either happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal

from sqlalchemy import BigInteger, Executable, bindparam, select, update
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.errors import NotFound
from photoplay.core.ids import new_id
from photoplay.core.rows import Usd, connection_of, dialect_of, insert_in, table_of
from photoplay.credits._days import add_to_days
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
    api_key_id: str | None = None
    campaign_id: str | None = None
    client_id: str | None = None
    charged_at: datetime | None = None
    """When its generation was asked for; None: now."""


def write_entries(session: Session, owner_id: str, moves: Sequence[Move]) -> None:
    """Moves the sums, then appends the entries. A key that is there already is a replay and moves nothing.

    Raises `InsufficientCredits` before anything is written, and `NotFound` where the owner has no account.
    """
    if not _move_sums(session, owner_id, moves):
        moves = _unwritten(session, moves)
        if moves and not _move_sums(session, owner_id, moves):
            _refuse(session, owner_id, price=-sum(move.available_credits for move in moves))
    if moves:
        _append(session, owner_id, moves)


def _append(session: Session, owner_id: str, moves: Sequence[Move]) -> None:
    values = [_values(owner_id, move) for move in moves]
    written = set(connection_of(session).execute(_append_once(dialect_of(session)), values).scalars())
    replayed = [_undone(move) for move in moves if move.key not in written]
    if replayed:
        _move_sums(session, owner_id, replayed)
    add_to_days(session, owner_id, [one for one in values if one["key"] in written])


@cache
def _append_once(dialect: str) -> Executable:
    return insert_in(dialect, EntryRow).on_conflict_do_nothing(index_elements=["key"]).returning(EntryRow.key)


def _unwritten(session: Session, moves: Sequence[Move]) -> list[Move]:
    written = set(session.scalars(select(EntryRow.key).where(EntryRow.key.in_([move.key for move in moves]))))
    return [move for move in moves if move.key not in written]


def _move_sums(session: Session, owner_id: str, moves: Sequence[Move]) -> bool:
    """Moves the sums by all of these; False when a sum would fall below zero or there is no account."""
    by = {
        "whose": owner_id,
        "more_available": sum(move.available_credits for move in moves),
        "more_held": sum(move.held_credits for move in moves),
        "more_held_usd": sum((move.held_usd for move in moves), Decimal(0)),
    }
    return connection_of(session).execute(_MOVE_SUMS, by).first() is not None


def _sums_moved() -> Executable:
    account = table_of(AccountRow).c
    sums = {
        "available_credits": account.available_credits + bindparam("more_available", type_=BigInteger),
        "held_credits": account.held_credits + bindparam("more_held", type_=BigInteger),
        "held_usd": account.held_usd + bindparam("more_held_usd", type_=Usd),
    }
    stay_above = [moved >= 0 for moved in sums.values()]
    moved = update(table_of(AccountRow)).where(account.owner_id == bindparam("whose"), *stay_above)
    return moved.values(sums).returning(account.owner_id)


_MOVE_SUMS: Final = _sums_moved()


def _refuse(session: Session, owner_id: str, *, price: int) -> None:
    available = session.scalar(select(AccountRow.available_credits).where(AccountRow.owner_id == owner_id))
    if available is None:
        raise NotFound("This user has no account yet.")
    raise InsufficientCredits(f"This costs {price} credits and you have {available}: {price - available} are missing.")


def _undone(move: Move) -> Move:
    return Move(
        kind=move.kind,
        key=move.key,
        amount_usd=-move.amount_usd,
        amount_credits=None,
        available_credits=-move.available_credits,
        held_credits=-move.held_credits,
        held_usd=-move.held_usd,
    )


def _values(owner_id: str, move: Move) -> dict[str, Any]:
    at = clock.now()
    return {
        "id": new_id("ent"),
        "owner_id": owner_id,
        "key": move.key,
        "kind": move.kind,
        "generation_id": move.generation_id,
        "order_id": move.order_id,
        "api_key_id": move.api_key_id,
        "campaign_id": move.campaign_id,
        "client_id": move.client_id,
        "amount_credits": move.amount_credits,
        "amount_usd": move.amount_usd,
        "note": move.note,
        "at": at,
        "charged_at": move.charged_at or at,
    }
