"""Plans, prices, packages and budgets as pages: set by forms, wrong things said beside their fields, removals undone."""

import html
import re
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from photoplay import accounts, credits
from tests.web.browsing import Watch, axe_violations
from tests.web.conftest import OpenPage
from tests.web.served import Answer, Caller, a_served_house

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
PLANS, PRICING, BUDGETS = "/admin/plans", "/admin/pricing", "/settings/budgets"


async def sent(caller: Caller, path: str, **fields: str) -> Answer:
    return await caller.call("POST", path, data=urlencode(fields).encode(), headers=FORM)


async def shown(caller: Caller, path: str) -> str:
    answer = await caller.get(path, headers={"Accept": "text/html"})
    assert answer.status == 200, answer.body
    return words(answer)


def words(answer: Answer) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.body.decode()).split()))


async def to_undo(caller: Caller, answer: Answer) -> tuple[str, dict[str, str]]:
    """Where the form that undoes goes, and what it sends: read on another page of the settings than the one that answered."""
    assert answer.status == 303
    kept = answer.headers["Set-Cookie"].partition(";")[0]
    cookies = f"{caller.headers['Cookie']}; {kept}"
    page = await caller.get("/settings", headers={"Accept": "text/html", "Cookie": cookies})
    form = re.search(r'<div class="made way-back">.*?<form action="([^"]+)"(.*?)</form>', page.body.decode(), re.DOTALL)
    assert form is not None
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', form[2])
    forged = await caller.get("/settings", headers={"Accept": "text/html", "Cookie": f"{cookies}0"})
    assert "way-back" not in forged.body.decode()
    return form[1], {name: html.unescape(value) for name, value in fields if name != "csrf_token"}


