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


async def test_a_key_with_a_limit_cannot_lift_it_by_itself(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        slow = (await served.owner.call("POST", "/api/v1/keys", {"name": "Slow", "requests_per_minute": 1})).json
        poor = (await served.owner.call("POST", "/api/v1/keys", {"name": "Poor"})).json
        budget = {"scope": "key", "subject_id": poor["key"]["id"], "period": "month", "amount_usd": "1"}
        kept = (await served.owner.call("POST", "/api/v1/account/budgets", budget)).json["id"]
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for made in (slow, poor):
            headers = {"Authorization": f"Bearer {made['secret']}"}
            robot = Caller(served.http, served.url, headers)
            tries = (
                await robot.call("POST", "/api/v1/keys", {"name": "Wider"}),
                await robot.call("POST", "/api/v1/account/budgets", budget | {"amount_usd": "1000"}),
                await robot.call("DELETE", f"/api/v1/account/budgets/{kept}"),
                await robot.call("POST", "/api/v1/admin/users", {"name": "Mara"}),
                await robot.call("POST", f"/api/v1/admin/users/{served.house.owner.user_id}/link"),
                await robot.call("POST", "/settings/keys", data=b"name=Wider", headers=form),
                await robot.call("POST", f"/settings/budgets/{kept}/drop", data=b"", headers=form),
                await robot.call("POST", "/settings/signing-in", data=b"new=a+long+password", headers=form),
            )
            assert [(one.status, one.error["code"]) for one in tries] == [(403, "limited_key")] * len(tries)
