"""What is made of an asset after it is there."""

import asyncio
from pathlib import Path

from photoplay import assets
from tests.factories import PATIENCE_SECONDS, House, a_house
from tests.scripted import ScriptedProvider


class BusyProvider(ScriptedProvider):
    """A provider that says it renders on this machine."""

    quiet_for = 0.0

    def quiet_seconds(self) -> float:
        """As the test wants it."""
        return self.quiet_for


async def test_what_takes_long_waits_until_the_machine_is_quiet(tmp_path: Path) -> None:
    provider = BusyProvider()
    async with a_house(tmp_path, provider) as house:
        made = await house.end((await house.ask()).id)
        asset = made.assets[0].id
        assert "avif" not in await _files_once(house, asset, "card")
        provider.quiet_for = 60.0
        house.studio.runtime.finish_soon()
        assert "avif" in await _files_once(house, asset, "avif")


async def _files_once(house: House, asset: str, role: str) -> set[str]:
    """The renditions of an asset, as soon as this one is among them."""
    owner_id = house.owner.user_id
    news = house.studio.runtime.hub.listen(owner_id)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while role not in (files := await _files(house, asset)):
                await news.next()
        return files
    finally:
        house.studio.runtime.hub.leave(owner_id, news)


async def _files(house: House, asset: str) -> set[str]:
    view = await house.studio.runtime.db.read(lambda session: assets.asset_of(session, house.owner.user_id, asset))
    return set(view.files)
