"""A disk with no room: nothing is ordered that could not be kept."""

import shutil
from pathlib import Path

from photoplay import generation
from tests.factories import a_house
from tests.scripted import ScriptedProvider


async def test_an_order_waits_for_room_on_the_disk_and_is_given_once_there_is_some(tmp_path: Path) -> None:
    provider = ScriptedProvider()
    async with a_house(tmp_path, provider, least_free_mb=10**9) as house:
        asked = await house.ask(model="scripted:paid")
        waiting = await house.until(asked.id, lambda view: view.word.startswith("The disk is full"))
        assert (waiting.status, provider.submitted) == ("running", [])
        cancelled = await house.ask(model="scripted:paid")
        await house.until(cancelled.id, lambda view: bool(view.word))
        await generation.cancel(house.studio.runtime, house.owner, cancelled.id)
        await house.until(cancelled.id, lambda view: view.status == "cancelled")
    async with a_house(tmp_path, provider) as house:
        made = await house.until(asked.id, lambda view: view.status == "succeeded")
        assert (len(provider.submitted), len(made.assets)) == (1, 1)


async def test_a_folder_of_files_on_their_way_that_somebody_deleted_holds_nothing_up(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        shutil.rmtree(house.studio.runtime.settings.spool)
        asked = await house.ask()
        assert (await house.end(asked.id)).status == "succeeded"
