"""Above the warning price there are five seconds to take it back; above the approval price the studio's owner says yes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from photoplay import credits, generation
from photoplay.core import clock
from photoplay.credits import AccountChange, PricingChange
from photoplay.generation import GenerationNotFound, OwnerApproves
from tests.factories import House, a_house


class Later:
    """A clock that runs, and can be put forward."""

    def __init__(self) -> None:
        self.by = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


@contextmanager
def a_clock() -> Iterator[Later]:
    later = Later()
    with clock.set_clock(later):
        yield later


async def warned_above(house: House, amount: str) -> None:
    change = AccountChange(warn_above_usd=Decimal(amount))
    await house.studio.runtime.db.write(lambda session: credits.change_account(session, house.owner.user_id, change))


async def rules(house: House, **changes: Any) -> None:
    change = PricingChange.model_validate(changes)
    await house.studio.runtime.db.write(lambda session: credits.change_pricing(session, change))


async def test_what_is_dear_waits_five_seconds_and_nothing_is_sent_meanwhile(tmp_path: Path) -> None:
    with a_clock() as later:
        async with a_house(tmp_path) as house:
            await warned_above(house, "0.03")
            first = await house.ask(model="scripted:paid", second_thought=True)
            assert (first.status, first.waits_for) == ("queued", "time")
            assert 4 < (first.leaves_in_seconds or 0) <= 5
            taken_back = await generation.cancel(house.studio.runtime, house.owner, first.id)
            assert (taken_back.status, house.provider.submitted) == ("cancelled", [])
            second = await house.ask(model="scripted:paid", second_thought=True)
            assert second.leaves_in_seconds is not None
        async with a_house(tmp_path) as house:  # a restart changes nothing of it
            assert (await house.look(second.id)).leaves_in_seconds is not None
            later.by = timedelta(seconds=6)
            assert (await house.end(second.id)).status == "succeeded"
            account = await house.studio.runtime.db.read(
                lambda session: credits.account_of(session, house.owner.user_id)
            )
            assert (account.held_usd, account.spent_this_month_usd) == (Decimal(0), Decimal("0.04"))


@pytest.mark.parametrize(("above", "wanted"), [("0.04", True), ("0.01", False)], ids=["cheap enough", "a program"])
async def test_what_is_not_dear_or_asked_for_by_a_program_leaves_at_once(
    tmp_path: Path, above: str, wanted: bool
) -> None:
    async with a_house(tmp_path) as house:
        await warned_above(house, above)
        asked = await house.ask(model="scripted:paid", second_thought=wanted)
        assert (asked.waits_for, asked.leaves_in_seconds) == (None, None)


async def test_above_a_set_price_the_owner_of_the_studio_says_yes_or_no(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        mara, runtime = await house.member(granted=12), house.studio.runtime
        await rules(house, approve_above_credits=3)
        wanted = [await house.ask(mara, model="scripted:paid") for _one in range(2)]
        assert [view.waits_for for view in wanted] == ["approval", "approval"]
        assert "the owner of the studio approves it" in wanted[0].waits_because
        for who in (mara, replace(house.owner, key_id="key_program")):
            with pytest.raises(OwnerApproves):
                await generation.approve(runtime, who, wanted[0].id)
        other = await house.member("Tom")
        with pytest.raises(GenerationNotFound):
            await generation.approve(runtime, other, wanted[0].id)
        listed = await runtime.db.read(generation.approvals)
        assert [(who, view.id) for who, view in listed] == [(mara.user_id, view.id) for view in wanted]
        await generation.approve(runtime, house.owner, wanted[0].id)
        assert (await house.end(wanted[0].id, mara)).status == "succeeded"
        declined = await generation.decline(runtime, house.owner, wanted[1].id)
        assert (declined.status, declined.error and declined.error.code) == ("cancelled", "declined")
        account = await runtime.db.read(lambda session: credits.account_of(session, mara.user_id))
        assert (account.available_credits, account.held_credits) == (8, 0)
        assert len(house.provider.submitted) == 1
