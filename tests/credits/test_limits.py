"""Quotas and budgets: what is left, when it starts anew, and that nobody gets past them by coming all at once."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from photoplay import credits
from photoplay.accounts import Viewer
from photoplay.core import clock
from photoplay.credits import (
    AccountDetails,
    BudgetExceeded,
    InsufficientCredits,
    MemberChange,
    NewBudget,
    PlanChange,
    PricingChange,
    QuotaExceeded,
    RateExceeded,
)
from photoplay.providers import Failed, Order, Waiting
from tests.factories import House, a_house
from tests.scripted import ScriptedProvider

NOVEMBER = datetime(2026, 11, 21, 23, 59, 30, tzinfo=UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with clock.set_clock(lambda: moment):
        yield


async def details(house: House, who: Viewer) -> AccountDetails:
    return await house.studio.runtime.db.read(lambda session: credits.account_details_of(session, who.user_id))


async def on_plan(house: House, who: Viewer, **limits: Any) -> None:
    def _set(session: Any) -> None:
        credits.change_plan(session, "tried", PlanChange.model_validate(limits))
        credits.change_account(session, who.user_id, MemberChange(plan="tried"))

    await house.studio.runtime.db.write(_set)


async def budget(house: House, who: Viewer, **wanted: Any) -> None:
    def _set(session: Any) -> None:
        credits.set_budget(session, credits.terms_of(session, who.user_id), NewBudget.model_validate(wanted))

    await house.studio.runtime.db.write(_set)


@pytest.mark.usefixtures("on_both_databases")
@pytest.mark.parametrize(
    ("limits", "granted", "refusal"),
    [({"per_month": None}, 4, InsufficientCredits), ({"per_month": None, "per_day": 1}, 800, QuotaExceeded)],
    ids=["the last credits", "the last of a day"],
)
async def test_of_200_at_once_exactly_one_gets_the_last(
    tmp_path: Path, limits: dict[str, Any], granted: int, refusal: type[Exception]
) -> None:
    async with a_house(tmp_path) as house:
        mara = await house.member(granted=granted)
        await on_plan(house, mara, **limits)
        asked = await asyncio.gather(
            *(house.ask(mara, model="scripted:paid") for _one in range(200)), return_exceptions=True
        )
        won = [view for view in asked if not isinstance(view, BaseException)]
        assert Counter(type(answer) for answer in asked)[refusal] == 199
        assert (await house.end(won[0].id, mara)).status == "succeeded"
        assert len(house.provider.submitted) == 1


@pytest.mark.usefixtures("on_both_databases")
async def test_a_keys_budget_holds_when_many_come_at_once(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        mara = await house.member(granted=10_000)
        await on_plan(house, mara, per_month=None)
        await budget(house, mara, scope="key", subject_id="key_robot", amount_credits=11)
        robot = Viewer(mara.user_id, mara.name, "member", key_id="key_robot")
        asked = await asyncio.gather(
            *(house.ask(robot, model="scripted:paid") for _one in range(20)), return_exceptions=True
        )
        assert Counter(type(answer) for answer in asked)[BudgetExceeded] == 18
        assert (await house.ask(mara, model="scripted:paid")).price_credits == 4  # a person is not the robot
        told = (await details(house, mara)).budgets[0]
        assert (told.spent_credits, told.left_credits) == (8, 3)


async def test_a_quota_says_what_is_left_and_when_it_starts_anew(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        mara = await house.member()
        await on_plan(house, mara, per_day=2)
        with at(NOVEMBER):
            await house.ask(mara)
            with pytest.raises(QuotaExceeded) as refused:
                await house.ask(mara, count=2)
            assert refused.value.message == (
                "Your plan Tried has 2 generations a day: 1 are left today, and this asks for 2. "
                "It starts anew on 22 November 2026 at 00:00 UTC. Nothing was charged."
            )
            assert refused.value.details["left"] == 1
            await house.ask(mara)
            assert [(quota.period, quota.left) for quota in (await details(house, mara)).quotas] == [
                ("day", 0),
                ("month", None),
            ]
        with at(NOVEMBER.replace(day=22)):
            await house.ask(mara, count=2)


async def test_what_failed_at_no_cost_counts_back_to_the_day_it_was_asked_for(tmp_path: Path) -> None:
    def _fails(order: Order) -> None:
        raise Failed("The vendor could not make it.")

    async with a_house(tmp_path, ScriptedProvider(on_check=_fails)) as house:
        mara = await house.member(granted=4)
        await on_plan(house, mara, per_month=1)
        failed = await house.end((await house.ask(mara, model="scripted:paid")).id, mara)
        assert (failed.status, (await details(house, mara)).quotas[1].used) == ("failed", 0)
        await house.ask(mara, model="scripted:paid")


async def test_a_dollar_budget_of_the_owner_is_counted_with_what_is_held(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await budget(house, house.owner, amount_usd="0.10")
        for _one in range(2):
            await house.ask(model="scripted:paid")
        with pytest.raises(BudgetExceeded, match=r"This account has a budget of \$0.10 a month"):
            await house.ask(model="scripted:paid")
        told = (await details(house, house.owner)).budgets[0]
        assert (told.spent_usd, told.left_usd) == (Decimal("0.08"), Decimal("0.02"))


async def test_a_hold_that_a_budget_does_not_let_rise_stays_as_it_was(tmp_path: Path) -> None:
    async with a_house(tmp_path, ScriptedProvider(on_check=lambda _order: Waiting())) as house:
        await budget(house, house.owner, amount_usd="0.10")
        link = await house.ask(model="scripted:paid")

        def _raise(session: Session) -> None:
            with suppress(BudgetExceeded):
                credits.raise_hold(session, house.owner.user_id, link.id, cost_usd=Decimal("0.2"), price_credits=None)

        await house.studio.runtime.db.write(_raise)
        assert (await details(house, house.owner)).held_usd == Decimal("0.04")


async def test_a_plan_takes_so_many_requests_a_minute_however_many_results_each_has(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        mara = await house.member()
        await on_plan(house, mara, per_minute={"image": 2})
        with at(NOVEMBER):
            await house.ask(mara, count=20)
            await house.ask(mara)
            with pytest.raises(RateExceeded, match=r"2 requests for pictures a minute\. Try again in 60 s") as refused:
                await house.ask(mara)
            assert refused.value.retry_after_seconds == 60
        with at(NOVEMBER.replace(day=22, hour=0, minute=0, second=31)):
            await house.ask(mara)


async def test_markup_and_discount_reach_the_hold_and_the_bill(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        mara = await house.member(granted=100)
        await house.studio.runtime.db.write(
            lambda session: credits.change_pricing(session, PricingChange(markup_percent=Decimal(50)))
        )
        made = [await house.end((await house.ask(mara, model="scripted:paid", key=name)).id, mara) for name in "ab"]
        assert [view.price_credits for view in made] == [6, 6]
        assert (await details(house, mara)).available_credits == 88
