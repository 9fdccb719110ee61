"""The library as a person meets it: grid, filters, keys, selection, what arrives by itself, and a hundred thousand assets."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.web.browsing import StudioProcess, axe_violations
from tests.web.conftest import DESK, PATIENCE_MILLISECONDS, OpenPage, _sign_in
from tests.web.large_library import studio_with

MANY = 100_000
MOST_TILES = 150
PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=PATIENCE_MILLISECONDS)
ATTACHED = """() => [...document.querySelectorAll("[data-js]")].every((one) =>
  one.dataset.attached?.split(" ").length === one.dataset.js.split(" ").length)"""
IN_SIGHT = """() => [...document.querySelectorAll(".tile")].filter((tile) => {
  const box = tile.getBoundingClientRect();
  return box.top >= 112 && box.bottom <= innerHeight;
}).map((tile) => [tile.dataset.id, Math.round(tile.getBoundingClientRect().top)])"""

FULL = f"() => ({IN_SIGHT})().length >= 5"


def make(studio: StudioProcess, prompt: str) -> Any:
    """One small picture; the JSON of its asset."""
    return studio.make("text-to-image", {"prompt": prompt, "seed": 7, "size": "512"})["assets"][0]


@pytest.fixture(scope="session")
def pictures(studio: StudioProcess) -> list[Any]:
    """Three pictures of this session's studio, the oldest first."""
    return [make(studio, prompt) for prompt in ("Calm ocean at sunset", "Aurora over a lake", "City in the rain")]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """A studio in which nothing was made yet."""
    process = StudioProcess(tmp_path_factory.mktemp("empty") / "data").start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """A studio with a hundred thousand pictures of 900 days."""
    process = studio_with(MANY, tmp_path_factory.mktemp("large"))
    yield process
    process.stop()


@pytest.fixture
def large_page(browser: Browser, large: StudioProcess) -> Iterator[Page]:
    """The library of the large studio, its first pictures there."""
    context: BrowserContext = browser.new_context(
        base_url=large.url, viewport={"width": 1440, "height": 900}, storage_state=_sign_in(browser, large)
    )
    page = context.new_page()
    page.goto("/library")
    expect(page.locator(".tile.is-there").first).to_be_visible()
    yield page
    context.close()


def open_library(page: Page, search: str = "") -> None:
    """The library, when its first tiles are there."""
    page.goto(f"/library{search}")
    page.wait_for_function(ATTACHED)
    expect(page.locator(".tile").first).to_be_visible()


def test_what_was_made_stands_in_the_grid_under_today(page: Page, pictures: list[Any]) -> None:
    open_library(page)
    expect(page.locator(".grid-day").first).to_contain_text("Today")
    for picture in pictures:
        expect(page.locator(f'.tile[data-id="{picture["id"]}"] .tile-link')).to_have_accessible_name(
            f"{picture['title']}, image"
        )


def test_a_slow_library_shows_quiet_frames_where_pictures_will_stand(page: Page, pictures: list[Any]) -> None:
    held: list[Route] = []
    page.route("**/api/v1/assets?**", lambda route: held.append(route))  # noqa: PLW0108 - it looks at the handler's signature
    page.goto("/library")
    expect(page.locator(".grid-day").first).not_to_be_empty()
    expect(page.locator(".grid-rest").first).to_be_visible()
    painted = page.evaluate("() => getComputedStyle(document.querySelector('.grid-rest')).backgroundImage")
    assert painted.count("gradient") == 2
    page.unroute("**/api/v1/assets?**")
    page.reload()
    expect(page.locator(f"[data-id='{pictures[0]['id']}'] .tile-image")).to_be_visible()


def test_filters_stand_in_the_address_and_survive_back_and_reload(page: Page, pictures: list[Any]) -> None:
    open_library(page)
    page.get_by_role("link", name="Videos", exact=True).click()
    expect(page).to_have_url("/library?kind=video")
    page.get_by_role("link", name="Images", exact=True).click()
    expect(page).to_have_url("/library?kind=image")
    expect(page.locator(".tile").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Images", exact=True)).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page).to_have_url("/library?kind=video")
    page.go_back()
    expect(page).to_have_url("/library")
    expect(page.locator(f'.tile[data-id="{pictures[0]["id"]}"]')).to_be_visible()


def test_search_finds_words_of_a_prompt(page: Page, pictures: list[Any]) -> None:
    open_library(page)
    page.keyboard.press("/")
    page.keyboard.type("aurora lake")
    expect(page).to_have_url("/library?q=aurora+lake")
    expect(page.locator(f'.tile[data-id="{pictures[1]["id"]}"]')).to_be_visible()
    expect(page.locator(f'.tile[data-id="{pictures[0]["id"]}"]')).to_have_count(0)


def test_a_search_that_finds_nothing_says_so_and_leads_back(page: Page, pictures: list[Any]) -> None:
    page.goto("/library?q=zeppelin")
    expect(page.get_by_role("heading", name="Nothing fits these filters")).to_be_visible()
    page.get_by_role("link", name="Show everything").click()
    expect(page.locator(f'.tile[data-id="{pictures[0]["id"]}"]')).to_be_visible()


def test_keys_move_select_and_delete_and_the_delete_can_be_undone(page: Page, studio: StudioProcess) -> None:
    first, second = make(studio, "Dunes, first"), make(studio, "Dunes, second")
    open_library(page)
    tile = page.locator(f'.tile[data-id="{second["id"]}"]')
    tile.locator(".tile-link").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f'.tile[data-id="{first["id"]}"] .tile-link')).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("x")
    expect(page.get_by_role("toolbar", name="Selected")).to_contain_text("2 selected")
    with page.expect_response("**/api/v1/assets/bulk"):
        page.keyboard.press("Delete")
    expect(tile).to_have_count(0)
    expect(page.get_by_role("toolbar", name="Selected")).to_be_hidden()
    assert studio.call("GET", f"/api/v1/assets/{first['id']}")["deleted_at"]
    page.get_by_role("button", name="Undo").click()
    expect(tile).to_be_visible()
    assert studio.call("GET", f"/api/v1/assets/{first['id']}")["deleted_at"] is None


