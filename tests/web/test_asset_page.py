"""The page of one asset: looked at closely, rated, named, taken further, deleted and brought back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsing import StudioProcess, axe_violations
from tests.web.conftest import DESK, PATIENCE_MILLISECONDS, OpenPage

PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=PATIENCE_MILLISECONDS)
ATTACHED = """() => [...document.querySelectorAll("[data-js]")].every((one) =>
  one.dataset.attached?.split(" ").length === one.dataset.js.split(" ").length)"""


def make(studio: StudioProcess, prompt: str, operation: str = "text-to-image", **params: Any) -> Any:
    """One result; the JSON of its asset."""
    size = {"size": "512"} if operation == "text-to-image" else {}
    return studio.make(operation, {"prompt": prompt, **size, **params})["assets"][0]


def show(page: Page, address: str) -> None:
    """The page of an asset, when its scripts are at work."""
    page.goto(f"/library/{address}")
    page.wait_for_function(ATTACHED)


@pytest.fixture(scope="module")
def picture(studio: StudioProcess) -> Any:
    """A picture that no test changes."""
    return make(studio, "First light over the ridge, fog in the valleys", seed=3007)


@pytest.fixture(scope="module")
def song(studio: StudioProcess) -> Any:
    """A short piece of music."""
    return make(studio, "A quiet piano in the evening", "text-to-music", duration_seconds=5)


def test_the_page_tells_everything_it_was_made_with(page: Page, picture: Any) -> None:
    show(page, f"{picture['id']}")
    expect(page.get_by_role("heading", level=1)).to_have_text(picture["title"])
    expect(page.locator(".panel-actions")).to_contain_text("Upscale 8x")
    recipe = page.locator(".panel-part", has_text="Recipe")
    expect(recipe).to_contain_text(picture["prompt"])
    expect(recipe).to_contain_text("3007")
    expect(page.locator(".panel-part", has_text="Receipt")).to_contain_text(picture["generation_id"])
    expect(recipe.get_by_role("link", name="Use these settings again")).to_have_attribute(
        "href", f"/create?from={picture['id']}"
    )


def test_the_badge_on_the_picture_says_what_the_file_itself_says(page: Page, picture: Any) -> None:
    with page.expect_response(f"**/library/{picture['id']}/provenance"):
        show(page, f"{picture['id']}")
    expect(page.locator("#provenance")).to_contain_text("Signed by this installation; nothing was changed since.")
    expect(page.locator("[data-badge]")).to_have_text("Made by a machine, signed, intact")


def test_a_click_shows_the_pixels_and_esc_the_whole_picture(page: Page, picture: Any) -> None:
    show(page, f"{picture['id']}")
    surface = page.get_by_role("button", name="Look closer")
    surface.click(position={"x": 100, "y": 100})
    closer = page.get_by_role("button", name=re.compile(r"Shown at \d+ %"))
    expect(closer).to_be_visible()
    expect(page.locator(".zoom-layer")).to_have_attribute("style", re.compile("scale"))
    closer.press("ArrowRight")
    expect(page).to_have_url(f"/library/{picture['id']}")
    closer.press("Escape")
    expect(surface).to_be_visible()


def test_stars_and_a_title_are_kept(page: Page, studio: StudioProcess) -> None:
    made = make(studio, "Rain on a window")
    show(page, f"{made['id']}")
    page.get_by_label("4 stars").check(force=True)
    page.get_by_role("button", name="Change the title").click()
    page.get_by_label("Title").fill("Wet glass")
    with page.expect_response(lambda answer: "Wet glass" in (answer.request.post_data or "")):
        page.keyboard.press("Enter")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wet glass")
    expect(page.get_by_label("4 stars")).to_be_checked()


def test_every_action_says_its_price_before_it_is_pressed(page: Page, picture: Any) -> None:
    show(page, f"{picture['id']}")
    for word in ("Upscale 2x", "Upscale 4x", "Animate", "Cut out"):
        expect(page.get_by_role("button", name=f"{word}, Free")).to_be_enabled()


def test_what_is_made_of_it_arrives_in_its_versions_without_a_reload(page: Page, studio: StudioProcess) -> None:
    made = make(studio, "A lone tower of rock")
    show(page, f"{made['id']}")
    page.get_by_role("button", name="Upscale 2x, Free").click()
    versions = page.locator(".versions")
    expect(versions).to_be_visible()
    step = versions.get_by_role("link", name=re.compile("Upscaled 2x"))
    expect(step).to_be_visible(timeout=90_000)
    step.click()
    expect(page.locator(".version-link[aria-current]")).to_contain_text("Upscaled 2x")


def test_what_cannot_be_done_says_why_and_leaves_nothing_behind(page: Page, studio: StudioProcess) -> None:
    made = make(studio, "Open sea under an overcast sky", scene="ocean", cloud=1.0, hour=12.0, seed=3)
    show(page, f"{made['id']}")
    page.get_by_role("button", name="Cut out, Free").click()
    expect(page.locator(".toast")).to_contain_text("Nothing in this picture stands out", timeout=60_000)
    expect(page.locator(".versions")).to_be_hidden()


def test_the_arrows_lead_through_what_the_filters_show(page: Page, studio: StudioProcess) -> None:
    ids = [make(studio, f"Gentle hills {word}")["id"] for word in ("one", "two", "three")]
    show(page, f"{ids[1]}?q=gentle+hills")
    expect(page.locator(".asset-place")).to_have_text("2 of 3")
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(f"/library/{ids[2]}?q=gentle+hills")
    page.get_by_role("link", name="Next").click()
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(f"/library/{ids[0]}?q=gentle+hills")
    expect(page.locator(".asset-place")).to_have_text("3 of 3")
    page.wait_for_function(ATTACHED)
    page.keyboard.press("Escape")
    expect(page).to_have_url("/library?q=gentle+hills")


def test_a_delete_leads_on_and_can_be_undone_there(page: Page, studio: StudioProcess) -> None:
    older, newer = (make(studio, f"Silk in the wind {word}")["id"] for word in ("one", "two"))
    show(page, f"{newer}?q=silk+wind")
    page.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(f"/library/{older}?q=silk+wind")
    page.get_by_role("button", name="Undo").click()
    expect(page).to_have_url(f"/library/{newer}?q=silk+wind")
    assert studio.call("GET", f"/api/v1/assets/{newer}")["deleted_at"] is None


def test_the_list_of_downloads_says_how_large_they_are(page: Page, picture: Any) -> None:
    show(page, f"{picture['id']}")
    page.get_by_role("button", name="Download").click()
    rows = page.locator("#downloads .popover-row")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text(re.compile(r"\d (kB|MB)"))
    with page.expect_download() as saved:
        rows.first.click()
    assert saved.value.path().stat().st_size == picture["size_bytes"]


def test_a_sound_plays_and_its_waveform_is_the_place_in_it(page: Page, song: Any) -> None:
    show(page, f"{song['id']}")
    page.locator("body").press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    place = page.get_by_role("slider", name="Place in the sound")
    place.press("ArrowUp")
    expect(place).to_have_attribute("aria-valuetext", re.compile(r"0:0[45]"))


def test_an_asset_that_is_not_there_is_said_plainly(open_page: OpenPage, watch: Any) -> None:
    watch.allowed.append("404")
    page = open_page()
    answer = page.goto("/library/ast_nothing")
    assert answer is not None
    assert answer.status == 404


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_on_an_asset(open_page: OpenPage, picture: Any, song: Any, theme: Any, viewport: Any) -> None:
    page = open_page(color_scheme=theme, viewport=viewport, bypass_csp=True, reduced_motion="reduce")
    for asset in (picture, song):
        show(page, f"{asset['id']}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
