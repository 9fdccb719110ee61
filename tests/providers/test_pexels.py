"""Pexels against its simulator: photographs and clips are found and credited, cost nothing, and are never marked as made."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from photoplay import assets
from photoplay.media import sniff
from photoplay.providers import Absent, Invalid, NotConfigured, RemoteFile, Throttled, Unavailable
from photoplay.providers.pexels import PexelsProvider
from photoplay.web.pages.asset_words import noted_provenance, read_provenance
from tests.factories import a_house
from tests.sandboxed import a_sandbox

VENDOR = "pexels"
PHOTO = {"prompt": "mountain lake", "aspect": "9:16", "pick": 1, "color": "blue", "locale": "en-US"}
CLIP = {"prompt": "waves", "aspect": None, "size": "720p", "pick": 2}


async def test_a_photograph_comes_with_its_photographer_and_its_licence(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        pexels = PexelsProvider()
        order = sandbox.order(pexels, "pexels:photos", "stock-image", **PHOTO)
        delivery = await sandbox.deliver(pexels, order)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "image/jpeg"
        assert (delivery.billed_usd, sandbox.bill(VENDOR)) == (Decimal(0), [])
        assert str(delivery.metadata["photographer"]).startswith("Photographer")
        assert str(delivery.metadata["page"]).startswith("https://www.pexels.com/photo/")
        assert delivery.metadata["licence"] == "Pexels License"
        again = await sandbox.deliver(pexels, order)
        assert again == delivery


async def test_a_clip_has_the_lines_that_were_asked_for(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        pexels = PexelsProvider()
        order = sandbox.order(pexels, "pexels:videos", "stock-video", **CLIP)
        delivery = await sandbox.deliver(pexels, order)
        assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == "video/mp4"
        file = delivery.files[0]
        assert isinstance(file, RemoteFile)
        assert "1280x720" in file.url


@pytest.mark.parametrize(
    ("words", "pick", "says"),
    [("nothing", 1, "no photographs for these words"), ("rare", 3, "only 2 photographs .* no number 3")],
)
async def test_words_that_find_too_little_are_told_so(words: str, pick: int, says: str, tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        pexels = PexelsProvider()
        order = sandbox.order(pexels, "pexels:photos", "stock-image", prompt=words, pick=pick)
        with pytest.raises(Invalid, match=says):
            await pexels.submit(order, sandbox.http)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("throttled", Throttled),
        ("bad-key", NotConfigured),
        ("never-arrived", Unavailable),
        ("server-error", Unavailable),
    ],
)
async def test_any_fault_proves_that_nothing_was_taken(fault: Any, error: type[Exception], tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        pexels = PexelsProvider()
        order = sandbox.order(pexels, "pexels:photos", "stock-image", **PHOTO)
        sandbox.fault(VENDOR, fault)
        with pytest.raises(error):
            await pexels.submit(order, sandbox.http)
        assert await pexels.find(order, sandbox.http) == Absent()


async def test_the_key_is_tested_and_tells_how_many_searches_are_left(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        pexels = PexelsProvider()
        assert (
            await pexels.test(pexels.settings.at_sandbox(sandbox.url), sandbox.http)
        ).balance == "19,999 searches left"


async def test_a_photograph_is_kept_as_it_came_and_not_marked_as_made_by_a_machine(tmp_path: Path) -> None:
    async with (
        a_sandbox(tmp_path / "vendors") as sandbox,
        a_house(tmp_path / "house", others=(PexelsProvider(),), sandbox=sandbox.url) as house,
    ):
        params = {"prompt": "mountain lake"}
        ended = await house.end((await house.ask(model="pexels:photos", operation="stock-image", params=params)).id)
        assert (ended.status, ended.error, ended.cost_usd) == ("succeeded", None, Decimal(0))
        asset = ended.assets[0]
        assert asset.credentials == {"state": "found"}
        report = await house.studio.finisher.verify(asset)
        assert (report.state, report.source) == ("none", None)
        owner, rows = house.owner.user_id, house.studio.runtime.db
        recipe = await rows.read(lambda session: assets.recipe_of(session, owner, asset.id))
        assert recipe.facts["licence"] == "Pexels License"
        assert read_provenance(asset, report).badge == noted_provenance(asset).badge == ""
