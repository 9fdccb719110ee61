"""API keys over HTTP: shown once, gone at once."""

from pathlib import Path

from tests.web.served import Caller, a_served_house


async def test_a_key_is_shown_once_and_works_until_it_is_revoked(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        made = (await served.owner.call("POST", "/api/v1/keys", {"name": "A robot"})).json
        assert made["secret"].startswith("pp_")
        robot = Caller(served.http, served.url, {"Authorization": f"Bearer {made['secret']}"})
        assert (await robot.get("/api/v1/account")).status == 200
        listed = await served.owner.get("/api/v1/keys")
        assert made["key"] in listed.json["items"]
        assert made["secret"].encode() not in listed.body
        assert (await served.owner.call("DELETE", f"/api/v1/keys/{made['key']['id']}")).status == 204
        refused = await robot.get("/api/v1/account")
        assert (refused.status, refused.error["code"]) == (401, "not_signed_in")
        assert made["key"]["id"] not in [key["id"] for key in (await served.owner.get("/api/v1/keys")).json["items"]]


async def test_keys_of_nobody_open_nothing(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        for header in ("Bearer pp_nobody", "Bearer ", "Bearer", "Basic b3duZXI6", "pp_nobody"):
            caller = Caller(served.http, served.url, {"Authorization": header})
            assert (await caller.get("/api/v1/account")).status == 401, header
