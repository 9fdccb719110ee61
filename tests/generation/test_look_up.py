"""After a lost answer: what is sent again, what is only looked up, and how an uncertain generation ends."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from photoplay import credits, generation
from photoplay.core import clock
from photoplay.generation import GenerationView
from photoplay.providers import (
    Absent,
    CannotTell,
    Delivery,
    Invalid,
    NotConfigured,
    Order,
    OutcomeUnknown,
    ProviderError,
    Throttled,
    Ticket,
    Unavailable,
)
from tests.factories import House, a_house
from tests.scripted import ScriptedProvider

BEGAN = datetime(2026, 11, 21, 14, 20, tzinfo=UTC)
TELL_ABSENT = Absent()


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = BEGAN

    def move(self, **by: float) -> None:
        """Later by this much."""
        self.now += timedelta(**by)


@pytest.fixture
def time() -> Iterator[SetClock]:
    made = SetClock()
    with clock.set_clock(lambda: made.now):
        yield made


def _lose(order: Order) -> None:
    raise OutcomeUnknown("The answer was lost.")


async def _held(house: House) -> Decimal:
    account = await house.studio.runtime.db.read(lambda session: credits.account_of(session, house.owner.user_id))
    return account.held_usd


class Looks:
    """A vendor that loses every answer and cannot say what became of the order; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def provider(self) -> ScriptedProvider:
        """The vendor: no keys, no search."""
        return ScriptedProvider(on_submit=_lose, found=self._found, recovery="none")

    def has_asked(self, times: int) -> bool:
        """Whether it was asked so often."""
        return self.asked == times

    def _found(self, order: Order) -> CannotTell:
        self.asked += 1
        return CannotTell()


async def _uncertain(house: House) -> GenerationView:
    asked = await house.ask(model="scripted:paid")
    return await house.until(asked.id, lambda view: view.status == "uncertain")


async def _wake_until(house: House, generation_id: str, is_so: Callable[[], bool]) -> None:
    """Wakes the workflow, as its own timer would, until it has done what it must."""
    while not is_so():
        house.studio.runtime.wakes.wake(generation_id)
        await house.look(generation_id)


async def test_an_uncertain_order_is_looked_up_by_its_schedule_and_never_sent_again(
    tmp_path: Path, time: SetClock
) -> None:
    looks = Looks()
    provider = looks.provider()
    async with a_house(tmp_path, provider) as house:
        uncertain = await _uncertain(house)
        for number, seconds in enumerate((10, 50, 240, 600, 2700, 3600, 3600), start=2):
            time.move(seconds=seconds - 1)
            for _try in range(3):
                await _wake_until(house, uncertain.id, lambda: True)
            assert looks.asked == number - 1, f"asked before the {number}. look-up was due"
            time.move(seconds=1)
            await _wake_until(house, uncertain.id, partial(looks.has_asked, number))
        assert provider.submitted == [f"{uncertain.id}-1"]
        assert await _held(house) == Decimal("0.04")


async def test_an_uncertain_order_ends_after_a_day_as_failed_and_is_released(tmp_path: Path, time: SetClock) -> None:
    looks = Looks()
    async with a_house(tmp_path, looks.provider()) as house:
        uncertain = await _uncertain(house)
        time.move(hours=24, seconds=1)
        house.studio.runtime.wakes.wake(uncertain.id)
        ended = await house.end(uncertain.id)
        assert ended.error is not None
        assert (ended.status, ended.error.code, ended.cost_usd) == ("failed", "outcome_unknown", Decimal(0))
        assert await _held(house) == 0
        assert house.provider.submitted == [f"{uncertain.id}-1"]


async def test_a_cancel_while_uncertain_is_noted_and_changes_nothing_else(tmp_path: Path, time: SetClock) -> None:
    looks = Looks()
    async with a_house(tmp_path, looks.provider()) as house:
        uncertain = await _uncertain(house)
        asked = await generation.cancel(house.studio.runtime, house.owner, uncertain.id)
        again = await generation.cancel(house.studio.runtime, house.owner, uncertain.id)
        assert (asked.status, asked.cancel_asked, again.status) == ("uncertain", True, "uncertain")
        assert await _held(house) == Decimal("0.04")
        time.move(days=2)
        house.studio.runtime.wakes.wake(uncertain.id)
        assert (await house.end(uncertain.id)).status == "failed"
        assert await _held(house) == 0