def test_what_was_deleted_lies_in_the_trash_and_can_be_put_back(page: Page, studio: StudioProcess) -> None:
    picture = make(studio, "A quiet harbour")
    studio.call("DELETE", f"/api/v1/assets/{picture['id']}")
    open_library(page, "?state=trashed")
    expect(page.get_by_text("shown, each kept for 30 days")).to_be_visible()
    tile = page.locator(f'.tile[data-id="{picture["id"]}"]')
    tile.hover()
    tile.get_by_role("button", name="Select").click()
    with page.expect_response("**/api/v1/assets/bulk"):
        page.get_by_role("button", name="Put back").click()
    expect(tile).to_have_count(0)
    assert studio.call("GET", f"/api/v1/assets/{picture['id']}")["deleted_at"] is None


def test_what_is_selected_is_filed_under_a_campaign_and_back_again(page: Page, studio: StudioProcess) -> None:
    client = studio.call("POST", "/api/v1/clients", {"name": "Harbour Coffee"})["id"]
    ids = [
        studio.call("POST", "/api/v1/campaigns", {"name": name, "client_id": client})["id"]
        for name in ("Spring", "Fall")
    ]
    made = [make(studio, f"{word} rooftops in the snow")["id"] for word in ("Red", "Blue")]
    studio.call("PATCH", f"/api/v1/assets/{made[0]}", {"campaign": ids[0]})
    open_library(page, "?q=rooftops")
    for one in made:
        page.locator(f'.tile[data-id="{one}"]').hover()
        page.locator(f'.tile[data-id="{one}"]').get_by_role("button", name="Select").click()
    page.get_by_role("button", name="File", exact=True).click()
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("toolbar", name="Selected")).to_contain_text("2 selected")
    page.get_by_role("button", name="File", exact=True).click()
    page.get_by_role("button", name="Fall").click()
    expect(page.get_by_text('Filed 2 items under "Fall".')).to_be_visible()
    expect(page.get_by_role("toolbar", name="Selected")).to_be_hidden()
    assert [studio.call("GET", f"/api/v1/assets/{one}")["campaign"] for one in made] == [ids[1], ids[1]]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Everything stands where it stood.")).to_be_visible()
    assert [studio.call("GET", f"/api/v1/assets/{one}")["campaign"] for one in made] == [ids[0], None]
    page.goto(f"/library?campaign={ids[1]}")
    expect(page.get_by_role("heading", name="Nothing fits these filters")).to_be_visible()
    studio.call("POST", "/api/v1/assets/bulk", {"action": "file", "ids": made, "campaign": ids[1]})
    expect(page.locator(".tile")).to_have_count(2)
    studio.call("POST", "/api/v1/assets/bulk", {"action": "file", "ids": made[:1], "campaign": None})
    expect(page.locator(".tile")).to_have_count(1)


def test_a_list_of_what_failed_stays_one_when_assets_are_filed_or_brought_back(
    page: Page, studio: StudioProcess, pictures: list[Any]
) -> None:
    client = studio.call("POST", "/api/v1/clients", {"name": "Lighthouse"})["id"]
    campaign = studio.call("POST", "/api/v1/campaigns", {"name": "Beacon", "client_id": client})["id"]
    one = pictures[0]["id"]
    with page.expect_websocket() as opened, page.expect_response("**/api/v1/generations?*"):
        page.goto(f"/library?state=failed&campaign={campaign}")
    page.wait_for_function(ATTACHED)
    with opened.value.expect_event("framereceived", lambda frame: "asset.filed" in str(frame)):
        studio.call("POST", "/api/v1/assets/bulk", {"action": "file", "ids": [one], "campaign": campaign})
    page.evaluate("(id) => fetch(`/api/v1/assets/${id}`).then((answer) => answer.json())", one)
    expect(page.locator(".tile")).to_have_count(0)
    studio.call("PATCH", f"/api/v1/assets/{one}", {"campaign": None})


