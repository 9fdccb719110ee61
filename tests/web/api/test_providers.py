"""Vendors over the API: how they are, for all; accounts there, for the owner; keys go in and never come out."""

from pathlib import Path

import pytest

from photoplay.core.settings import Settings
from photoplay.providers import NotConfigured
from photoplay.providers.custom_cog import provider as cog
from photoplay.providers.openai import provider as openai
from tests.scripted import ScriptedProvider
from tests.vendors import FIRST_KEY, SECOND_KEY, Vendor
from tests.web.served import Served, a_served_house

PROVIDERS, ADMIN = "/api/v1/providers", "/api/v1/admin/providers"
ACCOUNTS = f"{ADMIN}/one/accounts"
WANTED = {"title": "Studio", "settings": {"api_key": FIRST_KEY}, "in_flight": 3}


async def _state(served: Served, name: str = "one") -> dict[str, object]:
    listed = (await served.owner.call("GET", PROVIDERS)).json["items"]
    found: dict[str, object] = next(one for one in listed if one["name"] == name)
    return found


async def test_a_vendor_without_a_key_says_what_to_do_and_is_ready_once_it_has_one(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one"),)) as served:
        before = await _state(served)
        assert (before["state"], before["title"]) == ("no_key", "One")
        assert "set SCRIPTED_VENDOR_KEY" in str(before["needs_key_for"])
        assert "photoplay serve --sandbox" in str(before["needs_key_for"])
        assert (await served.owner.call("POST", ACCOUNTS, WANTED)).status == 201
        after = await _state(served)
        assert (after["state"], after["needs_key_for"], after["models"]) == ("ready", None, ["one:cheap", "one:dear"])
        assert after["accounts"] is None


async def test_a_key_is_in_no_answer_no_event_and_not_in_clear_in_the_folder(tmp_path: Path) -> None:
    said: list[bytes] = []
    async with a_served_house(tmp_path, others=(Vendor("one"),)) as served:
        added = await served.owner.call("POST", ACCOUNTS, WANTED)
        assert added.json["keys"] == {"api_key": "aaaa"}
        path = f"{ACCOUNTS}/{added.json['id']}"
        for method, where, body in (
            ("GET", ADMIN, None),
            ("GET", f"{ADMIN}/one", None),
            ("GET", ACCOUNTS, None),
            ("PATCH", path, {"settings": {"api_key": SECOND_KEY}}),
            ("PATCH", path, {"settings": {"api_key": FIRST_KEY, "api_kee": SECOND_KEY}}),
            ("PATCH", path, {"settings": {"address": f"ftp://{SECOND_KEY}"}}),
            ("POST", f"{path}/test", {}),
            ("DELETE", path, None),
            ("GET", PROVIDERS, None),
        ):
            said.append((await served.owner.call(method, where, body)).body)
    lying = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for key in (FIRST_KEY, SECOND_KEY):
        assert key.encode() not in b"".join(said)
        assert key.encode() not in lying


async def test_an_account_is_switched_off_limited_and_given_another_key(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one"),)) as served:
        account = (await served.owner.call("POST", ACCOUNTS, WANTED)).json
        path = f"{ACCOUNTS}/{account['id']}"
        off = (await served.owner.call("PATCH", path, {"is_on": False})).json
        assert (off["is_on"], off["is_usable"], off["in_flight"], off["title"]) == (False, False, 3, "Studio")
        assert (await _state(served))["state"] == "no_key"
        change = {"is_on": True, "in_flight": None, "settings": {"api_key": SECOND_KEY}}
        on = (await served.owner.call("PATCH", path, change)).json
        assert (on["is_usable"], on["in_flight"], on["keys"]) == (True, None, {"api_key": "bbbb"})
        assert (await served.owner.call("DELETE", path)).status == 204
        assert (await served.owner.call("PATCH", path, {"is_on": True})).error["code"] == "vendor_account_not_found"
        back = (await served.owner.call("POST", f"{path}/restore")).json
        assert (back["is_usable"], back["keys"]) == (True, {"api_key": "bbbb"})
        await served.owner.call("DELETE", path)
        await served.owner.call("POST", ACCOUNTS, WANTED | {"settings": {"api_key": SECOND_KEY}})
        assert (await served.owner.call("POST", f"{path}/restore")).error["code"] == "vendor_account_invalid"


async def test_an_account_that_cannot_be_used_is_refused_by_field(tmp_path: Path) -> None:
    key = {"api_key": FIRST_KEY}
    async with a_served_house(tmp_path, others=(Vendor("one"),)) as served:
        for body, code in (
            ({"settings": {}}, "vendor_account_invalid"),
            ({"settings": {"api_key": "  "}}, "vendor_account_invalid"),
            ({"settings": {"api_key": "a\r\nX-Evil: 1"}}, "vendor_account_invalid"),
            ({"settings": {**key, "address": "file:///etc/passwd"}}, "vendor_account_invalid"),
            ({"settings": {**key, "password": "x"}}, "vendor_account_invalid"),
            ({"settings": key, "in_flight": 0}, "invalid_request"),
            ({"settings": key, "owner": "x"}, "invalid_request"),
        ):
            answer = await served.owner.call("POST", ACCOUNTS, body)
            assert (answer.status, answer.error["code"]) == (422, code), body
            assert answer.error["fields"]
        assert (await _state(served))["state"] == "no_key"


async def test_the_account_of_the_environment_is_shown_and_not_changed_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRIPTED_VENDOR_KEY", FIRST_KEY)
    async with a_served_house(tmp_path, others=(Vendor("one"),)) as served:
        accounts = (await served.owner.call("GET", ACCOUNTS)).json["items"]
        assert [(one["id"], one["source"], one["keys"]) for one in accounts] == [
            ("environment", "environment", {"api_key": "aaaa"})
        ]
        for method in ("PATCH", "DELETE"):
            answer = await served.owner.call(method, f"{ACCOUNTS}/environment", {} if method == "PATCH" else None)
            assert (answer.status, answer.error["code"]) == (409, "vendor_account_fixed")


async def test_an_account_is_tested_and_what_the_vendor_said_is_kept_without_the_key(tmp_path: Path) -> None:
    vendor = Vendor("one")
    async with a_served_house(tmp_path, others=(vendor,)) as served:
        account = (await served.owner.call("POST", ACCOUNTS, WANTED)).json
        path = f"{ACCOUNTS}/{account['id']}/test"
        works = (await served.owner.call("POST", path)).json
        assert (works["is_ok"], works["balance"], vendor.keys("test")) == (True, "812.5 credits", [FIRST_KEY])
        vendor.says = NotConfigured(f"Incorrect API key provided: {FIRST_KEY}.")
        refused = (await served.owner.call("POST", path)).json
        assert (refused["is_ok"], refused["message"]) == (False, "Incorrect API key provided: (the key).")
        shown = (await served.owner.call("GET", f"{ADMIN}/one")).json["accounts"]
        assert [one["last_test"] and one["last_test"]["is_ok"] for one in shown] == [None, False]
        health = (await _state(served))["health"]
        assert isinstance(health, dict)
        assert (health["is_ok"], health["message"]) == (False, "")


async def test_the_same_key_is_not_kept_twice(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one"),)) as served:
        assert (await served.owner.call("POST", ACCOUNTS, WANTED)).status == 201
        again = await served.owner.call("POST", ACCOUNTS, WANTED | {"title": "Another"})
        assert (again.status, again.error["message"]) == (422, 'This is here already, as "Studio".')
        other = await served.owner.call("POST", ACCOUNTS, WANTED | {"settings": {"api_key": SECOND_KEY}})
        assert other.status == 201


async def test_a_field_that_is_no_text_is_kept_and_an_empty_one_is_the_usual_again(tmp_path: Path) -> None:
    """The account of a Cog server says what a second costs."""
    async with a_served_house(tmp_path, others=(cog(Settings(data=tmp_path)),)) as served:
        accounts = f"{ADMIN}/custom-cog/accounts"
        wanted = {"settings": {"address": "http://127.0.0.1:9", "cost_per_second": "0.0005"}}
        made = await served.owner.call("POST", accounts, wanted)
        assert (made.status, made.json["settings"]["cost_per_second"]) == (201, "0.0005")
        blank = await served.owner.call("PATCH", f"{accounts}/{made.json['id']}", {"settings": {"cost_per_second": ""}})
        assert (blank.status, blank.json["settings"]["cost_per_second"]) == (200, None)


async def test_a_vendor_that_has_nothing_to_ask_for_free_says_so(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, ScriptedProvider()) as served:
        answer = await served.owner.call("POST", f"{ADMIN}/scripted/accounts/environment/test")
        assert (answer.status, answer.error["code"]) == (422, "cannot_test")


async def test_unknown_vendors_and_accounts_are_not_found(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one"),)) as served:
        for method, path, code in (
            ("GET", f"{ADMIN}/nobody", "unknown_provider"),
            ("POST", f"{ADMIN}/nobody/accounts/environment/test", "unknown_provider"),
            ("DELETE", f"{ACCOUNTS}/vnd_nothing", "vendor_account_not_found"),
        ):
            answer = await served.owner.call(method, path)
            assert (answer.status, answer.error["code"]) == (404, code)


async def test_a_member_sees_how_vendors_are_and_reaches_no_account(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one"),)) as served:
        account = (await served.owner.call("POST", ACCOUNTS, WANTED)).json
        mara = await served.program(await served.house.member())
        listed = await mara.call("GET", PROVIDERS)
        assert listed.status == 200
        assert b"aaaa" not in listed.body
        path = f"{ACCOUNTS}/{account['id']}"
        for method, where, body in (
            ("GET", ADMIN, None),
            ("GET", f"{ADMIN}/one", None),
            ("GET", ACCOUNTS, None),
            ("POST", ACCOUNTS, WANTED),
            ("PATCH", path, {"is_on": False}),
            ("DELETE", path, None),
            ("POST", f"{path}/test", None),
        ):
            answer = await mara.call(method, where, body)
            assert (answer.status, answer.error["code"]) == (403, "owner_only")
            assert (await served.stranger.call(method, where, body)).status == 401


async def test_beside_the_sandbox_every_vendor_is_ready_and_real_keys_are_refused(tmp_path: Path) -> None:
    vendor = Vendor("one")
    async with a_served_house(tmp_path, others=(vendor,), sandbox="http://127.0.0.1:9/") as served:
        assert (await _state(served))["state"] == "ready"
        answer = await served.owner.call("POST", ACCOUNTS, WANTED)
        assert (answer.status, answer.error["code"]) == (409, "real_key_refused")
        assert "Start it without --sandbox" in answer.error["message"]
        made = (await served.owner.call("POST", "/api/v1/generations?wait=20", _picture())).json
        assert (made["status"], vendor.keys("submit")) == ("succeeded", ["sandbox"])
        shown = (await served.owner.call("GET", ACCOUNTS)).json["items"]
        assert [one["settings"]["address"] for one in shown] == ["http://127.0.0.1:9/vendor"]


def _picture() -> dict[str, object]:
    return {"operation": "text-to-image", "model": "one:cheap", "params": {"prompt": "calm ocean"}}


async def test_a_limit_of_tokens_is_for_vendors_that_bill_them(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one"),)) as served:
        refused = await served.owner.call("POST", ACCOUNTS, WANTED | {"tokens_per_minute": 90_000})
        assert (refused.status, refused.error["fields"]) == (
            422,
            {"tokens_per_minute": "One does not bill by tokens."},
        )
        kept = await served.owner.call("POST", ACCOUNTS, WANTED)
        path = f"{ACCOUNTS}/{kept.json['id']}"
        assert (await served.owner.call("PATCH", path, {"tokens_per_minute": 5})).status == 422
        assert (await served.owner.call("PATCH", path, {"tokens_per_minute": None})).status == 200
    async with a_served_house(tmp_path, others=(openai(Settings(data=tmp_path)),)) as served:
        accounts = f"{ADMIN}/openai/accounts"
        wanted = {"settings": {"api_key": FIRST_KEY, "organization": "org-photo"}, "tokens_per_minute": 90_000}
        added = (await served.owner.call("POST", accounts, wanted)).json
        assert (added["tokens_per_minute"], added["settings"]["organization"]) == (90_000, "org-photo")
        assert [(await _state(served, name))["counts_tokens"] for name in ("openai", "scripted")] == [True, False]
        page = (await (await served.browser(served.house.owner)).get("/settings/providers/openai")).body.decode()
        assert "Tokens a minute" in page
        assert "90,000 tokens a minute" in page
        for wrong in ("org with spaces", "org\r\nX-Evil: 1"):
            answer = await served.owner.call(
                "POST", accounts, {"settings": {"api_key": SECOND_KEY, "organization": wrong}}
            )
            assert answer.status == 422
