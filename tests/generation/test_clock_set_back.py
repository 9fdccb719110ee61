"""The clock of the machine is set back or forward while orders are open: nothing is lost, paid twice, or held up for so long."""

from pathlib import Path

import pytest

from photoplay import credits, generation
from photoplay.accounts import Viewer
from photoplay.core.errors import PhotoplayError
from photoplay.providers import Order, Waiting
from tests.factories import a_house, picture
from tests.generation.test_breaker import SETTINGS, Moody
from tests.scripted import ScriptedProvider
from tests.vendors import NoKeys, Vendor, a_set_clock


async def test_a_full_minute_at_a_vendor_does_not_last_until_the_clock_has_caught_up(tmp_path: Path) -> None:
    one = Vendor("one", settings=NoKeys, facts="requests_per_minute = 2")
    with a_set_clock() as time:
        async with a_house(tmp_path, one) as house:
            for _number in range(2):
                await house.end((await house.ask(model="one:cheap")).id)
            time.move(hours=-1)
            later = await house.ask(model="one:cheap")
            assert (await house.end(later.id)).status == "succeeded"


async def test_requests_of_a_key_that_came_before_count_no_hour(tmp_path: Path) -> None:
    with a_set_clock() as time:
        async with a_house(tmp_path) as house:
            robot = Viewer(house.owner.user_id, "Robot", "owner", key_id="key_1", key_per_minute=1)
            await generation.request(house.studio.runtime, robot, picture())
            with pytest.raises(PhotoplayError, match="requests a minute"):
                await generation.request(house.studio.runtime, robot, picture())
            time.move(hours=-1)
            await generation.request(house.studio.runtime, robot, picture())


async def test_a_vendor_that_rests_is_tried_again_when_the_clock_was_set_back(tmp_path: Path) -> None:
    one = Moody("one")
    with a_set_clock() as time:
        async with a_house(tmp_path, one, **SETTINGS) as house:
            asked = [(await house.ask(model="one:cheap")).id]
            await house.until(asked[0], lambda view: len(view.orders) == 1 and view.orders[0].code is not None)
            time.move(seconds=5)
            house.studio.runtime.wakes.wake(asked[0])
            await house.until(asked[0], lambda view: len(view.orders) == 2 and view.orders[1].code is not None)
            one.is_away = False
            time.move(days=-1)
            assert await house.studio.runtime.db.read(generation.resting) == {}
            house.studio.runtime.wakes.wake(asked[0])
            asked.append((await house.ask(model="one:cheap")).id)
            assert [(await house.end(each)).status for each in asked] == ["succeeded", "succeeded"]


@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
async def test_an_open_order_ends_once_whatever_the_clock_does(tmp_path: Path, hours: float) -> None:
    is_ready: list[bool] = []

    def _check(order: Order) -> Waiting | None:
        return None if is_ready else Waiting(progress=5)

    provider = ScriptedProvider(on_check=_check)
    with a_set_clock() as time:
        async with a_house(tmp_path, provider) as house:
            mara = await house.member(granted=100)
            asked = await house.ask(mara, model="scripted:paid")
            await house.until(asked.id, lambda view: view.progress == 5, mara)
            time.move(hours=hours)
            is_ready.append(True)
            house.studio.runtime.wakes.wake(asked.id)
            ended = await house.end(asked.id, mara)
            assert (ended.status, str(ended.cost_usd), ended.price_credits) == ("succeeded", "0.040000", 4)
            assert len(provider.submitted) == 1
            assert await house.studio.runtime.db.read(credits.audit) == []
