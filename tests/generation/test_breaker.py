"""A vendor that fails again and again rests, is tried with one order, and is back; over restarts too."""

from pathlib import Path

import pytest

from photoplay import events, generation
from photoplay.providers import Order, OutcomeUnknown, ProviderError, Ticket, Unavailable, Waiting
from tests.factories import House, a_house
from tests.vendors import NoKeys, SetClock, Vendor, a_set_clock

SETTINGS = {"breaker_failures": 2, "breaker_rest_seconds": 60}


class Moody(Vendor):
    """A vendor that is away until it is told to be back."""

    def __init__(self, name: str, error: ProviderError | None = None) -> None:
        self.error = error or Unavailable("Connection refused.")
        self.is_away = True
        super().__init__(name, settings=NoKeys, on_submit=self._answer)

    def _answer(self, order: Order) -> Ticket | None:
        if self.is_away:
            raise self.error
        return None


async def _told(house: House) -> list[str]:
    owner = house.owner.user_id
    found = await house.studio.runtime.db.read(lambda session: events.events_after(session, owner, 0))
    return [one.event for one in found or [] if one.event.startswith("provider.")]


async def _resting(house: House) -> dict[str, str]:
    found = await house.studio.runtime.db.read(generation.resting)
    return {name: rest.message for name, rest in found.items()}


async def _fail_until_resting(house: House, time: SetClock) -> str:
    """One generation whose first two orders fail, which is enough."""
    asked = await house.ask(model="one:cheap")
    await house.until(asked.id, lambda view: len(view.orders) == 1 and view.orders[0].code is not None)
    time.move(seconds=5)
    house.studio.runtime.wakes.wake(asked.id)
    await house.until(asked.id, lambda view: len(view.orders) == 2 and view.orders[1].code is not None)
    return asked.id


@pytest.mark.usefixtures("on_both_databases")
async def test_a_vendor_that_fails_rests_and_what_is_queued_says_so(tmp_path: Path) -> None:
    one = Moody("one")
    with a_set_clock() as time:
        async with a_house(tmp_path, one, **SETTINGS) as house:
            await _fail_until_resting(house, time)
            assert (await _resting(house))["one"].startswith("One is resting until 14:21 UTC after 2 failures.")
            queued = await house.ask(model="one:cheap")
            house.studio.runtime.admit_soon()
            seen = await house.look(queued.id)
            assert (seen.status, seen.waits_because[:28]) == ("queued", "One is resting until 14:21 U")
            assert await _told(house) == ["provider.resting"]
            assert len(one.submitted) == 2


async def test_after_its_rest_one_order_is_the_trial_and_the_others_follow_when_it_is_back(tmp_path: Path) -> None:
    one = Moody("one")
    with a_set_clock() as time:
        async with a_house(tmp_path, one, **SETTINGS) as house:
            first = await _fail_until_resting(house, time)
            others = [await house.ask(model="one:cheap") for _number in range(3)]
            one.is_away = False
            time.move(seconds=61)
            house.studio.runtime.wakes.wake(first)
            ended = [await house.end(asked) for asked in (first, *(other.id for other in others))]
            assert {view.status for view in ended} == {"succeeded"}
            assert await _told(house) == ["provider.resting", "provider.back"]
            assert await _resting(house) == {}


async def test_a_trial_that_fails_makes_the_next_rest_longer(tmp_path: Path) -> None:
    one = Moody("one")
    with a_set_clock() as time:
        async with a_house(tmp_path, one, **SETTINGS) as house:
            first = await _fail_until_resting(house, time)
            time.move(seconds=61)
            house.studio.runtime.wakes.wake(first)
            await house.until(first, lambda view: len(view.orders) == 3 and view.orders[2].code is not None)
            assert (await _resting(house))["one"].startswith("One is resting until 14:23 UTC after 3 failures.")


async def test_a_rest_and_the_trial_after_it_survive_restarts(tmp_path: Path) -> None:
    one = Moody("one")
    with a_set_clock() as time:
        async with a_house(tmp_path, one, **SETTINGS) as house:
            first = await _fail_until_resting(house, time)
        one.is_away = False
        async with a_house(tmp_path, one, **SETTINGS) as house:
            assert list(await _resting(house)) == ["one"]
            waiting = await house.ask(model="one:cheap")
            assert (await house.look(waiting.id)).status == "queued"
            assert len(one.submitted) == 2
        time.move(seconds=61)
        async with a_house(tmp_path, one, **SETTINGS) as house:
            assert [(await house.end(asked)).status for asked in (first, waiting.id)] == ["succeeded"] * 2
            assert await _told(house) == ["provider.resting", "provider.back"]


async def test_while_the_trial_is_out_nothing_else_is_sent(tmp_path: Path) -> None:
    one = Moody("one", OutcomeUnknown("It broke in the middle."))
    one.cards = Vendor("one", recovery="none").cards
    one.on_check = lambda order: Waiting(progress=1)
    with a_set_clock() as time:
        async with a_house(tmp_path, one, **SETTINGS) as house:
            lost = [await house.ask(model="one:cheap") for _number in range(2)]
            for asked in lost:
                await house.until(asked.id, lambda view: view.status == "uncertain")
            assert list(await _resting(house)) == ["one"]
            assert len(one.submitted) == 2
            waiting = await house.ask(model="one:cheap")
            assert (await house.look(waiting.id)).status == "queued"
            time.move(seconds=61)
            house.studio.runtime.admit_soon()
            await house.until(waiting.id, lambda view: view.status == "uncertain")
            assert len(one.submitted) == 3
            assert (await _resting(house))["one"].startswith("One is resting until 14:23 UTC after 3 failures.")


async def test_what_waits_for_a_resting_vendor_goes_to_another_where_that_was_allowed(tmp_path: Path) -> None:
    one, two = Moody("one"), Vendor("two", settings=NoKeys)
    one.facts, one.cards = "in_flight = 1", one.cards[:1]
    with a_set_clock() as time:
        async with a_house(tmp_path, one, others=(two,), **SETTINGS) as house:
            first = await house.ask(model="one:cheap")
            await house.until(first.id, lambda view: len(view.orders) == 1 and view.orders[0].code is not None)
            may_move = await house.ask(model="one:cheap", failover=True)
            must_stay = await house.ask(model="one:cheap")
            time.move(seconds=5)
            house.studio.runtime.wakes.wake(first.id)
            moved = await house.end(may_move.id)
            assert (moved.status, moved.provider, [order.provider for order in moved.orders]) == (
                "succeeded",
                "two",
                ["two"],
            )
            assert (await house.look(must_stay.id)).status == "queued"


async def test_the_owner_who_mended_it_ends_the_rest(tmp_path: Path) -> None:
    one = Moody("one")
    with a_set_clock() as time:
        async with a_house(tmp_path, one, **SETTINGS) as house:
            first = await _fail_until_resting(house, time)
            one.is_away = False
            time.move(seconds=10)
            runtime = house.studio.runtime
            await runtime.db.write(lambda session: generation.let_back(session, runtime, "one"))
            assert (await house.end(first)).status == "succeeded"
