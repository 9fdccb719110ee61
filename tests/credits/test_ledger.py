"""The ledger: whatever happens in whatever order and however often, its sums explain the account."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from photoplay import credits
from photoplay.core.db import Database
from photoplay.core.errors import NotFound
from photoplay.core.ids import new_id
from photoplay.core.money import Credits
from photoplay.credits import AccountView, InsufficientCredits, Settlement


@dataclass(frozen=True)
class Grant:
    """Credits on an occasion."""

    occasion: int
    amount: int


@dataclass(frozen=True)
class Hold:
    """A generation's price."""

    generation: int
    amount: int


@dataclass(frozen=True)
class Release:
    """It came to nothing."""

    generation: int


@dataclass(frozen=True)
class Settle:
    """It was billed; `amount` is at most what was held."""

    generation: int
    order: int
    amount: int


Step = Grant | Hold | Release | Settle
FEW, AMOUNT = st.integers(0, 3), st.integers(0, 9)
STEPS = st.lists(
    st.one_of(
        st.builds(Grant, FEW, AMOUNT),
        st.builds(Hold, FEW, AMOUNT),
        st.builds(Release, FEW),
        st.builds(Settle, FEW, st.integers(1, 2), AMOUNT),
    ),
    max_size=25,
)
MANY = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Model:
    """What the ledger should say, by the plainest rules there are."""

    available: int = 0
    held: Counter[int] = field(default_factory=Counter)
    seen: set[object] = field(default_factory=set)

    def take(self, step: Step) -> bool:
        """Whether the step is possible; one that was taken before changes nothing."""
        match step:
            case Grant(occasion, amount):
                if self._is_new(("grant", occasion)):
                    self.available += amount
            case Hold(generation, amount):
                if ("hold", generation) not in self.seen and amount > self.available:
                    return False
                if self._is_new(("hold", generation)):
                    self.available -= amount
                    self.held[generation] = amount
            case Release(generation):
                self.available += self.held.pop(generation, 0)
            case Settle():
                return self._settle(step)
        return True

    def _settle(self, step: Settle) -> bool:
        if ("settle", step.generation, step.order) in self.seen:
            return True
        if step.amount > self.available + self.held[step.generation]:
            return False
        self.seen.add(("settle", step.generation, step.order))
        self.available += self.held.pop(step.generation, 0) - step.amount
        return True

    def _is_new(self, key: object) -> bool:
        is_new = key not in self.seen
        self.seen.add(key)
        return is_new


def apply(session: Session, owner_id: str, step: Step) -> None:
    match step:
        case Grant(occasion, amount):
            credits.grant(session, owner_id, Credits(amount), key=f"{owner_id}:{occasion}")
        case Hold(generation, amount):
            cost = Decimal(amount) / 100
            credits.hold(session, owner_id, f"{owner_id}:{generation}", cost_usd=cost, price_credits=amount)
        case Release(generation):
            credits.release(session, owner_id, f"{owner_id}:{generation}")
        case Settle(generation, order, amount):
            one = f"{owner_id}:{generation}"
            credits.settle(session, owner_id, [Settlement(one, f"{one}-{order}", Decimal(amount) / 100, amount)])


def open_for(session: Session) -> str:
    owner_id = new_id("usr")
    credits.open_account(session, owner_id, metered=True)
    return owner_id


async def check(db: Database, owner_id: str, model: Model) -> None:
    """Account, model and sums of the entries agree, and nothing is below zero."""

    def _look(session: Session) -> tuple[AccountView, list[credits.EntryView]]:
        return credits.account_of(session, owner_id), credits.entries_of(session, owner_id, limit=1000)

    account, entries = await db.read(_look)
    assert (account.available_credits, account.held_credits) == (model.available, model.held.total())
    assert min(account.available_credits or 0, account.held_credits or 0) >= 0
    assert account.held_usd >= 0
    assert sum(entry.amount_credits or 0 for entry in entries) == account.available_credits
    reserved = [entry for entry in entries if entry.kind in {"hold", "release"}]
    assert -sum(entry.amount_credits or 0 for entry in reserved) == account.held_credits
    assert -sum(entry.amount_usd for entry in reserved) == account.held_usd


@MANY
@given(steps=STEPS)
def test_any_history_with_replays_keeps_the_sums(database: Database, steps: list[Step]) -> None:
    async def _live() -> None:
        owner_id, model = await database.write(open_for), Model()
        for step in steps:
            if isinstance(step, Settle) and ("hold", step.generation) not in model.seen:
                continue  # nothing is billed that was never held
            is_possible = model.take(step)
            try:
                await database.write(partial(apply, owner_id=owner_id, step=step))
            except InsufficientCredits:
                assert not is_possible, step
            else:
                assert is_possible, step
            await check(database, owner_id, model)

    asyncio.run(_live())


async def test_the_same_steps_at_the_same_moment_count_once(database: Database) -> None:
    owner_id = await database.write(open_for)
    for step in (Grant(1, 9), Hold(1, 4), Settle(1, 1, 3)):
        await asyncio.gather(*(database.write(partial(apply, owner_id=owner_id, step=step)) for _time in range(20)))
    await check(database, owner_id, Model(available=6))


async def test_an_unmetered_account_holds_dollars_and_has_no_balance(database: Database) -> None:
    def _history(session: Session) -> tuple[AccountView, AccountView]:
        owner_id = new_id("usr")
        credits.open_account(session, owner_id, metered=False)
        credits.hold(session, owner_id, owner_id, cost_usd=Decimal("0.04"), price_credits=None)
        held = credits.account_of(session, owner_id)
        credits.settle(session, owner_id, [Settlement(owner_id, f"{owner_id}-1", Decimal("0.031"), None)])
        return held, credits.account_of(session, owner_id)

    held, settled = await database.write(_history)
    assert (held.available_credits, held.held_usd, held.spent_this_month_usd) == (None, Decimal("0.04"), Decimal(0))
    assert (settled.held_usd, settled.spent_this_month_usd) == (Decimal(0), Decimal("0.031"))


async def test_a_step_for_somebody_without_an_account_is_refused(database: Database) -> None:
    with pytest.raises(NotFound, match="no account"):
        await database.write(partial(apply, owner_id="usr_nobody", step=Hold(1, 1)))


async def test_a_day_that_does_not_add_up_is_told(database: Database) -> None:
    def _damage(session: Session) -> tuple[list[str], list[str]]:
        owner_id = open_for(session)
        for step in (Grant(1, 9), Hold(1, 4), Hold(2, 3), Release(2), Settle(1, 1, 3)):
            apply(session, owner_id, step)
        whole = credits.audit(session)
        session.execute(text("update spending_days set amount_credits = amount_credits - 1"))
        return whole, [line for line in credits.audit(session) if owner_id in line]

    whole, damaged = await database.write(_damage)
    assert whole == []
    assert len(damaged) == 1
    assert "add up to 1 generations, 4 credits, $0.030000" in damaged[0]
    assert "the entries to 1 generations, 3 credits" in damaged[0]
