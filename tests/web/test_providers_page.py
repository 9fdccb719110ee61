"""Vendors in the settings: what the owner does there by forms alone, what nobody else sees, and the page in a browser."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from photoplay.providers import ModelState, NotConfigured, Order, Unavailable
from tests.vendors import FIRST_KEY, SECOND_KEY, Vendor
from tests.web.browsing import StudioProcess, axe_violations
from tests.web.conftest import OpenPage
from tests.web.served import Answer, Caller, Served, a_served_house

LIST, PAGE = "/settings/providers", "/settings/providers/one"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


async def _send(browser: Caller, path: str, **fields: str) -> Answer:
    return await browser.call("POST", path, data=urlencode(fields).encode(), headers=FORM)


async def _shown(browser: Caller, path: str = PAGE) -> str:
    answer = await browser.get(path, headers={"Accept": "text/html"})
    assert answer.status == 200, answer.body
    return " ".join(answer.body.decode().split())


async def _owner(served: Served) -> Caller:
    return await served.browser(served.house.owner)


async def test_a_key_is_added_tested_limited_and_removed_by_forms(tmp_path: Path) -> None:
    vendor = Vendor("one")
    async with a_served_house(tmp_path, others=(vendor,)) as served:
        browser = await _owner(served)
        assert "Add a key here, or set SCRIPTED_VENDOR_KEY." in await _shown(browser, LIST)
        added = await _send(
            browser, f"{PAGE}/accounts", **{"title": "Team", "settings.api_key": FIRST_KEY, "in_flight": "3"}
        )
        assert (added.status, added.headers["Location"].startswith(f"{PAGE}#account-vnd_")) == (303, True)
        account = added.headers["Location"].partition("#account-")[2]
        shown = await _shown(browser)
        assert "...aaaa" in shown
        assert "At most 3 orders at once" in shown or "at most 3 orders at once" in shown
        assert (await _send(browser, f"{PAGE}/accounts/{account}/test")).status == 303
        assert "It works. 812.5 credits left." in await _shown(browser)
        vendor.says = NotConfigured(f"Incorrect API key provided: {FIRST_KEY}.")
        await _send(browser, f"{PAGE}/accounts/{account}/test")
        assert "Incorrect API key provided: (the key)." in await _shown(browser)
        changed = await _send(browser, f"{PAGE}/accounts/{account}", title="Night", in_flight="", turn="last")
        assert changed.status == 303
        shown = await _shown(browser)
        assert "asked only when the others take no more" in shown
        assert "It is the last one that can be used" in shown
        removed = await _send(browser, f"{PAGE}/accounts/{account}/remove")
        assert "Night" not in await _shown(browser)
        assert "Night was removed." in await _shown(browser, removed.headers["Location"].partition("#")[0])
        back = await _send(browser, f"{PAGE}/accounts/{account}/restore")
        assert back.headers["Location"] == f"{PAGE}#account-{account}"
        assert "Night" in await _shown(browser)
        again = await _send(browser, f"{PAGE}/accounts/{account}/restore")
        assert (again.status, "too long ago" in again.body.decode()) == (404, True)


async def test_what_cannot_be_is_said_at_its_form_and_what_was_typed_stays_but_for_the_key(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one"),)) as served:
        browser = await _owner(served)
        typed = {"title": "Team", "settings.api_key": SECOND_KEY, "settings.address": "ftp://nowhere"}
        refused = await _send(browser, f"{PAGE}/accounts", **typed)
        page = refused.body.decode()
        assert (refused.status, "This must be a plain http or https address." in page) == (422, True)
        assert 'value="ftp://nowhere"' in page
        assert SECOND_KEY not in page
        too_many = await _send(browser, f"{PAGE}/accounts", **{"settings.api_key": SECOND_KEY, "in_flight": "0"})
        assert (too_many.status, SECOND_KEY in too_many.body.decode()) == (422, False)
        price = {"model": "one:cheap", "operation": "text-to-image", "unit": "image", "cost_usd": "much"}
        assert (await _send(browser, f"{PAGE}/prices", **price)).status == 422


async def test_a_price_and_an_end_are_set_and_taken_back_by_forms(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one"),)) as served:
        browser = await _owner(served)
        price = {"model": "one:cheap", "operation": "text-to-image", "unit": "image", "cost_usd": "0.07", "note": "May"}
        assert (await _send(browser, f"{PAGE}/prices", **price, when="size = 512")).status == 303
        shown = await _shown(browser)
        assert "Set here by Owner" in shown
        assert "size 512" in shown
        (kept,) = (await served.owner.get("/api/v1/admin/prices")).json["items"]
        assert (kept["cost_usd"], kept["when"]) == ("0.07", {"size": 512})
        assert (await _send(browser, f"{PAGE}/prices/{kept['id']}/drop", model="one:cheap")).status == 303
        end = {"model": "one:dear", "state": "unavailable", "reason": "too dear", "until": "", "heir": "one:cheap"}
        assert (await _send(browser, f"{PAGE}/lifecycles", **end)).status == 303
        assert "too dear." in await _shown(browser)
        assert (await _send(browser, f"{PAGE}/lifecycles/drop", model="one:dear")).status == 303
        assert "too dear" not in await _shown(browser)


async def test_a_resting_vendor_says_since_when_and_why_and_is_let_back(tmp_path: Path) -> None:
    def _away(order: Order) -> None:
        raise Unavailable("Connection refused.")

    vendor = Vendor("one", on_submit=_away)
    async with a_served_house(tmp_path, others=(vendor,), breaker_failures=1, breaker_rest_seconds=900) as served:
        browser = await _owner(served)
        await _send(browser, f"{PAGE}/accounts", **{"settings.api_key": FIRST_KEY})
        asked = await served.house.ask(model="one:cheap")
        await served.house.until(asked.id, lambda view: view.word == "Its vendor is resting")
        shown = await _shown(browser)
        assert "One is resting until" in shown
        assert "Connection refused." in shown
        assert "Last trouble" in shown
        vendor.on_submit = lambda order: None
        assert (await _send(browser, f"{PAGE}/let-back")).status == 303
        assert (await served.house.end(asked.id)).status == "succeeded"
        shown = await _shown(browser)
        assert "Let it work again now" not in shown
        assert "50 %" in shown


async def test_a_vendor_is_asked_for_its_models_now_and_what_is_new_is_shown(tmp_path: Path) -> None:
    vendor = Vendor("one")
    async with a_served_house(tmp_path, others=(vendor,)) as served:
        browser = await _owner(served)
        early = await _send(browser, f"{PAGE}/probe")
        assert (early.status, "One needs a key before it can be asked." in early.body.decode()) == (422, True)
        await _send(browser, f"{PAGE}/accounts", **{"settings.api_key": FIRST_KEY})
        vendor.states = (ModelState("dear", is_listed=False),)
        assert (await _send(browser, f"{PAGE}/probe")).status == 303
        shown = await _shown(browser)
        assert "1 models told of." in shown
        assert "is not listed any more" in shown
        report = (await served.owner.get("/api/v1/admin/providers/one")).json
        assert [one["model"] for one in report["models_told"]["changes"]] == ["one:dear"]


async def test_for_a_member_none_of_it_is_there(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one"),)) as served:
        mara = await served.browser(await served.house.member())
        for path in (LIST, PAGE):
            assert (await mara.get(path)).status == 404
        for path in ("accounts", "accounts/environment/test", "let-back", "probe", "prices", "lifecycles"):
            assert (await _send(mara, f"{PAGE}/{path}", model="one:cheap")).status == 404
        assert LIST not in (await _shown(mara, "/settings"))
        assert LIST in (await _shown(await _owner(served), "/settings"))
        assert (await (await _owner(served)).get(f"{LIST}/nobody")).status == 404


@pytest.mark.browser
def test_the_pages_fit_break_no_rule_and_work_without_a_mouse(open_page: OpenPage, studio: StudioProcess) -> None:
    wanted = {"title": "Team", "settings": {"api_key": "sk-made-up-0123456789"}}
    account = studio.call("POST", "/api/v1/admin/providers/luma/accounts", wanted)
    for theme, width in (("dark", 1440), ("light", 390)):
        page = open_page(viewport={"width": width, "height": 900}, color_scheme=theme)
        for path in (LIST, f"{LIST}/luma"):
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach((one, at) => (one.open = at < 9))")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert axe_violations(page) == []
    page.goto(f"{LIST}/luma")
    page.get_by_role("button", name="Turn Team off").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Turn Team on")).to_be_focused()
    page.locator("summary", has_text="Remove").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove Team").press("Enter")
    expect(page.locator(f"#account-{account['id']}")).to_have_count(0)
