"""Accounts at vendors as they are kept: sealed, apart from the environment, replaceable."""

from pathlib import Path

import pytest

from photoplay.core.seal import Seal
from photoplay.core.settings import Settings, SettingsWrong, read_settings
from tests.factories import a_house
from tests.vendors import FIRST_KEY, SECOND_KEY, Vendor, add_account, key_in


async def test_an_account_takes_nothing_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRIPTED_VENDOR_KEY", FIRST_KEY)
    monkeypatch.setenv("ADDRESS", "https://elsewhere.example")
    async with a_house(tmp_path, others=(Vendor("one"),)) as house:
        await add_account(house, "one", SECOND_KEY)
        vendors = house.studio.runtime.vendors
        usable = await house.studio.runtime.db.read(lambda session: vendors.usable(session, "one"))
        assert [key_in(one.access) for one in usable] == [FIRST_KEY, SECOND_KEY]
        assert usable[1].access.address == "https://vendor.example"
        assert FIRST_KEY not in repr(usable) + str(usable)


async def test_without_its_secret_file_an_account_is_shown_as_unusable_and_takes_a_new_key(tmp_path: Path) -> None:
    vendor = Vendor("one")
    async with a_house(tmp_path, others=(vendor,)) as house:
        account = await add_account(house, "one", FIRST_KEY)
    (tmp_path / "vendors.key").unlink()
    async with a_house(tmp_path, others=(vendor,)) as house:
        runtime = house.studio.runtime
        vendors = runtime.vendors
        shown = await runtime.db.read(lambda session: vendors.views(session, "one"))
        assert [(one.id, one.is_usable) for one in shown] == [("environment", False), (account.id, False)]
        change = {"settings": {"api_key": SECOND_KEY}}
        mended = await runtime.db.write(lambda session: vendors.change(session, "one", account.id, change))
        assert (mended.is_usable, mended.keys) == (True, {"api_key": "bbbb"})


async def test_accounts_are_sealed_anew_under_a_new_key(tmp_path: Path) -> None:
    vendor = Vendor("one")
    async with a_house(tmp_path, others=(vendor,)) as house:
        await add_account(house, "one", FIRST_KEY)
    Seal(tmp_path / "vendors.key").add_key()
    async with a_house(tmp_path, others=(vendor,)) as house:
        runtime = house.studio.runtime
        assert await runtime.db.write(runtime.vendors.reseal) == 1
    Seal(tmp_path / "vendors.key").drop_old_keys()
    async with a_house(tmp_path, others=(vendor,)) as house:
        runtime = house.studio.runtime
        usable = await runtime.db.read(lambda session: runtime.vendors.usable(session, "one"))
        assert [key_in(one.access) for one in usable] == [FIRST_KEY]


def test_the_sandbox_is_named_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHOTOPLAY_SANDBOX", "http://127.0.0.1:8766/")
    assert Settings().sandbox == "http://127.0.0.1:8766"
    monkeypatch.setenv("PHOTOPLAY_SANDBOX", "127.0.0.1:8766")
    with pytest.raises(SettingsWrong, match="Some settings") as wrong:
        read_settings()
    assert "http://127.0.0.1:8766" in wrong.value.fields["PHOTOPLAY_SANDBOX"]
