"""Which state may follow which, by table; and random lives, after which the ledger is right."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from photoplay import credits, events
from photoplay.core import clock
from photoplay.core.db import Database
from photoplay.core.ids import new_id
from photoplay.core.money import Credits
from photoplay.events import Hub
from photoplay.generation import Status, advance
from photoplay.generation.errors import ForbiddenMove
from photoplay.generation.tables import BatchRow, GenerationRow, OrderRow

GRANTED, PRICE, COST = 10, 4, Decimal("0.04")
QUEUED, RUNNING, UNCERTAIN, SUCCEEDED, FAILED, CANCELLED = Status
ALLOWED = {
    (QUEUED, RUNNING),
    (QUEUED, CANCELLED),
    (QUEUED, FAILED),
    (RUNNING, UNCERTAIN),
    (RUNNING, SUCCEEDED),
    (RUNNING, FAILED),
    (RUNNING, CANCELLED),
    (UNCERTAIN, RUNNING),
    (UNCERTAIN, SUCCEEDED),
    (UNCERTAIN, FAILED),
    (UNCERTAIN, CANCELLED),
}
WAY_TO: dict[Status, Sequence[Status]] = {
    QUEUED: (),
    RUNNING: (RUNNING,),
    UNCERTAIN: (RUNNING, UNCERTAIN),
    SUCCEEDED: (RUNNING, SUCCEEDED),
    FAILED: (RUNNING, FAILED),
    CANCELLED: (CANCELLED,),
}
TARGETS = tuple(status for status in Status if status is not QUEUED)


def queued(session: Session) -> str:
    """A queued generation of a new owner with credits, held as a request holds them. Returns its id."""
    owner_id, generation_id = new_id("usr"), new_id("gen")
    credits.open_account(session, owner_id, metered=True)
    credits.grant(session, owner_id, Credits(GRANTED), key=owner_id)
    batch = BatchRow(id=new_id("bat"), owner_id=owner_id, body_hash="", quote={}, created_at=clock.now())
    session.add(batch)
    session.flush()
    words = ("operation", "kind", "model", "model_name", "provider", "lane", "prompt")
    session.add(
        GenerationRow(
            id=generation_id,
            owner_id=owner_id,
            batch_id=batch.id,
            position=0,
            **dict.fromkeys(words, "image"),
            params={},
            inputs=[],
            notices=[],
            status=QUEUED.value,
            seconds_expected=1.0,
            quoted_usd=COST,
            held_usd=COST,
            asked={},
            price_credits=PRICE,
            created_at=clock.now(),
        )
    )
    session.flush()
    credits.hold(session, owner_id, generation_id, cost_usd=COST, price_credits=PRICE)
    return generation_id


def move(session: Session, generation_id: str, to: Status) -> None:
    """As the phases of a generation do. Raises `ForbiddenMove`."""
    row, order, hub = advance.locked(session, generation_id), OrderRow(id=f"{generation_id}-1", billed_usd=COST), Hub()
    match to:
        case Status.RUNNING:
            advance.to_running(session, hub, row)
        case Status.UNCERTAIN:
            advance.to_uncertain(session, hub, row)
        case Status.SUCCEEDED:
            advance.all_to_succeeded(session, hub, [advance.Success(row, order, [])])
        case Status.FAILED:
            advance.to_failed(session, hub, row, code="x", message="It broke.", retryable=True, billed=(order, COST))
        case Status.CANCELLED:
            advance.to_cancelled(session, hub, row)
        case Status.QUEUED:
            raise AssertionError("nothing leads back to the queue")


async def check(db: Database, generation_id: str, status: Status, moves: int) -> None:
    """The row, the account, the entries and the events tell the same story."""

    def _look(session: Session) -> tuple[GenerationRow, credits.AccountView, list[credits.EntryView], int]:
        row = session.get_one(GenerationRow, generation_id)
        return (
            row,
            credits.account_of(session, row.owner_id),
            credits.entries_of(session, row.owner_id),
            events.last_number(session, row.owner_id),
        )

    row, account, entries, told = await db.read(_look)
    paid = PRICE if status is SUCCEEDED else 0
    held = 0 if status.is_final else PRICE
    assert (row.status, row.finished_at is not None, told) == (status, status.is_final, moves)
    assert (account.available_credits, account.held_credits) == (GRANTED - paid - held, held)
    assert account.held_usd == (0 if status.is_final else COST)
    assert sum(entry.amount_credits or 0 for entry in entries) == account.available_credits


async def test_every_transition_is_allowed_or_forbidden_by_the_table(database: Database) -> None:
    for before, to in product(Status, TARGETS):
        generation_id = await database.write(queued)
        for step in WAY_TO[before]:
            await database.write(partial(move, generation_id=generation_id, to=step))
        status, moves = before, len(WAY_TO[before])
        if (before, to) in ALLOWED:
            await database.write(partial(move, generation_id=generation_id, to=to))
            status, moves = to, moves + 1
        else:
            with pytest.raises(ForbiddenMove, match=f"{before} -> {to}"):
                await database.write(partial(move, generation_id=generation_id, to=to))
        await check(database, generation_id, status, moves)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(TARGETS), max_size=8))
def test_any_life_keeps_the_ledger_right(database: Database, steps: list[Status]) -> None:
    async def _live() -> None:
        generation_id, status, moves = await database.write(queued), QUEUED, 0
        for step in steps:
            try:
                await database.write(partial(move, generation_id=generation_id, to=step))
            except ForbiddenMove:
                assert (status, step) not in ALLOWED
            else:
                assert (status, step) in ALLOWED
                status, moves = step, moves + 1
            await check(database, generation_id, status, moves)

    asyncio.run(_live())


def test_final_states_are_final() -> None:
    assert {status for status in Status if status.is_final} == {SUCCEEDED, FAILED, CANCELLED}
    assert not [pair for pair in ALLOWED if pair[0].is_final]
