"""How much a vendor gets at a time: by what is at work there and by what was sent this minute, over restarts too."""

import asyncio
from pathlib import Path

import pytest

from photoplay import generation
from photoplay.providers import Order, OutcomeUnknown, Waiting
from tests.factories import House, a_house
from tests.vendors import FIRST_KEY, SECOND_KEY, NoKeys, Vendor, a_set_clock, add_account


async def _admitted(house: House) -> None:
    """Lets the dispatcher look until nothing changes."""
    runtime = house.studio.runtime
    await generation.Dispatcher(runtime).look()
    await runtime.open_submits.until_none()


class TokenVendor(Vendor):
    """A vendor that bills tokens: 3 cents an order at 30 dollars a million, so 1,000 tokens and 3 for the words."""

    def data(self) -> str:
        price = '{operation = "text-to-image", unit = "tokens", cost_usd = "0.03", source = "x", read_on = 2026-11-21}'
        models = "".join(
            f'[models."{self.name}:{name}"]\nrates = {{image_out = "0.00003"}}\nprices = [{price}]\n'
            for name in ("cheap", "dear")
        )
        return f'[provider]\ntitle = "{self.name.title()}"\n{self.facts}\n{models}'


async def _statuses(house: House, asked: list[str]) -> list[str]:
    return [(await house.look(one)).status for one in asked]


@pytest.mark.usefixtures("on_both_databases")
async def test_no_more_orders_are_at_work_than_the_vendor_takes(tmp_path: Path) -> None:
    one = Vendor("one", settings=NoKeys, facts="in_flight = 2", on_check=lambda order: Waiting(progress=1))
    async with a_house(tmp_path, one) as house:
        asked = [(await house.ask(model="one:cheap")).id for _number in range(4)]
        for first in asked[:2]:
            await house.until(first, lambda view: view.progress == 1)
        await _admitted(house)
        assert await _statuses(house, asked) == ["running", "running", "queued", "queued"]
        one.on_check = lambda order: None
        for every in asked:
            assert (await house.end(every)).status == "succeeded"


async def test_an_order_of_unknown_outcome_does_not_hold_up_the_queue_until_it_is_decided(tmp_path: Path) -> None:
    def _lose_until_well(order: Order) -> None:
        if not well:
            raise OutcomeUnknown("The answer was lost.")

    well: list[bool] = []
    one = Vendor("one", settings=NoKeys, facts="in_flight = 1", on_submit=_lose_until_well)
    async with a_house(tmp_path, one) as house:
        lost = await house.ask(model="one:cheap")
        await house.until(lost.id, lambda view: view.status == "uncertain")
        well.append(True)
        assert (await house.end((await house.ask(model="one:cheap")).id)).status == "succeeded"
        assert (await house.look(lost.id)).status == "uncertain"


async def test_two_accounts_take_twice_as_many_and_an_account_may_take_more_than_usual(tmp_path: Path) -> None:
    one = Vendor("one", facts="in_flight = 1", on_check=lambda order: Waiting(progress=1))
    async with a_house(tmp_path, one) as house:
        await add_account(house, "one", FIRST_KEY)
        await add_account(house, "one", SECOND_KEY, in_flight=2)
        asked = [(await house.ask(model="one:cheap")).id for _number in range(4)]
        for first in asked[:3]:
            await house.until(first, lambda view: view.progress == 1)
        await _admitted(house)
        assert await _statuses(house, asked) == ["running"] * 3 + ["queued"]
        assert sorted(one.keys("submit")) == [FIRST_KEY, SECOND_KEY, SECOND_KEY]


@pytest.mark.usefixtures("on_both_databases")
async def test_orders_of_this_minute_count_also_after_a_restart(tmp_path: Path) -> None:
    one = Vendor("one", settings=NoKeys, facts="requests_per_minute = 3")
    with a_set_clock() as time:
        async with a_house(tmp_path, one) as house:
            asked = [(await house.ask(model="one:cheap")).id for _number in range(5)]
            for first in asked[:3]:
                await house.end(first)
            await _admitted(house)
            assert await _statuses(house, asked) == ["succeeded"] * 3 + ["queued"] * 2
        async with a_house(tmp_path, one) as house:
            await _admitted(house)
            assert (await _statuses(house, asked), len(one.submitted)) == (["succeeded"] * 3 + ["queued"] * 2, 3)
            time.move(seconds=61)
            house.studio.runtime.admit_soon()
            for last in asked[3:]:
                assert (await house.end(last)).status == "succeeded"


async def test_the_room_is_shared_fairly_among_owners(tmp_path: Path) -> None:
    one = Vendor("one", settings=NoKeys, facts="in_flight = 2", on_check=lambda order: Waiting(progress=1))
    async with a_house(tmp_path, one) as house:
        mara = await house.member(granted=100)
        asked = [(await house.ask(model="one:cheap")).id for _number in range(3)]
        for first in asked[:2]:
            await house.until(first, lambda view: view.progress == 1)
        hers = await house.ask(mara, model="one:cheap")
        await generation.cancel(house.studio.runtime, house.owner, asked[0])
        await house.end(asked[0])
        async with asyncio.timeout(20):
            await house.until(hers.id, lambda view: view.progress == 1, mara)
        assert (await house.look(asked[2])).status == "queued"


@pytest.mark.usefixtures("on_both_databases")
async def test_tokens_of_this_minute_count_over_restarts_and_for_every_worker(tmp_path: Path) -> None:
    one = TokenVendor("one", settings=NoKeys, facts="tokens_per_minute = 2500")
    with a_set_clock() as time:
        async with a_house(tmp_path, one) as house:
            asked = [(await house.ask(model="one:cheap")).id for _number in range(3)]
            for first in asked[:2]:
                await house.end(first)
            await _admitted(house)
            assert await _statuses(house, asked) == ["succeeded", "succeeded", "queued"]
        async with a_house(tmp_path, one) as house:
            await _admitted(house)
            assert (await _statuses(house, asked[2:]), len(one.submitted)) == (["queued"], 2)
            time.move(seconds=61)
            house.studio.runtime.admit_soon()
            assert (await house.end(asked[2])).status == "succeeded"


async def test_an_order_larger_than_the_limit_of_tokens_goes_alone_and_not_never(tmp_path: Path) -> None:
    one = TokenVendor("one", settings=NoKeys, facts="tokens_per_minute = 500")
    with a_set_clock() as time:
        async with a_house(tmp_path, one) as house:
            asked = [(await house.ask(model="one:cheap")).id for _number in range(2)]
            assert (await house.end(asked[0])).status == "succeeded"
            await _admitted(house)
            assert await _statuses(house, asked[1:]) == ["queued"]
            time.move(seconds=61)
            house.studio.runtime.admit_soon()
            assert (await house.end(asked[1])).status == "succeeded"


async def test_an_account_with_more_tokens_takes_what_the_other_has_no_room_for(tmp_path: Path) -> None:
    one = TokenVendor("one", facts="tokens_per_minute = 1500")
    with a_set_clock():
        async with a_house(tmp_path, one) as house:
            await add_account(house, "one", FIRST_KEY)
            await add_account(house, "one", SECOND_KEY, tokens_per_minute=3500)
            asked = [(await house.ask(model="one:cheap")).id for _number in range(5)]
            for first in asked[:4]:
                await house.end(first)
            await _admitted(house)
            assert await _statuses(house, asked) == ["succeeded"] * 4 + ["queued"]
            assert sorted(one.keys("submit")) == [FIRST_KEY] + [SECOND_KEY] * 3
