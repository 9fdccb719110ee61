"""Who may come in: asked once for a crowd, and never from what was read before a change."""

import asyncio
from pathlib import Path

from photoplay.accounts import create_key, revoke_key
from photoplay.accounts.errors import NotSignedIn
from tests.factories import House, a_house
from tests.scripted import ScriptedProvider


async def _key(house: House) -> tuple[str, str]:
    view, secret = await house.studio.runtime.db.write(
        lambda session: create_key(session, house.owner.user_id, "a program")
    )
    return view.id, secret


async def test_a_crowd_with_one_key_is_let_in(tmp_path: Path) -> None:
    async with a_house(tmp_path, ScriptedProvider()) as house:
        _key_id, secret = await _key(house)
        viewers = await asyncio.gather(*(house.studio.doorkeeper.by_key(secret) for _ in range(20)))
        assert {viewer.user_id for viewer in viewers} == {house.owner.user_id}


async def test_a_crowd_with_a_wrong_key_is_refused_one_and_all(tmp_path: Path) -> None:
    async with a_house(tmp_path, ScriptedProvider()) as house:
        asking = (house.studio.doorkeeper.by_key("pp_wrong") for _ in range(5))
        answers = await asyncio.gather(*asking, return_exceptions=True)
        assert all(isinstance(answer, NotSignedIn) for answer in answers)


async def test_who_comes_after_a_key_was_revoked_is_not_let_in_by_what_was_read_before(tmp_path: Path) -> None:
    async with a_house(tmp_path, ScriptedProvider()) as house:
        doorkeeper, db = house.studio.doorkeeper, house.studio.runtime.db
        key_id, secret = await _key(house)
        before = asyncio.ensure_future(doorkeeper.by_key(secret))
        await asyncio.sleep(0)
        await db.write(lambda session: revoke_key(session, house.owner.user_id, key_id))
        doorkeeper.recheck(house.owner.user_id)
        answer = (await asyncio.gather(doorkeeper.by_key(secret), return_exceptions=True))[0]
        assert isinstance(answer, NotSignedIn)
        await asyncio.gather(before, return_exceptions=True)
        again = (await asyncio.gather(doorkeeper.by_key(secret), return_exceptions=True))[0]
        assert isinstance(again, NotSignedIn)
