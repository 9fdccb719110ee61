"""What vendors tell of their models' ends is in the catalogue, and the owner hears of those in use."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from photoplay import events
from photoplay.bootstrap import Studio
from photoplay.catalog import ModelUnavailable
from photoplay.providers import ModelState, Unavailable
from tests.factories import House, a_house
from tests.vendors import NoKeys, Vendor, a_set_clock


async def _until(is_so: Callable[[], bool], studio: Studio) -> None:
    while not is_so():
        await studio.runtime.db.read(lambda session: None)


def _life(house: House, model: str) -> tuple[str, date | None]:
    life = house.studio.runtime.catalog.find(model).lifecycle
    return life.state, life.until


async def _told(house: House) -> list[str]:
    owner = house.owner.user_id
    found = await house.studio.runtime.db.read(lambda session: events.events_after(session, owner, 0)) or []
    return [str(one.data["message"]) for one in found if one.event == "model.ending"]


async def test_a_listed_end_and_a_missing_model_show_in_the_catalogue(tmp_path: Path) -> None:
    ends = ModelState("cheap", is_listed=True, shutdown_on=date(2027, 1, 6))
    one = Vendor("one", settings=NoKeys, states=(ends, ModelState("dear", is_listed=False)))
    async with a_house(tmp_path, one) as house:
        await _until(lambda: _life(house, "one:dear")[0] != "active", house.studio)
        assert _life(house, "one:cheap") == ("deprecated", date(2027, 1, 6))
        with pytest.raises(ModelUnavailable, match="does not list it any more"):
            house.studio.runtime.catalog.choose("one:dear", "text-to-image")


async def test_what_was_told_is_known_after_a_restart_and_asked_again_after_a_day_only(tmp_path: Path) -> None:
    one = Vendor("one", settings=NoKeys, states=(ModelState("dear", is_listed=False),))
    with a_set_clock() as time:
        for probes in (1, 1):
            async with a_house(tmp_path, one) as house:
                await _until(lambda: _life(house, "one:dear")[0] == "unavailable", house.studio)
                assert one.probes == probes
        one.states = (ModelState("dear", is_listed=True),)
        time.move(days=1, seconds=1)
        async with a_house(tmp_path, one) as house:
            await _until(lambda: one.probes == 2 and _life(house, "one:dear")[0] == "active", house.studio)


async def test_the_owner_hears_once_of_the_end_of_a_model_in_use(tmp_path: Path) -> None:
    one = Vendor("one", settings=NoKeys)
    with a_set_clock() as time:
        async with a_house(tmp_path, one) as house:
            await house.end((await house.ask(model="one:cheap")).id)
        ends = date(2027, 1, 6)
        one.states = (ModelState("cheap", is_listed=True, shutdown_on=ends), ModelState("dear", is_listed=False))
        for _day in range(2):
            time.move(days=1, seconds=1)
            async with a_house(tmp_path, one) as house:
                await _until(lambda: _life(house, "one:cheap")[1] == ends, house.studio)
                assert await _told(house) == ["One cheap ends on 2027-01-06."]


async def test_a_list_without_any_known_model_ends_none(tmp_path: Path) -> None:
    unlisted = (ModelState("cheap", is_listed=False), ModelState("dear", is_listed=False))
    one = Vendor("one", settings=NoKeys, states=unlisted)
    async with a_house(tmp_path, one) as house:
        told = await house.studio.prober.look_at("one")
        assert (told.is_ok, "none of the models that are known" in told.message) == (False, True)
        assert _life(house, "one:dear")[0] == _life(house, "one:cheap")[0] == "active"


async def test_a_vendor_that_is_away_changes_nothing(tmp_path: Path) -> None:
    class Away(Vendor):
        async def probe(self, access: object, http: object) -> tuple[ModelState, ...]:
            self.probes += 1
            raise Unavailable("Connection refused.")

    one = Away("one", settings=NoKeys)
    async with a_house(tmp_path, one) as house:
        await _until(lambda: one.probes == 1, house.studio)
        assert _life(house, "one:cheap") == ("active", None)


async def test_simulated_vendors_are_not_asked(tmp_path: Path) -> None:
    one = Vendor("one", settings=NoKeys, states=(ModelState("dear", is_listed=False),))
    async with a_house(tmp_path, one, sandbox="http://127.0.0.1:9") as house:
        await house.end((await house.ask(model="one:cheap")).id)
        assert (one.probes, _life(house, "one:dear")) == (0, ("active", None))