def test_what_can_be_done_with_the_selected_fits_on_a_phone(open_page: OpenPage, pictures: list[Any]) -> None:
    page = open_page(viewport=PHONE, has_touch=True, is_mobile=True)
    open_library(page)
    for picture in pictures[:2]:
        page.locator(f'.tile[data-id="{picture["id"]}"] .tile-link').focus()
        page.keyboard.press("x")
    bar = page.get_by_role("toolbar", name="Selected")
    for name in ("Compare", "Download", "Delete", "Select nothing"):
        box = bar.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        assert 0 < box["x"] < box["x"] + box["width"] < PHONE["width"], (name, box)
        assert min(box["width"], box["height"]) >= 44


def test_a_stretch_is_selected_with_shift(page: Page, pictures: list[Any]) -> None:
    open_library(page)
    ends = [page.locator(f'.tile[data-id="{pictures[index]["id"]}"]') for index in (2, 0)]
    ends[0].hover()
    ends[0].get_by_role("button", name="Select").click()
    ends[1].locator(".tile-link").click(modifiers=["Shift"])
    for picture in pictures:
        expect(page.locator(f'.tile[data-id="{picture["id"]}"]')).to_have_class("tile is-there is-selected")
    page.keyboard.press("Escape")
    expect(page.get_by_role("toolbar", name="Selected")).to_be_hidden()


def test_a_new_picture_appears_by_itself_on_top(page: Page, pictures: list[Any], studio: StudioProcess) -> None:
    open_library(page)
    expect(page.locator(".tile.is-there").first).to_be_visible()
    made = make(studio, "Clouds from above")
    expect(page.locator(".tile").first).to_have_attribute("data-id", made["id"])


def test_an_empty_library_shows_three_prompts_that_run_free(browser: Browser, empty: StudioProcess) -> None:
    with browser.new_context(base_url=empty.url, storage_state=_sign_in(browser, empty)) as context:
        page = context.new_page()
        page.goto("/library")
        prompts = page.locator(".free-prompt")
        expect(prompts).to_have_count(3)
        expect(prompts.first).to_contain_text("Free")
        prompts.first.click()
        expect(page.locator("[data-prompt]")).not_to_have_value("")


def test_the_page_says_when_the_library_does_not_answer(open_page: OpenPage, watch: Any) -> None:
    watch.allowed.append("ERR_FAILED")
    page = open_page()
    page.route("**/api/v1/assets/timeline*", lambda route: route.abort())
    page.goto("/library")
    expect(page.get_by_role("heading", name="The library did not answer")).to_be_visible()
    page.unroute("**/api/v1/assets/timeline*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="The library did not answer")).to_be_hidden()


def test_a_hundred_thousand_assets_need_few_elements_from_end_to_end(large_page: Page) -> None:
    expect(large_page.locator("[data-shown]")).to_have_text(f"{MANY:,} in all")
    scrubber = large_page.get_by_role("slider", name="Month")
    scrubber.focus()
    for key in ("PageDown", "ArrowDown", "End", "PageUp", "Home"):
        large_page.keyboard.press(key)
        large_page.wait_for_function(FULL)
        assert large_page.locator(".tile").count() <= MOST_TILES
    last = large_page.evaluate("document.documentElement.scrollHeight")
    large_page.evaluate("(y) => scrollTo(0, y)", last)
    large_page.wait_for_function(FULL)
    expect(large_page.locator(".tile-link").last).to_have_accessible_name(f"Violet nebula {MANY - 1}, image")


def test_what_is_looked_at_stays_where_it_is_while_days_above_are_read(large_page: Page) -> None:
    large_page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight / 2)")
    large_page.wait_for_function(FULL)
    before = dict(large_page.evaluate(IN_SIGHT))
    with large_page.expect_response("**/api/v1/assets?*"):
        large_page.evaluate("() => scrollBy(0, -300)")
    large_page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    after = dict(large_page.evaluate(IN_SIGHT))
    assert {after[one] - before[one] for one in before.keys() & after.keys()} == {300}


def test_the_way_back_from_an_asset_leads_to_the_same_spot(large_page: Page) -> None:
    large_page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight / 3)")
    large_page.wait_for_function(FULL)
    large_page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    before = large_page.evaluate(IN_SIGHT)
    large_page.locator(f'.tile[data-id="{before[0][0]}"] .tile-link').click()
    expect(large_page.locator(".asset-place")).to_be_visible()
    large_page.go_back()
    large_page.wait_for_function(f"(id) => ({IN_SIGHT})().some(([one]) => one === id)", arg=before[0][0])
    assert before[0] in large_page.evaluate(IN_SIGHT)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_in_the_library(open_page: OpenPage, pictures: list[Any], theme: Any, viewport: Any) -> None:
    page = open_page(color_scheme=theme, viewport=viewport, bypass_csp=True, reduced_motion="reduce")
    open_library(page)
    expect(page.locator(".tile.is-there").first).to_be_visible()
    assert axe_violations(page) == []
    page.locator("#filter-all" if viewport == PHONE else "#filter-when").evaluate("(list) => list.showPopover()")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
