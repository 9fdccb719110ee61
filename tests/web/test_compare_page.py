"""Compare in a browser: looked at closely together, wiped, picked, heard one at a time, clean for axe."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsing import StudioProcess, axe_violations
from tests.web.conftest import DESK, PATIENCE_MILLISECONDS, OpenPage

PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=PATIENCE_MILLISECONDS)
MOVES = "() => [...document.querySelectorAll('[data-layer]')].map((one) => one.style.transform)"
PLACES = "() => [...document.querySelectorAll('audio')].map((one) => [one.paused, one.currentTime])"


@pytest.fixture(scope="module")
def pictures(studio: StudioProcess) -> str:
    """Two pictures, as the address names them."""
    made = [studio.make("text-to-image", {"prompt": "calm ocean", "size": 512, "seed": seed}) for seed in (1, 2)]
    return ",".join(one["assets"][0]["id"] for one in made)


def show(page: Page, assets: str) -> None:
    """These side by side, when the scripts are at work."""
    page.goto(f"/compare?assets={assets}")
    expect(page.locator(".compare[data-attached]")).to_be_visible()


def test_both_pictures_are_looked_at_closely_together_and_one_is_picked(page: Page, pictures: str) -> None:
    show(page, pictures)
    page.get_by_role("button", name="Look closer at all of them").first.press("+")
    page.keyboard.press("ArrowRight")
    first, second = page.evaluate(MOVES)
    assert first == second != ""
    page.keyboard.press("0")
    assert page.evaluate(MOVES) == ["", ""]
    page.get_by_role("button", name="Wipe").click()
    line = page.get_by_role("slider", name="Where the two meet")
    line.fill("20")
    assert page.evaluate("() => document.querySelector('.compare-over').style.clipPath") == "inset(0px 0px 0px 20%)"
    page.get_by_role("button", name="Wipe").click()
    expect(page.locator("[data-layer]")).to_have_count(2)
    picks = page.get_by_role("button", name="Pick ")
    for at in (1, 0):
        with page.expect_response(lambda answer: answer.url.endswith("/compare/pick")):
            picks.nth(at).click()
        expect(picks.nth(at)).to_have_attribute("aria-pressed", "true")
    page.reload()
    assert [one.get_attribute("aria-pressed") for one in picks.all()] == ["true", "false"]


def test_sounds_are_heard_one_at_a_time_at_the_same_place(page: Page, studio: StudioProcess) -> None:
    made = [
        studio.make("text-to-music", {"prompt": "slow piano", "duration_seconds": 6, "seed": seed}) for seed in (1, 2)
    ]
    show(page, ",".join(one["assets"][0]["id"] for one in made))
    page.wait_for_function("() => [...document.querySelectorAll('audio')].every((one) => one.readyState > 1)")
    page.get_by_role("slider", name="Place in all of them").fill("3")
    page.get_by_role("button", name="Listen to").nth(1).click()
    page.wait_for_function("() => document.querySelectorAll('audio')[1].currentTime > 3")
    page.get_by_role("button", name="Listen to").nth(0).click()
    page.wait_for_function("() => !document.querySelectorAll('audio')[0].paused")
    (first_rests, first_at), (second_rests, _second_at) = page.evaluate(PLACES)
    assert (first_rests, second_rests) == (False, True)
    assert first_at >= 3


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_on_compare(open_page: OpenPage, pictures: str, theme: Any, viewport: Any) -> None:
    page = open_page(color_scheme=theme, viewport=viewport, bypass_csp=True, reduced_motion="reduce")
    show(page, pictures)
    assert axe_violations(page) == []
    page.goto("/compare?prompt=calm+ocean")
    expect(page.locator("[data-sum]")).to_have_text("Pick 2 to 6 models.")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first = pictures.split(",", maxsplit=1)[0]
    page.goto(f"/library/{first}")
    page.get_by_role("button", name="Try it on...").click()
    expect(page.get_by_role("link", name="Other words or settings in Compare")).to_be_visible()
    assert axe_violations(page) == []
