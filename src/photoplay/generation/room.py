"""How many more orders each account at a vendor takes now: by what is at work there, and by what was sent this minute:
orders, and where the vendor bills by them, tokens."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from photoplay import catalog
from photoplay.catalog import VendorAccount
from photoplay.core import clock
from photoplay.core.rows import UtcTime, dialect_of
from photoplay.generation.breaker import is_on_trial, wait_before
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Status
from photoplay.generation.tables import GenerationRow, OrderRow

_TURNS: Final = ("first", "equal", "last")
MINUTE: Final = timedelta(seconds=60)
BUSY_SECONDS: Final = 1.0
"""How soon to look again where all that an account takes is at work: an end wakes nobody who waits for it."""
_ENDLESS: Final = "endless_rooms"
"""Where a session keeps the rooms of vendors with one account and no limits."""
_IS_OUT: Final = and_(OrderRow.provider == bindparam("at"), OrderRow.ended_at.is_(None), OrderRow.status != "unknown")
_AT_WORK: Final = select(OrderRow.account_id, func.count()).where(_IS_OUT).group_by(OrderRow.account_id)
_SENT_SINCE: Final = select(OrderRow.account_id, OrderRow.sent_at, OrderRow.tokens).where(
    OrderRow.provider == bindparam("at"),
    OrderRow.sent_at > bindparam("since", type_=UtcTime),
    OrderRow.sent_at < bindparam("ahead", type_=UtcTime),
)
"""What was sent later than `ahead` was sent before the clock was set back."""
_RUNNING: Final = select(func.count()).where(
    GenerationRow.status == Status.RUNNING.value, GenerationRow.provider == bindparam("at")
)
_RUNNING_AND_OUT: Final = select(
    _RUNNING.scalar_subquery(), select(func.count()).select_from(OrderRow).where(_IS_OUT).scalar_subquery()
)


_NEXT: Final = (
    select(GenerationRow)
    .where(
        GenerationRow.status == Status.QUEUED.value,
        GenerationRow.waits_for.is_(None),
        GenerationRow.provider == bindparam("at"),
    )
    .order_by(GenerationRow.priority.desc(), GenerationRow.id)
    .limit(1)
)
_MANY: Final = 10_000


@dataclass(frozen=True)
class Sent:
    """One order that was sent this minute, and the tokens it was expected to take."""

    at: datetime
    tokens: int


@dataclass(frozen=True)
class Room:
    """One account, what it has at work, and how many more it takes now (None: any number), else in how many seconds."""

    account: VendorAccount
    at_work: int
    left: int | None
    wait_seconds: float


def tokens_for(runtime: Runtime, row: GenerationRow) -> int:
    """The tokens that an order of this generation is expected to take; 0 where its vendor bills none."""
    sizes = [
        catalog.InputSize(entry["role"], entry["width"], entry["height"], entry.get("duration_seconds"))
        for entry in row.inputs
    ]
    return catalog.tokens_of(runtime.catalog.find(row.model), row.operation, row.params, sizes)


def rooms_at(session: Session, runtime: Runtime, provider: str, *, tokens: int = 0) -> list[Room]:
    """The usable accounts of a vendor with the room they have for orders that take so many `tokens` each.

    One account without limits is kept in mind: many orders of one transaction ask.
    """
    endless: dict[str, list[Room]] = session.info.setdefault(_ENDLESS, {})
    if provider in endless:
        return endless[provider]
    accounts = runtime.vendors.usable(session, provider)
    if len(accounts) == 1 and _is_unlimited(accounts[0]):
        endless[provider] = [Room(accounts[0], 0, None, 0.0)]
        return endless[provider]
    if not all(_is_unlimited(account) for account in accounts):
        one_at_a_time(session, provider)
    has_pace = any(account.requests_per_minute or account.tokens_per_minute for account in accounts)
    at_work, sent = _at_work(session, provider), _sent_this_minute(session, provider) if has_pace else {}
    return [_room(account, at_work[account.id], sent.get(account.id, ()), tokens) for account in accounts]


def counts_orders(session: Session, provider: str) -> bool:
    """Whether the room at a vendor depends on the orders that are noted: not where it was just found to be endless."""
    return provider not in session.info.get(_ENDLESS, {})


def room_at(session: Session, runtime: Runtime, provider: str) -> int | None:
    """How many queued generations of a vendor may be begun now; None: as many as its lanes take.

    A vendor that rests takes none; one that has just rested takes one. What was begun and not sent yet counts.
    """
    if not runtime.catalog.is_on(provider):
        return None  # nothing is sent there: each is begun, and goes to another model or ends at no cost
    seconds, _why = wait_before(session, provider)
    if seconds > 0:
        return 0
    rooms = rooms_at(session, runtime, provider, tokens=_tokens_of_next(session, runtime, provider))
    left = None if any(room.left is None for room in rooms) or not rooms else sum(room.left or 0 for room in rooms)
    if is_on_trial(session, provider):
        left = 1 if left is None else min(1, left)
    return None if left is None else max(0, left - _begun(session, provider))


def most_at_work(session: Session, runtime: Runtime, provider: str) -> int | None:
    """How many orders all accounts of a vendor take at the same time; None where that is not known."""
    limits = [account.in_flight for account in runtime.vendors.usable(session, provider)]
    return None if None in limits or not limits else sum(limit or 0 for limit in limits)


def fewest(rooms: Sequence[Room], last_used: str | None, order: Sequence[str | None]) -> Room:
    """Of these rooms the one to use: healthy accounts first, as the owner ranks them, the fewest at work, then by turns."""
    start = order.index(last_used) + 1 if last_used in order else 0
    in_turn = {account_id: (at - start) % len(order) for at, account_id in enumerate(order)}
    return min(rooms, key=lambda room: (*_rank(room), in_turn[room.account.id]))


def _rank(room: Room) -> tuple[bool, int, int]:
    return room.account.is_doubtful, _TURNS.index(room.account.turn), room.at_work


def last_used(session: Session, provider: str) -> str | None:
    """The account that the last order of a vendor went to."""
    query = select(OrderRow.account_id).where(OrderRow.provider == provider)
    return session.scalar(query.order_by(OrderRow.sent_at.desc(), OrderRow.id.desc()).limit(1))


def accounts_at_work(session: Session) -> set[str]:
    """The accounts, but those of the environment, that orders are out with."""
    query = select(OrderRow.account_id).where(OrderRow.ended_at.is_(None), OrderRow.account_id.is_not(None))
    return {account_id for account_id in session.scalars(query.distinct()) if account_id is not None}


def _is_unlimited(account: VendorAccount) -> bool:
    return account.in_flight is None and account.requests_per_minute is None and account.tokens_per_minute is None


def _tokens_of_next(session: Session, runtime: Runtime, provider: str) -> int:
    """Of the order whose turn is next, where an account of the vendor is limited by tokens."""
    if all(account.tokens_per_minute is None for account in runtime.vendors.usable(session, provider)):
        return 0
    row = session.scalar(_NEXT, {"at": provider})
    return 0 if row is None else tokens_for(runtime, row)


def _room(account: VendorAccount, at_work: int, sent: Collection[Sent], tokens: int) -> Room:
    left, wait = None, 0.0
    if account.in_flight is not None:
        left = max(0, account.in_flight - at_work)
        wait = 0.0 if left else BUSY_SECONDS
    if account.requests_per_minute is not None:
        orders = max(0, account.requests_per_minute - len(sent))
        left = orders if left is None else min(left, orders)
        if not orders:
            freed = sorted(one.at for one in sent)[-account.requests_per_minute] + MINUTE
            wait = max(wait, (freed - clock.now()).total_seconds())
    if account.tokens_per_minute is not None and tokens:
        orders, seconds = _room_by_tokens(account.tokens_per_minute, sent, tokens)
        left, wait = orders if left is None else min(left, orders), max(wait, seconds)
    return Room(account, at_work, left, wait)


def _room_by_tokens(limit: int, sent: Collection[Sent], tokens: int) -> tuple[int, float]:
    """How many orders of so many tokens still fit into this minute, and in how many seconds the next does, where none.

    One that is larger than the whole limit goes alone: the vendor has the last word on it.
    """
    used = sum(one.tokens for one in sent)
    if used + tokens <= limit or not used:
        return max(1, min(_MANY, (limit - used) // tokens)), 0.0
    for one in sorted(sent, key=lambda one: one.at):
        used -= one.tokens
        if used + tokens <= limit or not used:
            return 0, (one.at + MINUTE - clock.now()).total_seconds()
    return 0, MINUTE.total_seconds()


def _at_work(session: Session, provider: str) -> Counter[str | None]:
    """An order of unknown outcome is not counted: it may stay so for days, and a vendor that has it still says it is busy."""
    at_work = Counter[str | None]()
    for account_id, count in session.execute(_AT_WORK, {"at": provider}):
        at_work[account_id] = count
    return at_work


def _sent_this_minute(session: Session, provider: str) -> defaultdict[str | None, list[Sent]]:
    sent: defaultdict[str | None, list[Sent]] = defaultdict(list)
    now = clock.now()
    within = {"at": provider, "since": now - MINUTE, "ahead": now + MINUTE}
    for account_id, at, tokens in session.execute(_SENT_SINCE, within):
        sent[account_id].append(Sent(at, tokens))
    return sent


def _begun(session: Session, provider: str) -> int:
    """Generations that run without an order at work: their order is about to be sent, or sent again."""
    running, out = session.execute(_RUNNING_AND_OUT, {"at": provider}).one()
    return max(0, int(running) - int(out))


def one_at_a_time(session: Session, provider: str) -> None:
    """Until this transaction ends nobody else counts the room of this vendor. SQLite has one writer anyway."""
    if dialect_of(session) == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"vendor:{provider}"))))
