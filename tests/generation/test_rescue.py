"""Results that are paid for come home: later than anybody waited, past a full disk, by a vendor's late call or its list."""

import errno
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from photoplay import credits, generation
from photoplay.core import clock
from photoplay.core.http import Http
from photoplay.generation import GenerationView, Resolution
from photoplay.providers import Callback, Order, OutcomeUnknown, ProviderSettings, Ticket, Unavailable, Waiting
from photoplay.storage import Storage
from tests.factories import House, a_house
from tests.scripted import ScriptedProvider


class SetClock:
    """The real clock, moved."""

    def __init__(self) -> None:
        self.later = timedelta()

    def now(self) -> datetime:
        """The time that it is here."""
        return datetime.now(UTC) + self.later


@pytest.fixture
def time() -> Iterator[SetClock]:
    made = SetClock()
    with clock.set_clock(made.now):
        yield made


class FullDisk:
    """A storage whose disk is full until it is not."""

    def __init__(self, inner: Storage) -> None:
        self._inner, self.is_full = inner, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def put_file(self, key: str, path: Path, *, may_link: bool = False) -> bool:
        """Stores, where there is room."""
        if self.is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return await self._inner.put_file(key, path, may_link=may_link)


class CallingVendor(ScriptedProvider):
    """Loses its answers, and calls when it is done."""

    def verify(self, headers: object, body: bytes, access: ProviderSettings, *, secret: str, now: datetime) -> Callback:
        """Signs nothing: its body is the number of the order."""
        return Callback(key=body.decode(), reference=body.decode())

    def ticket_for(self, number: str, order: Order) -> Ticket:
        """By its own number."""
        return Ticket({"order": number})


class ListingVendor(ScriptedProvider):
    """Loses its answers, and lists what it took with our ids."""

    async def recent(
        self, since: datetime, access: ProviderSettings, http: Http
    ) -> tuple[tuple[str | None, Ticket], ...]:
        """Everything it was sent."""
        return tuple((order_id, Ticket({"order": order_id})) for order_id in self.submitted)


def _lose(order: Order) -> None:
    raise OutcomeUnknown("The answer was lost.")


async def _uncertain(house: House) -> GenerationView:
    asked = await house.ask(model="scripted:paid")
    return await house.until(asked.id, lambda view: view.status == "uncertain")


async def _owed(house: House) -> list[generation.RescueView]:
    runtime = house.studio.runtime
    return await runtime.db.read(lambda session: generation.owed_results(session, runtime))


async def test_a_full_disk_keeps_it_fetching_and_says_so_until_there_is_room(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        runtime = house.studio.runtime
        disk = FullDisk(runtime.storage)
        runtime.storage = disk  # type: ignore[assignment]
        asked = await house.ask(model="scripted:paid")
        stuck = await house.until(asked.id, lambda view: "disk is full" in view.word)
        assert stuck.status == "running"
        assert ["disk" in view.trouble or "space" in view.trouble for view in await _owed(house)] == [True]
        disk.is_full = False
        runtime.wakes.wake(asked.id)
        ended = await house.end(asked.id)
        assert (ended.status, ended.orders[0].error) == ("succeeded", None)


async def test_a_result_is_asked_for_as_long_as_it_may_be_there(tmp_path: Path, time: SetClock) -> None:
    def _away(order: Order) -> None:
        raise Unavailable("It is away.")

    provider = ScriptedProvider(on_check=_away)
    async with a_house(tmp_path, provider) as house:
        asked = await house.ask(model="scripted:paid")
        await house.until(asked.id, lambda view: view.word == "Its vendor does not answer")
        time.later = timedelta(days=30)
        house.studio.runtime.wakes.wake(asked.id)
        assert (await house.look(asked.id)).status == "running"
        provider.on_check = lambda order: None
        house.studio.runtime.wakes.wake(asked.id)
        assert (await house.end(asked.id)).status == "succeeded"


async def test_a_late_call_of_the_vendor_ends_an_uncertainty(tmp_path: Path) -> None:
    provider = CallingVendor(on_submit=_lose, recovery="none")
    async with a_house(tmp_path, provider, public_url="http://127.0.0.1:1") as house:
        uncertain = await _uncertain(house)
        await _call(house, uncertain.id, b"job-7")
        ended = await house.end(uncertain.id)
        assert (ended.status, provider.submitted) == ("succeeded", [f"{uncertain.id}-1"])


async def test_a_call_after_it_was_given_up_still_brings_the_result_at_no_cost_to_its_owner(tmp_path: Path) -> None:
    provider = CallingVendor(on_submit=_lose, recovery="none")
    async with a_house(tmp_path, provider, public_url="http://127.0.0.1:1") as house:
        uncertain = await _uncertain(house)
        runtime = house.studio.runtime
        await generation.resolve(runtime, uncertain.id, Resolution(outcome="written-off"))
        await house.end(uncertain.id)
        await _call(house, uncertain.id, b"job-7")
        late = await house.until(uncertain.id, lambda view: bool(view.assets))
        account = await runtime.db.read(lambda session: credits.account_of(session, house.owner.user_id))
        assert (late.status, late.cost_usd, account.held_usd) == ("failed", Decimal("0.04"), Decimal(0))
        assert [view.state for view in await _owed(house)] == ["rescued"]


async def test_what_a_vendor_lists_is_fetched_although_it_was_given_up(tmp_path: Path) -> None:
    provider = ListingVendor(on_submit=_lose, recovery="none")
    async with a_house(tmp_path, provider) as house:
        uncertain = await _uncertain(house)
        await generation.resolve(house.studio.runtime, uncertain.id, Resolution(outcome="written-off"))
        late = await house.until(uncertain.id, lambda view: bool(view.assets))
        assert (late.status, provider.submitted) == ("failed", [f"{uncertain.id}-1"])


async def test_what_was_cancelled_while_its_order_was_lost_is_kept_when_it_comes(tmp_path: Path) -> None:
    provider = CallingVendor(on_submit=_lose, recovery="none", can_cancel=False)
    async with a_house(tmp_path, provider, public_url="http://127.0.0.1:1") as house:
        uncertain = await _uncertain(house)
        await generation.cancel(house.studio.runtime, house.owner, uncertain.id)
        await _call(house, uncertain.id, b"job-7")
        ended = await house.end(uncertain.id)
        assert (ended.status, len(ended.assets)) == ("succeeded", 1)


async def test_an_order_at_work_is_listed_with_the_time_until_which_it_is_kept(tmp_path: Path) -> None:
    provider = ScriptedProvider(on_check=lambda order: Waiting(progress=7))
    async with a_house(tmp_path, provider) as house:
        asked = await house.ask(model="scripted:paid")
        await house.until(asked.id, lambda view: view.progress == 7)
        owed = await _owed(house)
        assert [(view.state, view.kept_until, view.cost_usd) for view in owed] == [("waiting", None, Decimal("0.04"))]


async def _call(house: House, generation_id: str, body: bytes) -> None:
    """As the vendor calls the hook of an order."""
    runtime = house.studio.runtime
    hook = runtime.public.hook("scripted", f"{generation_id}-1") or ""
    await generation.receive_call(runtime, "scripted", hook.rpartition("/")[2], headers={}, body=body)
