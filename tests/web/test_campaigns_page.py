"""Campaigns as pages: added, charged from Create, held to a budget set in place, filed in the library, archived."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.web.browsing import Watch, axe_violations
from tests.web.conftest import OpenPage
from tests.web.served import Answer, Caller, a_served_house
from tests.web.test_offers_pages import FORM, shown, words


async def sent(caller: Caller, path: str, **fields: str) -> Answer:
    return await caller.call("POST", path, data=urlencode(fields).encode(), headers=FORM)


async def test_a_campaign_lives_by_forms_and_only_for_its_owner(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        owner = await served.browser(served.house.owner)
        mara = await served.browser(await served.house.member("Mara", granted=100))
        assert "Your first campaign" in await shown(owner, "/campaigns")
        assert "Campaign None" not in await shown(owner, "/create")
        here = (await sent(owner, "/campaigns", name="Summer", client="Acme")).headers["Location"]
        for name, client, said in (
            ("Summer", "Acme", 'You have a campaign "Summer" for Acme already.'),
            ("", "Acme", "A name of at most 120 characters"),
            ("Winter", "", "A name of at most 120 characters"),
        ):
            wrong = await sent(owner, "/campaigns", name=name, client=client)
            assert (wrong.status, said in words(wrong)) == (422, True)
        assert [one["name"] for one in (await served.owner.get("/api/v1/clients")).json["items"]] == ["Acme"]
        wrong = await sent(owner, f"{here}/budgets", amount="much", period="month")
        assert (wrong.status, 'value="much"' in wrong.body.decode()) == (422, True)
        await sent(owner, f"{here}/budgets", amount="$0.05", period="month")
        campaign_id = here.rpartition("/")[2]
        await served.owner.make(model="scripted:paid", campaign_id=campaign_id)
        assert "$0.04 spent, $0.01 of $0.05 left this month" in await shown(owner, "/campaigns")
        assert "Paid 1 $0.00 $0.04" in await shown(owner, f"{here}?month=")
        asset = (await served.owner.get("/api/v1/assets")).json["items"][0]
        assert "Charged to Summer , Acme" in await shown(owner, f"/library/{asset['id']}?campaign={campaign_id}")
        assert "Campaign Summer , Acme" in await shown(owner, f"/receipts/{asset['generation_id']}")
        again = (await owner.get(f"/create?from={asset['id']}", headers={"Accept": "text/html"})).body.decode()
        assert f'<option value="{campaign_id}" selected>Summer</option>' in again
        budget = (await served.owner.get("/api/v1/account")).json["budgets"][0]["id"]
        for path in (f"{here}/archive", f"{here}/drop", f"{here}/budgets", f"{here}/budgets/{budget}/drop", here):
            refused = await sent(mara, path, name="Mine", archived="true", amount="5", period="month")
            assert refused.status == 404, path
        assert (await mara.get(here, headers={"Accept": "text/html"})).status == 404
        assert "Summer" not in await shown(mara, "/campaigns")
        assert (await sent(owner, f"{here}/drop")).status == 409
        await sent(owner, here, name="Summer 2027", notes="Stills")
        await sent(owner, f"{here}/archive", archived="true")
        assert "This campaign is archived." in await shown(owner, here)
        assert "Summer 2027" not in await shown(owner, "/create")
        client = (await served.owner.get("/api/v1/clients")).json["items"][0]["id"]
        assert "Images 1 $0.00 $0.04" in await shown(owner, f"/campaigns/{client}")


@pytest.mark.browser
def test_a_campaign_is_chosen_in_create_remembered_and_filtered_by(open_page: OpenPage, watch: Watch) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, color_scheme="light")
    page.goto("/campaigns")
    assert axe_violations(page) == []
    page.get_by_label("Name").fill("Harbour festival")
    page.get_by_label("Client").fill("Port of Kiel")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Harbour festival")).to_be_visible()
    page.get_by_label("At most").fill("5")
    page.get_by_role("button", name="Set the budget").click()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Delete: A month").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("$5.00 left")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/create?kind=image&canvas=off")
    page.get_by_label("Campaign").select_option("Harbour festival")
    page.get_by_label("What should it show?").fill("boats with lanterns")
    with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/api/v1/generations")) as ordered:
        page.get_by_role("button", name="Generate").click()
    assert ordered.value.post_data_json["campaign_id"].startswith("cmp_")
    page.goto("/create?kind=video&canvas=off")
    expect(page.get_by_label("Campaign")).to_have_value(ordered.value.post_data_json["campaign_id"])
    assert axe_violations(page) == []
    page.get_by_label("Campaign").select_option("None")
    page.goto("/library")
    page.get_by_role("button", name="Campaign", exact=True).click()
    page.get_by_role("link", name="Port of Kiel, all").click()
    expect(page.locator("[data-chip=campaign]")).to_contain_text("Campaign: Port of Kiel")
    expect(page.locator(".grid").get_by_text("boats with lanterns").or_(page.locator(".grid a")).first).to_be_visible()
    assert axe_violations(page) == []
