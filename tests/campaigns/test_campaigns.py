"""Clients and campaigns over the API: added, renamed, archived, deleted while nothing hangs on them, and yours alone."""

from pathlib import Path
from typing import Any

from tests.web.served import PICTURE, Caller, a_served_house
from tests.web.test_offers_pages import sent, shown, to_undo

CLIENTS, CAMPAIGNS = "/api/v1/clients", "/api/v1/campaigns"
LONG = "Ü" * 120


async def _add(caller: Caller, name: str = "Summer", *, client: str = "Acme") -> Any:
    known = {one["name"]: one for one in (await caller.get(CLIENTS)).json["items"]}
    client_id = (known.get(client) or (await caller.call("POST", CLIENTS, {"name": client})).json)["id"]
    answer = await caller.call("POST", CAMPAIGNS, {"name": name, "client_id": client_id})
    assert answer.status == 201, answer.body
    return answer.json


async def test_names_are_unique_and_what_is_archived_takes_nothing_and_comes_back(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        owner = served.owner
        assert (await owner.get(CLIENTS)).json == {"items": [], "next_cursor": None}
        summer = await _add(owner, f"  {LONG} ")
        assert (summer["name"], summer["client_name"], summer["is_open"]) == (LONG, "Acme", True)
        for path, body in ((CLIENTS, {"name": "Acme"}), (CAMPAIGNS, {"name": LONG, "client_id": summer["client_id"]})):
            taken = await owner.call("POST", path, body)
            assert (taken.status, taken.error["fields"]["name"]) == (409, taken.error["message"])
        for wrong in ("", "a\nb", LONG + "x"):
            assert (await owner.call("POST", CLIENTS, {"name": wrong})).status == 422
        client, campaign = f"{CLIENTS}/{summer['client_id']}", f"{CAMPAIGNS}/{summer['id']}"
        assert (await owner.call("PATCH", client, {"archived": True})).json["archived"]
        assert (await owner.get(campaign)).json["is_open"] is False
        assert (await owner.get(CAMPAIGNS)).json["items"] == []
        assert [one["id"] for one in (await owner.get(f"{CAMPAIGNS}?archived=true")).json["items"]] == [summer["id"]]
        refused = await owner.call("POST", "/api/v1/generations", PICTURE | {"campaign_id": summer["id"]})
        assert (refused.status, refused.error["code"]) == (409, "campaign_archived")
        new = {"name": "Winter", "client_id": summer["client_id"]}
        assert (await owner.call("POST", CAMPAIGNS, new)).error["code"] == "client_archived"
        assert (await owner.call("PATCH", client, {"archived": False, "name": "Acme & Sons"})).status == 200
        assert (await owner.call("PATCH", campaign, {"name": "Summer", "notes": "Two films"})).status == 200
        told = (await owner.get(campaign)).json
        assert [told[name] for name in ("client_name", "name", "notes", "is_open")] == [
            "Acme & Sons",
            "Summer",
            "Two films",
            True,
        ]


async def test_only_what_nothing_hangs_on_is_deleted_and_its_budgets_go_with_it(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        owner = served.owner
        used, unused = await _add(owner), await _add(owner, "Winter")
        for campaign in (used, unused):
            budget = {"scope": "campaign", "subject_id": campaign["id"], "amount_usd": "5"}
            assert (await owner.call("POST", "/api/v1/account/budgets", budget)).status == 201
        await owner.make(campaign_id=used["id"])
        assert (await owner.call("DELETE", f"{CAMPAIGNS}/{used['id']}")).error["code"] == "campaign_in_use"
        assert (await owner.call("DELETE", f"{CLIENTS}/{used['client_id']}")).error["code"] == "client_in_use"
        assert (await owner.call("DELETE", f"{CAMPAIGNS}/{unused['id']}")).status == 204
        budgets = (await owner.get("/api/v1/account")).json["budgets"]
        assert [one["subject_id"] for one in budgets] == [used["id"]]
        empty = (await owner.call("POST", CLIENTS, {"name": "Nobody"})).json
        assert (await owner.call("DELETE", f"{CLIENTS}/{empty['id']}")).status == 204


async def test_the_list_of_campaigns_tells_what_was_spent_on_each(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        summer, winter = await _add(served.owner), await _add(served.owner, "Winter")
        await served.owner.make(model="scripted:paid", campaign_id=summer["id"])
        listed = {one["id"]: one for one in (await served.owner.get(CAMPAIGNS)).json["items"]}
        spent = {name: (one["spent_usd"], one["held_usd"], one["spent_credits"]) for name, one in listed.items()}
        assert spent == {summer["id"]: ("0.040000", "0.000000", None), winter["id"]: ("0.000000", "0.000000", None)}
        mara = await served.program(await served.house.member())
        theirs = await _add(mara)
        assert [one["id"] for one in (await mara.get(CAMPAIGNS)).json["items"]] == [theirs["id"]]
        assert (await mara.get(CAMPAIGNS)).json["items"][0]["spent_credits"] == 0


async def test_lists_and_the_ledger_go_by_campaign_and_client(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        owner = served.owner
        summer, winter = await _add(owner), await _add(owner, "Winter", client="=Evil()")
        made = {one["id"]: await owner.make(model="scripted:paid", campaign_id=one["id"]) for one in (summer, winter)}
        await owner.make()
        for query in (f"campaign={summer['id']}", f"client={summer['client_id']}"):
            wanted = made[summer["id"]]
            for path, expected in (("assets", wanted["assets"][0]["id"]), ("generations", wanted["id"])):
                found = (await owner.get(f"/api/v1/{path}?{query}")).json["items"]
                assert [one["id"] for one in found] == [expected]
            assert (await owner.get(f"/api/v1/assets/timeline?{query}")).json["total"] == 1
        assert (await owner.get(f"/api/v1/assets?client={summer['client_id']}&campaign={winter['id']}")).json[
            "items"
        ] == []
        assert (await owner.get("/api/v1/assets?campaign=cmp_none")).status == 404
        table = (await owner.get("/api/v1/ledger.csv")).body.decode().splitlines()
        assert table[0].endswith("campaign_id,client,campaign")
        assert sum(line.endswith(f"{summer['id']},Acme,Summer") for line in table) == 3
        assert sum(line.endswith(f"{winter['id']},'=Evil(),Winter") for line in table) == 3


async def test_a_second_user_finds_nothing_of_anothers_clients_and_campaigns(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        secret = await _add(served.owner, "Secret launch")
        mara = await served.program(await served.house.member("Mara", granted=100))
        client, campaign = f"{CLIENTS}/{secret['client_id']}", f"{CAMPAIGNS}/{secret['id']}"
        doors: list[tuple[str, str, object]] = [
            *(("GET", path, None) for path in (client, f"{client}/spend", campaign, f"{campaign}/spend")),
            *(("PATCH", path, {"name": "Mine"}) for path in (client, campaign)),
            *(("DELETE", path, None) for path in (client, campaign)),
            ("POST", CAMPAIGNS, {"name": "Mine", "client_id": secret["client_id"]}),
            ("GET", f"{CAMPAIGNS}?client={secret['client_id']}", None),
            *(("GET", f"/api/v1/{list_}?campaign={secret['id']}", None) for list_ in ("assets", "generations")),
            ("GET", f"/api/v1/assets/timeline?client={secret['client_id']}", None),
            *(
                ("POST", f"/api/v1/{door}", PICTURE | {"campaign_id": secret["id"]})
                for door in ("quotes", "generations")
            ),
            *(
                ("POST", "/api/v1/account/budgets", {"scope": scope, "subject_id": secret[key], "amount_credits": 5})
                for scope, key in (("campaign", "id"), ("client", "client_id"))
            ),
        ]
        for method, path, body in doors:
            answer = await mara.call(method, path, body)
            assert answer.status == 404, (method, path, answer)
            assert b"Secret" not in answer.body
        for path in (f"{CLIENTS}?archived=true", f"{CAMPAIGNS}?archived=true"):
            assert (await mara.get(path)).json["items"] == []
        assert (await _add(mara, "Secret launch"))["name"] == "Secret launch"
        assert (await served.owner.get(campaign)).json["name"] == "Secret launch"


async def test_the_page_of_budgets_names_campaigns_and_clients_and_brings_their_budgets_back(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        owner, here = await served.browser(served.house.owner), "/settings/budgets"
        summer = await _add(owner)
        for about in (f"campaign:{summer['id']}", f"client:{summer['client_id']}"):
            assert (await sent(owner, here, about=about, period="month", amount="50")).status == 303
        said = await shown(owner, here)
        assert ('Campaign "Summer", a month' in said, 'Client "Acme", a month' in said) == (True, True)
        assert (await sent(owner, here, about="campaign:cmp_none", period="month", amount="5")).status == 422
        budget = (await served.owner.get("/api/v1/account")).json["budgets"][0]
        path, fields = await to_undo(owner, await sent(owner, f"{here}/{budget['id']}/drop"))
        await sent(owner, path, **fields)
        scopes = [one["scope"] for one in (await served.owner.get("/api/v1/account")).json["budgets"]]
        assert sorted(scopes) == ["campaign", "client"]
