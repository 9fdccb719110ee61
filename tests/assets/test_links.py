"""Public links to media: good until the end of tomorrow, for one file, and taken back by their owner."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from photoplay import accounts
from photoplay.assets import LinkExpired, Links, NoSuchRendition
from photoplay.core import clock
from tests.scripted import ScriptedProvider
from tests.web.served import Served, a_served_house

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PATH = "/media/ast_1/original-01234567.png"


def _parts(link: str) -> tuple[int, str]:
    until, _, signature = link.partition("?until=")[2].partition("&signature=")
    return int(until), signature


def test_a_link_is_the_same_all_day_and_ends_a_day_after_midnight() -> None:
    links = Links("secret")
    with clock.set_clock(lambda: NOON):
        first = links.sign(PATH, epoch=1)
    with clock.set_clock(lambda: NOON + timedelta(hours=11, minutes=59)):
        assert links.sign(PATH, epoch=1) == first
    assert datetime.fromtimestamp(_parts(first)[0], UTC) == datetime(2026, 11, 23, tzinfo=UTC)
    with clock.set_clock(lambda: NOON + timedelta(hours=12)):
        assert links.sign(PATH, epoch=1) != first


def test_a_link_opens_one_file_until_its_end_and_no_other() -> None:
    links, other = Links("secret"), Links("another secret")
    with clock.set_clock(lambda: NOON):
        until, signature = _parts(links.sign(PATH, epoch=1))
        links.check(PATH, until=until, signature=signature, epoch=1)
        for signer, path, end, mark, epoch in (
            (links, PATH.replace("ast_1", "ast_2"), until, signature, 1),
            (links, PATH, until + 1, signature, 1),
            (links, PATH, until, signature[:-1] + ("0" if signature[-1] != "0" else "1"), 1),
            (links, PATH, until, "", 1),
            (links, PATH, until, "é", 1),
            (links, PATH, until, signature, 2),
            (other, PATH, until, signature, 1),
        ):
            with pytest.raises(NoSuchRendition):
                signer.check(path, until=end, signature=mark, epoch=epoch)
    with clock.set_clock(lambda: datetime(2026, 11, 23, tzinfo=UTC)), pytest.raises(LinkExpired):
        links.check(PATH, until=until, signature=signature, epoch=1)


async def test_a_link_over_http_and_its_end(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, ScriptedProvider(), public_url="https://studio.example") as served:
        made = await served.owner.make()
        asset = made["assets"][0]
        path = await _link(served, asset)
        got = await served.stranger.get(path)
        assert (got.status, len(got.body)) == (200, asset["size_bytes"])
        assert (await served.stranger.get(path, headers={"Range": "bytes=0-3"})).status == 206
        wrong = (
            path[:-1] + ("0" if path[-1] != "0" else "1"),
            path.replace("until=", "until=1"),
            path.replace("until=", "until=x"),
            path.replace(asset["id"], "ast_nothing"),
            path.replace(".png", ".jpg"),
            path.partition("?")[0] + "?signature=" + path.rpartition("=")[2],
        )
        for one in wrong:
            assert (await served.stranger.get(one)).status == 404, one
        assert (await served.stranger.get(asset["files"]["original"])).status == 401
        later = clock.now() + timedelta(days=3)
        with clock.set_clock(lambda: later):
            late = await served.stranger.get(path)
        assert (late.status, late.error["code"]) == (410, "link_expired")


async def test_shutting_a_user_out_takes_their_links_back_and_nobody_elses(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, ScriptedProvider(), public_url="https://studio.example") as served:
        owners = await _link(served, (await served.owner.make())["assets"][0])
        mara = await served.program(await served.house.member("Mara", granted=100))
        maras = await _link(served, (await mara.make())["assets"][0])
        assert [(await served.stranger.get(path)).status for path in (owners, maras)] == [200, 200]
        db = served.house.studio.runtime.db
        await db.write(lambda session: accounts.disable_user(session, "Mara"))
        assert [(await served.stranger.get(path)).status for path in (owners, maras)] == [200, 404]


async def _link(served: Served, asset: dict[str, str]) -> str:
    link = served.house.studio.runtime.public.link(asset["id"], "original", asset["sha256"], asset["mime"], epoch=1)
    assert link is not None
    return link.removeprefix("https://studio.example")