async def test_an_uncertain_order_that_turns_up_after_a_cancel_is_cancelled_at_the_vendor(
    tmp_path: Path, time: SetClock
) -> None:
    found: list[Ticket] = []
    provider = ScriptedProvider(
        on_submit=_lose, found=lambda order: found[0] if found else CannotTell(), recovery="search"
    )
    async with a_house(tmp_path, provider) as house:
        uncertain = await _uncertain(house)
        await generation.cancel(house.studio.runtime, house.owner, uncertain.id)
        found.append(Ticket({"order": f"{uncertain.id}-1"}))
        time.move(seconds=11)
        house.studio.runtime.wakes.wake(uncertain.id)
        ended = await house.end(uncertain.id)
        assert (ended.status, provider.cancelled) == ("cancelled", {f"{uncertain.id}-1"})
        assert await _held(house) == 0


@pytest.mark.usefixtures("on_both_databases")
async def test_an_order_that_the_vendor_certainly_lacks_is_given_anew(tmp_path: Path) -> None:
    def _lose_first(order: Order) -> None:
        if order.id.endswith("-1"):
            _lose(order)

    provider = ScriptedProvider(on_submit=_lose_first, found=lambda order: TELL_ABSENT, recovery="search")
    async with a_house(tmp_path, provider) as house:
        ended = await house.end((await house.ask()).id)
        assert [order.status for order in ended.orders] == ["refused", "delivered"]
        assert provider.submitted == [f"{ended.id}-1", f"{ended.id}-2"]


@pytest.mark.parametrize(
    "answer", [Throttled("Too many requests."), Unavailable("It is away."), NotConfigured("The key is missing.")]
)
async def test_a_refused_repeat_proves_nothing_about_the_first_send(
    tmp_path: Path, time: SetClock, answer: ProviderError
) -> None:
    """The vendor took the order, the answer was lost, and the repeat meets a busy vendor: a new order would be a second charge."""

    def _submit(order: Order) -> None:
        if len(provider.submitted) == 1:
            _lose(order)
        if len(provider.submitted) == 2:
            raise answer

    provider = ScriptedProvider(on_submit=_submit)
    async with a_house(tmp_path, provider) as house:
        uncertain = await _uncertain(house)
        assert await _held(house) == Decimal("0.04")
        time.move(seconds=11)
        house.studio.runtime.wakes.wake(uncertain.id)
        ended = await house.end(uncertain.id)
        assert (ended.status, provider.submitted) == ("succeeded", [f"{ended.id}-1"] * 3)


async def test_a_repeat_that_is_refused_as_wrong_ends_it(tmp_path: Path) -> None:
    def _submit(order: Order) -> None:
        if len(provider.submitted) == 1:
            _lose(order)
        raise Invalid("The size is not on offer.")

    provider = ScriptedProvider(on_submit=_submit)
    async with a_house(tmp_path, provider) as house:
        ended = await house.end((await house.ask(model="scripted:paid")).id)
        assert (ended.status, len(provider.submitted), await _held(house)) == ("failed", 2, Decimal(0))


async def test_a_vendor_that_loses_every_answer_is_not_asked_without_a_pause(tmp_path: Path, time: SetClock) -> None:
    provider = ScriptedProvider(on_submit=_lose)
    async with a_house(tmp_path, provider) as house:
        uncertain = await _uncertain(house)
        assert provider.submitted == [f"{uncertain.id}-1"] * 2
        time.move(seconds=11)
        await _wake_until(house, uncertain.id, lambda: len(provider.submitted) == 3)
        time.move(hours=25)
        house.studio.runtime.wakes.wake(uncertain.id)
        ended = await house.end(uncertain.id)
        assert ended.error is not None
        assert (ended.error.code, set(provider.submitted)) == ("outcome_unknown", {f"{uncertain.id}-1"})
        assert await _held(house) == 0


async def test_an_uncertain_order_whose_repeat_is_answered_with_the_file_is_kept(
    tmp_path: Path, time: SetClock
) -> None:
    def _submit(order: Order) -> Delivery:
        if len(provider.submitted) < 3:
            _lose(order)
        return provider.deliver(order)

    provider = ScriptedProvider(on_submit=_submit)
    async with a_house(tmp_path, provider) as house:
        uncertain = await _uncertain(house)
        time.move(seconds=11)
        house.studio.runtime.wakes.wake(uncertain.id)
        ended = await house.end(uncertain.id)
        assert (ended.status, len(ended.assets)) == ("succeeded", 1)
