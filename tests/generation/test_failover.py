"""Who makes it instead: only after answers that prove that nothing was taken, and only for what is held."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from photoplay import credits, events, generation
from photoplay.providers import (
    CannotTell,
    ContentRefused,
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
from tests.vendors import NoKeys, Vendor, a_set_clock


def _always(error: Callable[[], ProviderError]) -> Callable[[Order], None]:
    def _raise(order: Order) -> None:
        raise error()

    return _raise


def _busy() -> ProviderError:
    return Throttled("One is busy.", retry_after_seconds=0.01)


def _key_refused() -> ProviderError:
    return NotConfigured("One refused the key.")


def _vendors(first: Callable[[Order], Ticket | None]) -> tuple[Vendor, Vendor]:
    return Vendor("one", settings=NoKeys, on_submit=first), Vendor("two", settings=NoKeys)


async def _told(house: House, generation_id: str) -> list[str]:
    """The events about a generation, in their order."""
    owner = house.owner.user_id
    found = await house.studio.runtime.db.read(lambda session: events.events_after(session, owner, 0, limit=200))
    return [one.event for one in found if one.data.get("generation", {}).get("id") == generation_id]


@pytest.mark.usefixtures("on_both_databases")
async def test_after_three_retries_the_next_candidate_makes_it_and_the_row_tells_the_story(tmp_path: Path) -> None:
    one, two = _vendors(_always(_busy))
    async with a_house(tmp_path, one, others=(two,)) as house:
        asked = await house.ask(model="one:dear", failover=True)
        ended = await house.end(asked.id)
        assert (ended.status, ended.model, ended.provider) == ("succeeded", "two:cheap", "two")
        assert [(order.model, order.code) for order in ended.orders] == [
            *[("one:dear", "vendor_busy")] * 4,
            *[("one:cheap", "vendor_busy")] * 4,
            ("two:cheap", None),
        ]
        assert [notice.code for notice in ended.notices].count("model_changed") == 2
        assert await _told(house, asked.id) == [
            "generation.queued",
            "generation.running",
            "generation.rerouted",
            "generation.rerouted",
            "generation.succeeded",
        ]
        assert ended.assets[0].model == "two:cheap"


async def test_what_is_settled_is_the_price_of_the_model_that_made_it(tmp_path: Path) -> None:
    one, two = _vendors(_always(_key_refused))
    async with a_house(tmp_path, one, others=(two,)) as house:
        ended = await house.end((await house.ask(model="one:dear", failover=True)).id)
        assert (ended.model, ended.cost_usd) == ("two:cheap", Decimal("0.02"))
        account = await house.studio.runtime.db.read(lambda session: credits.account_of(session, house.owner.user_id))
        assert (account.held_usd, account.spent_this_month_usd) == (0, Decimal("0.02"))


async def test_nobody_dearer_than_what_is_held_makes_it(tmp_path: Path) -> None:
    one, two = _vendors(_always(_key_refused))
    two.cards = two.cards[1:]
    async with a_house(tmp_path, one, others=(two,)) as house:
        ended = await house.end((await house.ask(model="one:cheap", failover=True)).id)
        assert ended.error is not None
        assert (ended.status, ended.error.code, two.submitted) == ("failed", "not_configured", [])


async def test_a_ceiling_above_the_price_allows_the_dearer_one(tmp_path: Path) -> None:
    one, two = _vendors(_always(_key_refused))
    one.cards, two.cards = one.cards[:1], two.cards[1:]
    async with a_house(tmp_path, one, others=(two,)) as house:
        asked = await house.ask(model="one:cheap", failover=True, ceiling={"max_cost_usd": "0.10"})
        ended = await house.end(asked.id)
        assert (ended.status, ended.model, ended.cost_usd) == ("succeeded", "two:dear", Decimal("0.05"))


async def test_without_leave_no_other_model_makes_it(tmp_path: Path) -> None:
    one, two = _vendors(_always(_key_refused))
    async with a_house(tmp_path, one, others=(two,)) as house:
        ended = await house.end((await house.ask(model="one:dear")).id)
        assert (ended.status, ended.model, two.submitted) == ("failed", "one:dear", [])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ContentRefused("Its filter stopped the words."), "content_refused"),
        (Invalid("The size is not on offer."), "refused_by_vendor"),
    ],
)
async def test_a_refusal_of_the_request_itself_is_taken_to_nobody_else(
    tmp_path: Path, error: ProviderError, code: str
) -> None:
    one, two = _vendors(_always(lambda: error))
    async with a_house(tmp_path, one, others=(two,)) as house:
        ended = await house.end((await house.ask(model="one:dear", failover=True)).id)
        assert ended.error is not None
        assert (ended.error.code, len(ended.orders), two.submitted) == (code, 1, [])


async def test_after_an_unknown_outcome_nobody_else_is_ever_asked(tmp_path: Path) -> None:
    """Also not when the vendor is away at every look that follows: the first order may have been taken."""
    one, two = _vendors(_always(lambda: OutcomeUnknown("The answer was lost.")))
    one.cards = Vendor("one", recovery="none").cards
    one.found = lambda order: CannotTell()
    with a_set_clock() as time:
        async with a_house(tmp_path, one, others=(two,)) as house:
            asked = await house.ask(model="one:dear", failover=True)
            await house.until(asked.id, lambda view: view.status == "uncertain")
            time.move(hours=25)
            house.studio.runtime.wakes.wake(asked.id)
            ended = await house.end(asked.id)
            assert (ended.status, one.submitted, two.submitted) == ("failed", [f"{asked.id}-1"], [])


async def test_a_repeat_under_the_same_key_that_meets_a_busy_vendor_goes_to_nobody_else(tmp_path: Path) -> None:
    def _submit(order: Order) -> None:
        raise OutcomeUnknown("Lost.") if len(one.submitted) == 1 else Unavailable("Away.")

    one, two = _vendors(_submit)
    async with a_house(tmp_path, one, others=(two,)) as house:
        asked = await house.ask(model="one:dear", failover=True)
        await house.until(asked.id, lambda view: view.status == "uncertain")
        assert (set(one.submitted), two.submitted) == ({f"{asked.id}-1"}, [])


async def test_a_long_wait_is_not_waited_for_where_another_may_make_it(tmp_path: Path) -> None:
    one, two = _vendors(_always(lambda: Throttled("Come back tomorrow.", retry_after_seconds=86_400)))
    one.cards = one.cards[1:]
    async with a_house(tmp_path, one, others=(two,)) as house:
        ended = await house.end((await house.ask(model="one:dear", failover=True)).id)
        assert (ended.model, [order.code for order in ended.orders]) == ("two:cheap", ["vendor_busy", None])


async def test_a_pause_that_a_vendor_asked_for_is_kept_over_a_restart(tmp_path: Path) -> None:
    one = Vendor("one", settings=NoKeys)
    one.on_submit = _always(lambda: Throttled("Busy for a minute.", retry_after_seconds=60))
    with a_set_clock() as time:
        async with a_house(tmp_path, one) as house:
            asked = await house.ask(model="one:cheap")
            await house.until(asked.id, lambda view: bool(view.orders) and view.orders[0].code is not None)
        one.on_submit = lambda order: None
        async with a_house(tmp_path, one) as house:
            await house.look(asked.id)
            assert len(one.submitted) == 1
            time.move(seconds=61)
            house.studio.runtime.wakes.wake(asked.id)
            assert (await house.end(asked.id)).status == "succeeded"
            assert len(one.submitted) == 2


async def test_a_cancel_during_a_pause_sends_nothing_more(tmp_path: Path) -> None:
    one = Vendor("one", settings=NoKeys)
    one.on_submit = _always(lambda: Throttled("Busy for a minute.", retry_after_seconds=60))
    async with a_house(tmp_path, one) as house:
        asked = await house.ask(model="one:cheap")
        await house.until(asked.id, lambda view: bool(view.orders) and view.orders[0].code is not None)
        await generation.cancel(house.studio.runtime, house.owner, asked.id)
        ended = await house.end(asked.id)
        assert (ended.status, len(one.submitted), ended.cost_usd) == ("cancelled", 1, Decimal(0))
