"""Money as people see it: the price taken back in time, the receipt, and what the operator ends that nobody answered."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from photoplay.core.http import Http
from photoplay.providers import Delivery, Invalid, Order, OutcomeUnknown, Ticket, Waiting
from tests.scripted import ScriptedProvider
from tests.web.browsing import Watch, axe_violations
from tests.web.conftest import OpenPage
from tests.web.served import Served
from tests.web.threaded import Threaded, a_threaded_house

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
PICTURE = {"operation": "text-to-image", "model": "scripted:paid"}


class LosingVendor(ScriptedProvider):
    """Loses the answer to what is about fog; knows the order `job-7`, which is not done yet."""

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """One look."""
        if ticket.reference.get("id") == "job-7":
            return Waiting(progress=20)
        if "id" in ticket.reference:
            raise Invalid("There is no such order here.")
        return await super().check(ticket, order, http)


def _lose(order: Order) -> None:
    if "fog" in str(order.params["prompt"]):
        raise OutcomeUnknown("The answer was lost.")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Threaded]:
    with a_threaded_house(
        tmp_path_factory.mktemp("house") / "data", lambda: LosingVendor(on_submit=_lose, recovery="none")
    ) as threaded:
        yield threaded


@pytest.fixture
def watch(house: Threaded) -> Watch:
    return Watch(house.url)


async def uncertain(served: Served, words: str) -> str:
    asked = await served.owner.call("POST", "/api/v1/generations", {**PICTURE, "params": {"prompt": words}})
    await served.house.until(asked.json["id"], lambda view: view.status == "uncertain")
    return str(asked.json["id"])


def test_above_the_warning_price_an_order_is_taken_back_before_it_leaves(house: Threaded, open_page: OpenPage) -> None:
    house.do(house.served.owner.call("PATCH", "/api/v1/account", {"warn_above_usd": "0.01"}))
    page = house.page(open_page)
    page.goto("/create?model=scripted:paid")
    page.locator("#prompt").fill("a harbour in the rain")
    expect(page.get_by_text("above $0.01")).to_be_visible()
    page.get_by_role("button", name="Generate, ").click()
    frame = page.locator(".frame").filter(has_text="a harbour in the rain")
    expect(frame).to_contain_text("Leaves in")
    expect(frame).to_contain_text("$0.04 held")
    assert axe_violations(page) == []
    frame.get_by_role("button", name="Take back: a harbour in the rain").click()
    expect(frame).to_contain_text("Cancelled")
    expect(frame).to_contain_text("$0.00")
    assert house.served.house.provider.submitted == []
    house.do(house.served.owner.call("PATCH", "/api/v1/account", {"warn_above_usd": None}))


def test_a_receipt_opens_from_its_frame_and_its_asset_and_has_one_page_on_paper(
    house: Threaded, open_page: OpenPage
) -> None:
    made = house.do(house.served.owner.make(model="scripted:paid"))
    page = house.page(open_page, viewport=PHONE)
    page.goto("/create")
    page.locator(f"#frame-{made['id']}").get_by_role("link", name="$0.04 billed").click()
    page.wait_for_url(f"**/receipts/{made['id']}")
    expect(page.get_by_role("row", name="Billed")).to_contain_text("$0.04")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_role("navigation").first).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="The result").click()
    page.get_by_role("link", name="Open and print").click()
    page.wait_for_url(f"**/receipts/{made['id']}")


def test_an_order_whose_answer_was_lost_says_so_keeps_the_words_and_is_one_order(
    house: Threaded, open_page: OpenPage, watch: Watch
) -> None:
    watch.allowed.append("ERR_FAILED")
    page = house.page(open_page)
    page.goto("/create")
    sent: list[str] = []

    def lose(route: Route) -> None:
        sent.append(route.request.headers["idempotency-key"])
        if len(sent) == 1:
            route.fetch()
        route.abort()

    page.route("**/api/v1/generations", lose)
    page.locator("[data-prompt]").fill("A pier in rain")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("Still sending")).to_be_visible()
    expect(page.get_by_text("your words are kept here")).to_be_visible()
    expect(page.locator("[data-prompt]")).to_have_value("A pier in rain")
    page.unroute("**/api/v1/generations")
    expect(page.get_by_text("Still sending")).to_have_count(0)
    frame = page.locator(".frame", has_text="A pier in rain")
    expect(frame.get_by_title("Receipt")).to_have_attribute("href", re.compile("^/receipts/gen_"))
    expect(page.get_by_text("your words are kept here")).to_have_count(0)
    assert len(set(sent)) == 1
    made = house.do(house.served.owner.get("/api/v1/generations")).json["items"]
    assert [one["prompt"] for one in made].count("A pier in rain") == 1


def test_an_asset_is_made_again_on_another_model_with_the_difference_in_price_before_it(
    house: Threaded, open_page: OpenPage
) -> None:
    made = house.do(house.served.owner.make(model="scripted:free"))
    page = house.page(open_page, viewport=PHONE)
    page.goto(f"/library/{made['assets'][0]['id']}")
    page.get_by_role("button", name="Try it on").click()
    other = page.locator(".try-model", has_text="Paid")
    expect(other).to_contain_text("$0.04 dearer")
    other.get_by_role("checkbox").check()
    expect(page.get_by_text("1 beside this one: $0.04 in all, held now.")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_role("button", name="Make 1 and compare, $0.04").click()
    page.wait_for_url("**/compare?generations=**")
    expect(page.get_by_text("$0.04").last).to_be_visible()


def test_what_was_never_answered_is_ended_after_its_effect_on_money_was_seen(
    house: Threaded, open_page: OpenPage, watch: Watch
) -> None:
    page = house.page(open_page, color_scheme="light")
    for path, words in (("/admin/uncertain", "Every order is accounted for."), ("/admin/rescue", "Nothing is owed")):
        page.goto(path)
        expect(page.locator("main")).to_contain_text(words)
        assert axe_violations(page) == []
    lost, found = house.do(uncertain(house.served, "fog")), house.do(uncertain(house.served, "more fog " * 40))
    page.set_viewport_size(PHONE)
    page.goto("/admin/uncertain")
    expect(page.get_by_role("article")).to_have_count(2)
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first = page.locator(f"article[aria-labelledby='words-{lost}']")
    first.get_by_role("button", name="Not made ...").focus()
    page.keyboard.press("Enter")
    expect(first.get_by_role("status")).to_contain_text("$0.04")
    assert axe_violations(page) == []
    first.get_by_role("link", name="Leave it as it is").click()
    expect(first.get_by_role("status")).to_have_count(0)
    first.get_by_role("button", name="Not made ...").click()
    first.get_by_role("button", name="It was not made: release").click()
    expect(page.get_by_role("article")).to_have_count(1)
    second = page.get_by_role("article")
    watch.allowed.append("422")
    second.get_by_role("textbox").fill("job-8")
    second.get_by_role("button", name="It was made ...").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no such order here.")
    second.get_by_role("textbox").fill("job-7")
    second.get_by_role("button", name="It was made ...").click()
    second.get_by_role("button", name="It was made: fetch it").click()
    expect(page.locator("main")).to_contain_text("Every order is accounted for.")
    page.goto("/admin/rescue")
    owed = page.get_by_role("article")
    expect(owed).to_contain_text("The vendor works on it")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    owed.get_by_role("button", name=f"Fetch {found}-1 now").click()
    expect(owed).to_contain_text("The vendor works on it")