async def test_a_plan_is_made_changed_deleted_and_brought_back_by_forms(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        owner, mara = await served.browser(served.house.owner), await served.house.member()
        member = await served.browser(mara)
        assert (await member.get(PLANS)).status == 403
        assert (await sent(member, f"{PLANS}/free", per_month="9")).status == 403
        plan = {"title": "Team Nörd", "per_day": "1,000", "per_minute.image": "2", "flat_credits.video": "10"}
        made = await sent(owner, PLANS, **plan)
        assert made.headers["Location"] == f"{PLANS}?saved=team-nord#plan-team-nord"
        assert "Team Nörd 1,000 a day. 2 images a minute. 10 credits each video." in await shown(owner, PLANS)
        again = await sent(owner, PLANS, **plan)
        assert (again.status, 'There is a plan "Team Nörd" already.' in words(again)) == (422, True)
        wrong = await sent(owner, f"{PLANS}/team-nord", title="", **{"per_month": "many", "per_minute.image": "-1"})
        assert wrong.status == 422
        assert words(wrong).count("A whole number up to 1,000,000, or nothing.") == 2
        assert "A name of at most 40 characters." in words(wrong)
        assert 'value="many"' in wrong.body.decode()  # what was typed stays
        await sent(owner, f"/admin/users/{mara.user_id}/plan", plan="team-nord")
        kept = await sent(owner, f"{PLANS}/team-nord/drop")
        assert (kept.status, "Put them on another plan first." in words(kept)) == (409, True)
        await sent(owner, f"/admin/users/{mara.user_id}/plan", plan="free")
        gone = await sent(owner, f"{PLANS}/team-nord/drop")
        assert "Team Nörd 1,000 a day" not in await shown(owner, PLANS)
        path, fields = await to_undo(owner, gone)
        assert (await sent(owner, path, was="{")).status == 400
        await sent(owner, path, **fields)
        assert "Team Nörd 1,000 a day. 2 images a minute. 10 credits each video." in await shown(owner, PLANS)
        assert (await sent(owner, PLANS, title="New!")).headers["Location"].endswith("#plan-plan-1")
        await sent(owner, f"{PLANS}/free", title="Free", per_month="")
        assert "Free No limit. 1 member" in await shown(owner, PLANS)
        await sent(owner, f"{PLANS}/free/drop")
        assert "Free 10 a month. 10 images, 5 videos, 10 audio files a minute. 1 member" in await shown(owner, PLANS)


async def test_prices_are_set_by_a_form_that_shows_what_they_come_to(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        owner = await served.browser(served.house.owner)
        rules = {
            "markup_percent": "50 %", "batch_discount_percent": "5", "batch_discount_most_percent": "25",
            "warn_above_credits": "80", "warn_above_usd": "$2.50", "approve_above_usd": "",
        }  # fmt: skip
        assert "5 at once $0.00 $0.00 20 credits" in await shown(owner, PRICING)
        assert (await sent(owner, PRICING, **rules)).headers["Location"] == f"{PRICING}?saved=rules"
        assert "5 at once $0.10 $0.06 24 credits" in await shown(owner, PRICING)
        now = (await served.owner.get("/api/v1/admin/pricing")).json
        assert (now["warn_above_credits"], Decimal(now["warn_above_usd"]), now["approve_above_usd"]) == (
            80,
            Decimal("2.5"),
            None,
        )
        wrong = await sent(owner, PRICING, **{**rules, "markup_percent": "120", "warn_above_usd": ""})
        assert wrong.status == 422
        for said in ("A number from 0 to 100, with two places at most.", "A number of dollars, such as 2 or 0.50."):
            assert words(wrong).count(said) == 1
        assert (await served.owner.get("/api/v1/admin/pricing")).json == now


async def test_packages_are_put_on_sale_taken_off_and_brought_back(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, sandbox="http://127.0.0.1:9") as served:
        owner, mara = await served.browser(served.house.owner), await served.browser(await served.house.member())
        packages = f"{PRICING}/packages"
        await sent(owner, packages, title="Christmas", credits="2,000", discount_percent="15%")
        assert "Christmas 2,000 credits for $17.00, 15 % less on sale" in await shown(owner, PRICING)
        assert "2,000 credits $17.00 15 % less" in await shown(mara, "/settings/credits")
        wrong = await sent(owner, f"{packages}/christmas", title="Christmas", credits="0", discount_percent="95")
        assert "A whole number from 1 to 100,000,000." in words(wrong)
        assert "A number from 0 to 90, with two places at most." in words(wrong)
        await sent(owner, f"{packages}/small", title="500 credits", credits="500", is_on_sale="false")
        assert "500 credits $5.00" not in await shown(mara, "/settings/credits")
        await sent(owner, f"{packages}/small", is_on_sale="true")
        assert "500 credits $5.00" in await shown(mara, "/settings/credits")
        path, fields = await to_undo(owner, await sent(owner, f"{packages}/christmas/drop"))
        assert "2,000 credits" not in await shown(mara, "/settings/credits")
        await sent(owner, path, **fields)
        assert "2,000 credits $17.00" in await shown(mara, "/settings/credits")


async def test_budgets_say_what_is_left_and_until_when_and_a_deleted_one_comes_back(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        db, mara = served.house.studio.runtime.db, await served.house.member(granted=100)
        member, tom = await served.browser(mara), await served.browser(await served.house.member("Tom"))
        owner = await served.browser(served.house.owner)
        key, _secret = await db.write(lambda session: accounts.create_key(session, mara.user_id, "Robot"))
        assert "No budget yet: your balance is the only limit." in await shown(member, BUDGETS)
        await sent(member, BUDGETS, about=key.id, period="day", amount="30 credits")
        assert 'Key "Robot", a day 0 credits of 30 credits 30 credits left. It starts anew on' in await shown(
            member, BUDGETS
        )
        for stranger in (tom, owner):
            refused = await sent(stranger, BUDGETS, about=key.id, period="day", amount="1")
            assert "There is no such key of yours." in words(refused)
        for amount in ("much", "", "-3", "1.5"):
            wrong = await sent(member, BUDGETS, about="account", period="month", amount=amount)
            assert (wrong.status, "A number, such as 50." in words(wrong)) == (422, True)
        one = (await db.read(lambda session: credits.budgets_of(session, mara.user_id)))[0]
        assert (await sent(tom, f"{BUDGETS}/{one.id}/drop")).status == 404
        await sent(member, BUDGETS, at=one.id, about=key.id, period="day", amount="40")
        path, fields = await to_undo(member, await sent(member, f"{BUDGETS}/{one.id}/drop"))
        assert "Robot" not in (await shown(member, BUDGETS)).partition("New budget")[0]
        await sent(member, path, **fields)
        assert "0 credits of 40 credits" in await shown(member, BUDGETS)
        for amount in ("12,50", "$1,5", "1,0000"):
            wrong = await sent(owner, BUDGETS, about="account", period="month", amount=amount)
            assert (wrong.status, "A number, such as 50." in words(wrong)) == (422, True), amount
        await sent(owner, BUDGETS, about="account", period="day", amount="$1,250.50")
        assert "$1,250.50" in await shown(owner, BUDGETS)
        await sent(owner, BUDGETS, about="account", period="month", amount="$50")
        await served.owner.make(model="scripted:paid")
        page = await shown(owner, BUDGETS)
        assert "Your whole account, a month $0.04 of $50.00 $49.96 left." in page
        assert "This month $0.04 of $50" in page


@pytest.mark.browser
def test_the_pages_of_money_can_be_used_by_keys_on_a_phone_and_pass_axe(open_page: OpenPage, watch: Watch) -> None:
    watch.allowed.append("422")
    page = open_page(viewport={"width": 390, "height": 844}, color_scheme="light")
    page.goto(PLANS)
    page.get_by_text("Starter", exact=True).focus()
    page.locator("#plan-starter > summary").press("Enter")
    day = page.get_by_label("Results a day").nth(1)
    day.fill("a few")
    day.press("Enter")
    expect(day).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#plan-starter-day-why")).to_have_text("A whole number up to 1,000,000, or nothing.")
    assert axe_violations(page) == []
    day.fill("20")
    day.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    page.locator("#plan-starter > summary").click()
    page.get_by_role("button", name="As it came: Starter").click()
    expect(page.get_by_role("status").filter(has_text="is gone")).to_be_visible()
    assert axe_violations(page) == []
    page.goto("/settings")  # the way back is on every page of the settings
    page.reload()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#plan-starter")).to_contain_text("20 a day")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    page.locator("#plan-starter > summary").click()
    page.get_by_role("button", name="As it came: Starter").click()
    page.goto(BUDGETS)
    page.get_by_label("At most").fill("25")
    page.get_by_role("button", name="Set the budget").click()
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    for path in (PRICING, "/admin/users", "/settings/credits", BUDGETS):
        page.goto(path)
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Delete: Your whole account, a month").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("button", name="Put this line away").click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
