"""What is made goes to the campaign that is chosen, wherever it is ordered, and can be filed under another one afterwards."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.scripted import ScriptedProvider
from tests.vendors import NoKeys, Vendor
from tests.web.served import Caller, Served, a_served_house

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


async def _campaigns(served: Served, *names: str) -> list[str]:
    client = (await served.owner.call("POST", "/api/v1/clients", {"name": "Harbour Coffee"})).json["id"]
    asked = [{"name": name, "client_id": client} for name in names]
    return [(await served.owner.call("POST", "/api/v1/campaigns", one)).json["id"] for one in asked]


async def _spent(served: Served, campaign: str) -> str:
    return str((await served.owner.get(f"/api/v1/campaigns/{campaign}/spend")).json["spent_usd"])


async def _listed(served: Served, campaign: str) -> list[str]:
    return [one["id"] for one in (await served.owner.get(f"/api/v1/assets?campaign={campaign}")).json["items"]]


async def _page(browser: Caller, path: str) -> str:
    answer = await browser.get(path, headers={"Accept": "text/html"})
    assert answer.status == 200, answer.body
    return " ".join(answer.body.decode().split())


async def test_what_was_made_is_filed_elsewhere_and_its_money_stays_where_it_was_charged(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, ScriptedProvider()) as served:
        first, second = await _campaigns(served, "Summer", "Winter")
        made = await served.owner.make(model="scripted:paid", campaign_id=first)
        asset, spent = made["assets"][0]["id"], await _spent(served, first)
        path = f"/api/v1/assets/{asset}"
        filed = await served.owner.call("PATCH", path, {"campaign": second})
        assert (filed.status, filed.json["campaign"]) == (200, second)
        assert (await _listed(served, first), await _listed(served, second)) == ([], [asset])
        assert (await _spent(served, first), await _spent(served, second)) == (spent, "0.000000")
        assert (await served.owner.get(f"/api/v1/generations/{made['id']}")).json["campaign_id"] == first
        dropped = await served.owner.call("DELETE", f"/api/v1/campaigns/{second}")
        assert (dropped.status, dropped.error["code"]) == (409, "campaign_in_use")
        browser = await served.browser(served.house.owner)
        shown = await _page(browser, f"/library/{asset}")
        assert f'Charged to <a class="link" href="/campaigns/{first}">Summer</a>' in shown
        assert f'<a class="link" href="/campaigns/{second}">Winter</a>' in shown
        away = await browser.call("POST", f"/library/{asset}/campaign", data=b"campaign=", headers=FORM)
        assert (away.status, away.headers["Location"]) == (303, f"/library/{asset}#campaign")
        assert await _listed(served, second) == []
        renamed = await served.owner.call("PATCH", path, {"title": "Pier"})
        assert (renamed.json["title"], renamed.json["campaign"]) == ("Pier", None)


async def test_nothing_is_filed_under_what_is_not_there_or_somebody_elses(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        (campaign,) = await _campaigns(served, "Summer")
        mara = await served.house.member(granted=100)
        hers = (await (await served.program(mara)).make())["assets"][0]["id"]
        asset = (await served.owner.make())["assets"][0]["id"]
        unknown = await served.owner.call("PATCH", f"/api/v1/assets/{asset}", {"campaign": "cam_none"})
        assert (unknown.status, unknown.error["code"]) == (404, "campaign_not_found")
        foreign = await (await served.program(mara)).call("PATCH", f"/api/v1/assets/{hers}", {"campaign": campaign})
        assert (foreign.status, foreign.error["code"]) == (404, "campaign_not_found")
        theirs = await served.owner.call("PATCH", f"/api/v1/assets/{hers}", {"campaign": campaign})
        assert theirs.status == 404
        browser = await served.browser(served.house.owner)
        page = await browser.call("POST", f"/library/{hers}/campaign", data=b"campaign=", headers=FORM)
        assert page.status == 404


async def test_many_are_filed_at_once_and_what_is_not_ones_own_stays_where_it_was(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        first, second = await _campaigns(served, "Summer", "Winter")
        mara = await served.program(await served.house.member(granted=100))
        hers = (await mara.make())["assets"][0]["id"]
        ids = [(await served.owner.make(campaign_id=campaign))["assets"][0]["id"] for campaign in (first, second, None)]
        gone = (await served.owner.make())["assets"][0]["id"]
        await served.owner.call("DELETE", f"/api/v1/assets/{gone}")

        async def file(campaign: str | None, caller: Caller = served.owner) -> Any:
            body = {"action": "file", "ids": [*ids, hers, gone, "ast_nothing"], "campaign": campaign}
            return await caller.call("POST", "/api/v1/assets/bulk", body)

        assert set((await file(second)).json["ids"]) == {ids[0], ids[2]}
        assert (await _listed(served, first), sorted(await _listed(served, second))) == ([], sorted(ids))
        assert (await file(second)).json["ids"] == []
        assert [
            (await caller.get(f"/api/v1/assets/{one}")).json["campaign"]
            for caller, one in ((mara, hers), (served.owner, gone))
        ] == [None, None]
        unknown, foreign = await file("cmp_none"), await file(first, mara)
        assert [(answer.status, answer.error["code"]) for answer in (unknown, foreign)] == [
            (404, "campaign_not_found")
        ] * 2
        assert sorted((await file(None)).json["ids"]) == sorted(ids)
        assert await _listed(served, second) == []


async def test_filing_many_says_which_campaign(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        for body in (
            {"action": "file", "ids": ["ast_one"]},
            {"action": "delete", "ids": ["ast_one"], "campaign": None},
            {"action": "burn", "ids": ["ast_one"]},
        ):
            assert (await served.owner.call("POST", "/api/v1/assets/bulk", body)).status == 422


async def test_compare_and_try_it_on_charge_the_campaign(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one", settings=NoKeys),)) as served:
        (campaign,) = await _campaigns(served, "Summer")
        browser = await served.browser(served.house.owner)
        form: dict[str, Any] = {"operation": "text-to-image", "prompt": "a pier", "campaign": campaign}
        asked = urlencode([*form.items(), ("models", "one:cheap"), ("models", "one:dear")]).encode()
        taken = await browser.call("POST", "/compare", data=asked, headers=FORM)
        assert taken.status == 303, taken.body
        batch = taken.headers["Location"].partition("batch=")[2]
        items = (await served.owner.get(f"/api/v1/batches/{batch}")).json["items"]
        assert {one["campaign_id"] for one in items} == {campaign}
        for one in items:
            await served.house.end(one["id"])
        asset = (await served.owner.get("/api/v1/assets")).json["items"][0]["id"]
        assert f'<option value="{campaign}" selected>Summer</option>' in await _page(browser, f"/compare?from={asset}")
        tried = await _page(browser, f"/library/{asset}/try")
        assert f'"campaign_id": "{campaign}"' in tried
