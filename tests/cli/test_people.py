"""Users and keys from the command line, also while the studio runs."""

from pathlib import Path

import pytest

from tests.cli.program import photoplay
from tests.web.served import Caller, a_served_house

pytestmark = pytest.mark.slow


async def test_a_member_is_added_signs_in_and_is_shut_out(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        added = await photoplay("users", "add", "Mara", "--plan", "pro", "--credits", "25", data=tmp_path)
        assert added.out.startswith(f"{served.url}/sign-in?token=")
        entered = await served.stranger.get(added.out.strip().removeprefix(served.url))
        cookie = entered.headers["Set-Cookie"].partition(";")[0]
        mara = Caller(served.http, served.url, {"Cookie": cookie})
        assert (await mara.get("/api/v1/account")).json["metered"] is True
        assert (await photoplay("users", "list", data=tmp_path)).out == "Owner  owner\nMara  member  pro  25 credits\n"
        await photoplay("users", "disable", "Mara", data=tmp_path)
        assert "Mara  member  pro  25 credits  disabled" in (await photoplay("users", "list", data=tmp_path)).out
        assert (await mara.get("/api/v1/account")).status == 401
        await photoplay("users", "enable", "Mara", data=tmp_path)
        again = await photoplay("users", "link", "Mara", data=tmp_path)
        assert (await served.stranger.get(again.out.strip().removeprefix(served.url))).status == 303


async def test_a_member_gets_credits_and_a_plan_and_the_sums_agree(tmp_path: Path) -> None:
    await photoplay("users", "add", "Mara", data=tmp_path)
    assert (await photoplay("users", "grant", "Mara", "25", data=tmp_path)).out == "Mara has 25 credits.\n"
    assert (await photoplay("users", "plan", "Mara", "gold", data=tmp_path)).err.startswith('There is no plan "gold".')
    assert (await photoplay("check", data=tmp_path)).out == "Every account has what its ledger adds up to.\n"


async def test_unknown_and_taken_names_are_said(tmp_path: Path) -> None:
    for words, says in (
        (("users", "add", "Owner"), 'There is a user "Owner" already.'),
        (("users", "disable", "Nobody"), 'There is no user "Nobody".'),
        (("users", "link", "Nobody"), 'There is no user "Nobody".'),
        (("keys", "revoke", "key_nothing"), "There is no such key of yours."),
    ):
        said = await photoplay(*words, data=tmp_path)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith(says)


async def test_a_key_is_printed_once_and_revoked(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        secret = (await photoplay("keys", "create", "A robot", data=tmp_path)).out.strip()
        robot = Caller(served.http, served.url, {"Authorization": f"Bearer {secret}"})
        assert (await robot.get("/api/v1/account")).status == 200
        listed = (await photoplay("keys", "list", data=tmp_path)).out
        line = next(line for line in listed.splitlines() if line.endswith("A robot"))
        assert secret not in listed
        revoked = await photoplay("keys", "revoke", line.split()[0], data=tmp_path)
        assert (revoked.code, revoked.out) == (0, "The key works no more.\n")
        assert (await robot.get("/api/v1/account")).status == 401
