"""The operator's means on what waits: held back, moved, begun at a set time."""

from datetime import timedelta
from pathlib import Path

import pytest

from photoplay import generation
from photoplay.core import clock
from photoplay.core.errors import BadInput
from photoplay.generation import AlreadyRunning, NothingToPause
from photoplay.jobs import Lease
from photoplay.providers import Waiting
from tests.factories import House, a_house, picture
from tests.scripted import ScriptedProvider
from tests.vendors import NoKeys, Vendor, a_set_clock


async def _looked(house: House) -> None:
    """Lets a dispatcher look that has not looked yet."""
    await generation.Dispatcher(house.studio.runtime).look()
    await house.studio.runtime.open_submits.until_none()


async def _pause(house: House, name: str, reason: str = "") -> None:
    await house.studio.runtime.db.write(lambda session: generation.pause(session, name, reason=reason))


async def _go_on(house: House, name: str) -> None:
    runtime = house.studio.runtime
    await runtime.db.write(lambda session: generation.go_on(session, runtime, name))


@pytest.mark.parametrize("name", ["", "scripted", "scripted/"])
@pytest.mark.usefixtures("on_both_databases")
async def test_what_is_held_back_waits_says_why_and_goes_on(tmp_path: Path, name: str) -> None:
    async with a_house(tmp_path) as house:
        await _pause(house, name, "the vendor moves house")
        asked = await house.ask()
        await _looked(house)
        waiting = await house.look(asked.id)
        assert waiting.status == "queued"
        assert "the vendor moves house" in waiting.waits_because
        await _go_on(house, name)
        assert (await house.end(asked.id)).status == "succeeded"


async def test_what_has_begun_goes_on_and_another_vendor_is_not_held_back(tmp_path: Path) -> None:
    one = Vendor("one", settings=NoKeys, on_check=lambda order: Waiting(progress=1))
    async with a_house(tmp_path, one, others=(ScriptedProvider(),)) as house:
        begun = await house.ask(model="one:cheap")
        await house.until(begun.id, lambda view: view.progress == 1)
        await _pause(house, "one")
        assert (await house.end((await house.ask()).id)).status == "succeeded"
        one.on_check = lambda order: None
        assert (await house.end(begun.id)).status == "succeeded"


async def test_what_is_moved_to_the_front_is_begun_first(tmp_path: Path) -> None:
    one = Vendor("one", settings=NoKeys, facts="in_flight = 1")
    async with a_house(tmp_path, one) as house:
        runtime = house.studio.runtime
        await _pause(house, "one")
        first, second, third = [(await house.ask(model="one:cheap")).id for _ in range(3)]
        for moved, to in ((third, "first"), (first, "last")):
            await runtime.db.write(lambda session, moved=moved, to=to: generation.reorder(session, runtime, moved, to))
        assert (await house.look(third)).queue_position == 1
        await _go_on(house, "one")
        for every in (first, second, third):
            await house.end(every)
        assert one.submitted == [f"{one_id}-1" for one_id in (third, second, first)]
        with pytest.raises(generation.AlreadyFinal):
            await runtime.db.write(lambda session: generation.reorder(session, runtime, first, "first"))


async def test_what_runs_cannot_be_moved_and_what_is_not_there_cannot_be_held_back(tmp_path: Path) -> None:
    one = Vendor("one", settings=NoKeys, on_check=lambda order: Waiting(progress=1))
    async with a_house(tmp_path, one) as house:
        runtime = house.studio.runtime
        begun = await house.ask(model="one:cheap")
        await house.until(begun.id, lambda view: view.progress == 1)
        with pytest.raises(AlreadyRunning):
            await runtime.db.write(lambda session: generation.reorder(session, runtime, begun.id, "first"))
        for name in ("two", "one/films"):
            with pytest.raises(NothingToPause):
                generation.check_pausable(runtime, name)
        generation.check_pausable(runtime, "one")
        one.on_check = lambda order: None
        await house.end(begun.id)


@pytest.mark.usefixtures("on_both_databases")
async def test_what_is_asked_for_at_a_time_holds_its_price_and_begins_then(tmp_path: Path) -> None:
    with a_set_clock() as time:
        async with a_house(tmp_path) as house:
            at = clock.now() + timedelta(hours=2)
            asked = await house.ask(model="scripted:paid", run_at=at)
            taken_back = await house.ask(run_at=at)
            assert (asked.waits_for, asked.run_at, asked.queue_position) == ("time", at, None)
            time.move(seconds=3600)
            await _looked(house)
            assert (await house.look(asked.id)).status == "queued"
            cancelled = await generation.cancel(house.studio.runtime, house.owner, taken_back.id)
            assert cancelled.status == "cancelled"
            time.move(seconds=3601)
            await _looked(house)
            assert (await house.end(asked.id)).status == "succeeded"
            assert (await house.look(taken_back.id)).status == "cancelled"


async def test_a_time_that_has_come_is_now_and_one_too_far_ahead_is_refused(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        asked = await house.ask(run_at=clock.now() - timedelta(minutes=1))
        assert asked.waits_for is None
        assert (await house.end(asked.id)).status == "succeeded"
        with pytest.raises(BadInput, match="too far ahead"):
            await house.ask(run_at=clock.now() + timedelta(days=31))


async def test_of_two_workers_each_begins_its_share_and_soon_what_the_other_leaves_lying(
    postgres_url: str, tmp_path: Path
) -> None:
    one = Vendor("one", settings=NoKeys, on_check=lambda order: Waiting(progress=1))
    with a_set_clock() as time:
        async with a_house(tmp_path, one, DATABASE_URL=postgres_url, lease_seconds=600) as house:
            runtime = house.studio.runtime
            await Lease(runtime.db, kind="work", place="elsewhere", seconds=600).join()
            wanted = picture(model="one:cheap", count=4)
            asked = (await generation.request(runtime, house.owner, wanted)).batch.items
            for first in asked[:2]:
                await house.until(first.id, lambda view: view.progress == 1)
            await _looked(house)
            assert [(await house.look(item.id)).status for item in asked] == ["running"] * 2 + ["queued"] * 2
            time.move(seconds=3)
            one.on_check = lambda order: None
            for item in asked:
                assert (await house.end(item.id)).status == "succeeded"
