"""Which account at a vendor an order goes to, and that it stays with it to the end."""

from datetime import timedelta
from pathlib import Path

import pytest

from photoplay import generation
from photoplay.core import clock
from photoplay.providers import NotConfigured, Order, OutcomeUnknown, Ticket, Waiting
from tests.factories import House, a_house
from tests.vendors import FIRST_KEY, SECOND_KEY, Vendor, a_set_clock, add_account


async def _drop(house: House, provider: str, account_id: str) -> None:
    runtime = house.studio.runtime
    await runtime.db.write(lambda session: runtime.vendors.delete(session, provider, account_id))


@pytest.mark.usefixtures("on_both_databases")
async def test_orders_go_to_the_account_with_the_fewest_at_work_then_by_turn(tmp_path: Path) -> None:
    vendor = Vendor("one", on_check=lambda order: Waiting(progress=1))
    async with a_house(tmp_path, vendor) as house:
        await add_account(house, "one", FIRST_KEY)
        await add_account(house, "one", SECOND_KEY)
        for _number in range(4):
            asked = await house.ask(model="one:cheap")
            await house.until(asked.id, lambda view: view.progress == 1)
        assert vendor.keys("submit") == [FIRST_KEY, SECOND_KEY, FIRST_KEY, SECOND_KEY]


async def test_idle_accounts_take_turns(tmp_path: Path) -> None:
    vendor = Vendor("one")
    async with a_house(tmp_path, vendor) as house:
        await add_account(house, "one", FIRST_KEY)
        await add_account(house, "one", SECOND_KEY)
        for _number in range(3):
            await house.end((await house.ask(model="one:cheap")).id)
        assert vendor.keys("submit") == [FIRST_KEY, SECOND_KEY, FIRST_KEY]


async def test_the_account_of_the_environment_needs_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRIPTED_VENDOR_KEY", FIRST_KEY)
    vendor = Vendor("one")
    async with a_house(tmp_path, vendor) as house:
        ended = await house.end((await house.ask(model="one:cheap")).id)
        assert (vendor.keys("submit"), ended.orders[0].account) == ([FIRST_KEY], "environment")


async def test_an_order_is_followed_with_its_own_account_after_a_restart_though_it_was_deleted(tmp_path: Path) -> None:
    vendor = Vendor("one", on_check=lambda order: Waiting(progress=1))
    async with a_house(tmp_path, vendor) as house:
        first = await add_account(house, "one", FIRST_KEY)
        asked = await house.ask(model="one:cheap")
        await house.until(asked.id, lambda view: view.progress == 1)
        await add_account(house, "one", SECOND_KEY)
        await _drop(house, "one", first.id)
    vendor.used.clear()
    vendor.on_check = lambda order: None
    async with a_house(tmp_path, vendor) as house:
        ended = await house.end(asked.id)
        assert (ended.status, ended.orders[0].account) == ("succeeded", first.id)
        assert set(vendor.keys("check")) == {FIRST_KEY}
        assert (await house.end((await house.ask(model="one:cheap")).id)).status == "succeeded"
        assert vendor.keys("submit") == [SECOND_KEY]


async def test_a_deleted_accounts_keys_go_when_its_last_order_has_ended(tmp_path: Path) -> None:
    vendor = Vendor("one", on_check=lambda order: Waiting(progress=1))
    async with a_house(tmp_path, vendor) as house:
        runtime = house.studio.runtime
        account = await add_account(house, "one", FIRST_KEY)
        asked = await house.ask(model="one:cheap")
        await house.until(asked.id, lambda view: view.progress == 1)
        await _drop(house, "one", account.id)

        def _forget(session: object) -> int:
            needed = generation.accounts_at_work(session)  # type: ignore[arg-type]
            return runtime.vendors.forget_deleted(session, needed)  # type: ignore[arg-type]

        assert await runtime.db.write(_forget) == 0
        vendor.on_check = lambda order: None
        runtime.wakes.wake(asked.id)
        assert (await house.end(asked.id)).status == "succeeded"
        assert await runtime.db.write(_forget) == 0, "for a minute it can be brought back"
        later = clock.now() + timedelta(seconds=61)
        with clock.set_clock(lambda: later):
            assert await runtime.db.write(_forget) == 1


async def test_a_refused_key_passes_the_order_on_to_the_next_account_at_once(tmp_path: Path) -> None:
    def _refuse_first(order: Order) -> None:
        if order.access.api_key.get_secret_value() == FIRST_KEY:  # type: ignore[attr-defined]
            raise NotConfigured(f"Vendor refused the key {FIRST_KEY}.")

    vendor = Vendor("one", on_submit=_refuse_first)
    async with a_house(tmp_path, vendor) as house:
        await add_account(house, "one", FIRST_KEY)
        await add_account(house, "one", SECOND_KEY)
        first = await house.end((await house.ask(model="one:cheap")).id)
        assert [(order.status, order.code) for order in first.orders] == [
            ("refused", "not_configured"),
            ("delivered", None),
        ]
        assert first.orders[0].error == "Vendor refused the key (the key)."
        await house.end((await house.ask(model="one:cheap")).id)
        assert vendor.keys("submit") == [FIRST_KEY, SECOND_KEY, SECOND_KEY]


async def test_without_any_account_nothing_is_sent_and_the_reason_names_the_variable(tmp_path: Path) -> None:
    vendor = Vendor("one")
    async with a_house(tmp_path, vendor) as house:
        ended = await house.end((await house.ask(model="one:cheap")).id)
        assert ended.error is not None
        assert (ended.status, ended.error.code, ended.orders) == ("failed", "not_configured", [])
        assert "SCRIPTED_VENDOR_KEY" in ended.error.message
        assert "photoplay serve --sandbox" in ended.error.message


async def test_a_lost_answer_is_repeated_with_the_same_account_only(tmp_path: Path) -> None:
    def _lose(order: Order) -> Ticket | None:
        if len(vendor.submitted) < 3:
            raise OutcomeUnknown("The answer was lost.")
        return None

    vendor = Vendor("one", on_submit=_lose)
    with a_set_clock() as time:
        async with a_house(tmp_path, vendor) as house:
            await add_account(house, "one", FIRST_KEY)
            await add_account(house, "one", SECOND_KEY)
            asked = await house.ask(model="one:cheap")
            await house.until(asked.id, lambda view: view.status == "uncertain")
            time.move(seconds=11)
            house.studio.runtime.wakes.wake(asked.id)
            ended = await house.end(asked.id)
            assert (ended.status, vendor.submitted) == ("succeeded", [f"{asked.id}-1"] * 3)
            assert set(vendor.keys("submit")) == {FIRST_KEY}
