"""Between the first request that a start takes and the engine's being there: what is ordered then is lost by nobody."""

from pathlib import Path

from photoplay.bootstrap import ensure_owner, open_studio
from tests.factories import House, furnish, settings_for
from tests.scripted import ScriptedProvider


async def test_an_order_from_before_the_engine_is_there_is_taken_and_made_as_soon_as_it_is(tmp_path: Path) -> None:
    settings, provider = settings_for(tmp_path, stop_seconds=5), ScriptedProvider()
    await furnish(settings)
    studio = await open_studio(settings, providers=(provider,))
    house = House(studio, await ensure_owner(studio.runtime.db, settings), provider)
    await studio.take_orders()
    assert studio.is_ready
    ordered = await house.ask()
    assert ordered.status == "queued"
    await studio.begin_work()
    assert (await house.end(ordered.id)).status == "succeeded"
    await studio.stop()


async def test_a_studio_that_ends_before_the_engine_is_there_keeps_what_was_ordered(tmp_path: Path) -> None:
    settings, provider = settings_for(tmp_path, stop_seconds=5), ScriptedProvider()
    await furnish(settings)
    studio = await open_studio(settings, providers=(provider,))
    house = House(studio, await ensure_owner(studio.runtime.db, settings), provider)
    await studio.take_orders()
    ordered = await house.ask()
    await studio.stop()
    again = await open_studio(settings, providers=(provider,))
    await again.start()
    house = House(again, house.owner, provider)
    assert (await house.end(ordered.id)).status == "succeeded"
    await again.stop()
