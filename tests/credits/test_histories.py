"""Histories of an account, made up by the machine: whatever is asked in whatever order and however often, the sums hold.

The short form runs with the suite; `make histories` runs ten thousand.
"""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from photoplay import credits
from photoplay.core.db import migration_engine
from photoplay.core.ids import new_id
from photoplay.core.money import Credits
from photoplay.credits import Charge, InsufficientCredits, MemberChange, PlanChange, QuotaExceeded, Settlement
from photoplay.migrations import migrate

GENERATIONS, ORDERS, OCCASIONS, AMOUNTS = st.integers(0, 4), st.integers(1, 2), st.integers(0, 3), st.integers(0, 12)
_folder = TemporaryDirectory(prefix="photoplay-histories-")
_engines: list[Engine] = []


def engine() -> Engine:
    """One migrated database for all histories; each takes back what it wrote."""
    if not _engines:
        made = migration_engine(f"sqlite:///{Path(_folder.name) / 'ledger.sqlite3'}")
        migrate(made)
        _engines.append(made)
    return _engines[0]


class Account(RuleBasedStateMachine):
    """A metered account of five generations a month, beside the plainest model of it that there is."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(engine())
        self.owner = new_id("usr")
        credits.open_account(self.session, self.owner, metered=True)
        credits.change_plan(self.session, "few", PlanChange(per_month=4))
        credits.change_account(self.session, self.owner, MemberChange(plan="few"))
        self.available = 0
        self.held: dict[int, int] = {}
        self.done: set[object] = set()
        self.counted: set[int] = set()

    def teardown(self) -> None:
        self.session.rollback()
        self.session.close()

    def id_of(self, generation: int) -> str:
        return f"{self.owner}:{generation}"

    def tried(self, work: Callable[[], None], *refusals: type[Exception]) -> bool:
        """Whether it was done; what was refused has left nothing behind."""
        with suppress(*refusals):
            with self.session.begin_nested():
                work()
            return True
        return False

    @rule(occasion=OCCASIONS, amount=AMOUNTS)
    def grant(self, occasion: int, amount: int) -> None:
        credits.grant(self.session, self.owner, Credits(amount), key=f"{self.owner}:{occasion}")
        if self.is_new("grant", occasion):
            self.available += amount

    @rule(occasion=OCCASIONS, amount=st.integers(-12, 12))
    def adjust(self, occasion: int, amount: int) -> None:
        def _adjust() -> None:
            credits.adjust(self.session, self.owner, Credits(amount), key=f"{self.owner}:{occasion}", note="A test")

        is_replay = ("adjust", occasion) in self.done
        assert self.tried(_adjust, InsufficientCredits) == (is_replay or self.available + amount >= 0)
        if self.available + amount >= 0 and self.is_new("adjust", occasion):
            self.available += amount

    @rule(first=GENERATIONS, count=st.integers(1, 2), amount=AMOUNTS)
    def admit(self, first: int, count: int, amount: int) -> None:
        batch = [(first + turn) % 5 for turn in range(count)]
        charges = [Charge(self.id_of(one), Decimal(amount) / 100, amount) for one in batch]
        new = [one for one in batch if ("hold", one) not in self.done]
        allowed = self.available >= amount * len(new) and len(self.counted) + len(new) <= 4
        terms = credits.terms_of(self.session, self.owner)
        done = self.tried(lambda: credits.admit(self.session, terms, charges), InsufficientCredits, QuotaExceeded)
        assert done == allowed, (new, self.available, self.counted)
        for one in new if done else ():
            self.done.add(("hold", one))
            self.counted.add(one)
            self.held[one] = amount
            self.available -= amount

    @precondition(lambda self: self.held)
    @rule(data=st.data(), amount=AMOUNTS)
    def raise_hold(self, data: Any, amount: int) -> None:
        one = data.draw(st.sampled_from(sorted(self.held)))
        more = 0 if ("raise", one) in self.done else max(0, amount - self.held[one])

        def _raise() -> None:
            cost = Decimal(amount) / 100
            credits.raise_hold(self.session, self.owner, self.id_of(one), cost_usd=cost, price_credits=amount)

        if self.tried(_raise, InsufficientCredits):
            assert more <= self.available
            self.available -= more
            self.held[one] += more
            if more:
                self.done.add(("raise", one))
        else:
            assert more > self.available or ("raise", one) in self.done

    @rule(generation=GENERATIONS)
    def release(self, generation: int) -> None:
        credits.release(self.session, self.owner, self.id_of(generation))
        if generation in self.held:
            self.available += self.held.pop(generation)
            self.counted.discard(generation)

    @precondition(lambda self: self.held)
    @rule(data=st.data(), order=ORDERS, part=st.integers(0, 100))
    def settle(self, data: Any, order: int, part: int) -> None:
        one = data.draw(st.sampled_from(sorted(self.held)))
        paid = self.held[one] * part // 100
        for _time in range(2):
            settlement = Settlement(self.id_of(one), f"{self.id_of(one)}-{order}", Decimal(paid) / 100, paid)
            credits.settle(self.session, self.owner, [settlement])
        self.available += self.held.pop(one) - paid

    @invariant()
    def the_account_is_what_the_model_says(self) -> None:
        account = credits.account_details_of(self.session, self.owner)
        assert (account.available_credits, account.held_credits) == (self.available, sum(self.held.values()))
        assert min(self.available, *self.held.values(), 0) == 0
        assert account.quotas[1].used == len(self.counted)

    @invariant()
    def the_entries_add_up_and_none_is_there_twice(self) -> None:
        assert credits.audit(self.session) == []
        lines = credits.statement_of(self.session, self.owner, limit=500)
        assert not lines or lines[0].balance_credits == self.available
        assert len({(line.kind, line.generation_id, line.order_id, line.id) for line in lines}) == len(lines)
        assert all((line.balance_credits or 0) >= 0 for line in lines)

    def is_new(self, *name: object) -> bool:
        is_new = name not in self.done
        self.done.add(name)
        return is_new


TestHistories = Account.TestCase
TestHistories.settings = settings(
    settings.default, stateful_step_count=12, suppress_health_check=list(HealthCheck), deadline=None
)
