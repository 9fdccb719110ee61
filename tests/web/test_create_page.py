"""Create, in a browser: from words to a frame that becomes its result, and the canvas that shows it beforehand."""

import base64
import io
from datetime import timedelta

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page, expect

from photoplay.core import clock
from tests.web.browsing import StudioProcess, Watch, axe_violations
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
SEA = "Calm ocean at sunset, haze at the horizon"
LONG = 60_000


@pytest.fixture(autouse=True)
def _painted_without_gpu(watch: Watch) -> None:
    """Without a GPU Chromium itself copies a painted canvas to the page, and its driver remarks on that."""
    watch.allowed.append("GPU stall due to ReadPixels")


def still(page: Page, words: str, *, size: int = 512) -> None:
    """Opens the image form with a small size and a forced still, and waits until the canvas has painted the words."""
    page.goto("/create?kind=image&canvas=still")
    page.locator(f'[name=size][value="{size}"]').check(force=True)
    expect(page.locator(".canvas[data-state=still]")).to_be_visible(timeout=LONG)
    frames = int(page.locator(".canvas").get_attribute("data-frames") or 0)
    with page.expect_response(lambda answer: words in (answer.request.post_data or "")):
        page.get_by_label("What should it show?").fill(words)
    painted_after(page, frames)


def settled(page: Page, act: str) -> None:
    """Does something with the canvas and waits until it has painted what came of it."""
    frames = int(page.locator(".canvas").get_attribute("data-frames") or 0)
    page.evaluate(act)
    painted_after(page, frames)


def painted_after(page: Page, frames: int) -> None:
    """Waits until the canvas has painted more than so many frames."""
    page.wait_for_function(
        "frames => document.querySelector('.canvas').dataset.frames > frames", arg=frames, timeout=LONG
    )


def seen(page: Page) -> Image.Image:
    """The picture on the canvas."""
    address = page.locator(".stage-canvas").evaluate("canvas => canvas.toDataURL()")
    return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGB")


def test_words_become_a_picture_in_place(page: Page) -> None:
    page.goto("/create?kind=image&canvas=off")
    page.get_by_label("What should it show?").fill(SEA)
    page.locator('[name=size][value="512"]').check(force=True)
    page.get_by_label("What should it show?").press("Control+Enter")
    frame = page.locator(".frame").first
    expect(frame).to_contain_text(SEA)
    expect(frame).to_contain_text("Ready", timeout=LONG)
    expect(frame.get_by_role("link", name="Open")).to_be_visible()
    assert page.url.endswith("canvas=off")


def test_what_is_to_begin_later_says_when_and_is_taken_back_for_nothing(page: Page) -> None:
    page.goto("/create?kind=image&canvas=off")
    page.get_by_label("What should it show?").fill(SEA)
    page.get_by_text("Begin later").click()
    at = clock.now() + timedelta(days=2)
    page.get_by_label("At", exact=True).fill(f"{at:%Y-%m-%dT}18:30")
    page.get_by_label("What should it show?").press("Control+Enter")
    frame = page.locator(".frame").first
    expect(frame).to_contain_text(f"Begins {at.day} {at:%b} 18:30")
    expect(page.get_by_label("At", exact=True)).not_to_be_visible()
    frame.get_by_text("Cancel").click()
    expect(frame).to_contain_text("Cancelled")


def test_without_scripts_the_form_orders_too(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/create?kind=image")
    page.get_by_label("What should it show?").fill("Forest in thick fog")
    page.get_by_role("button", name="Generate, free").click()
    assert page.url.endswith("#now")
    expect(page.locator(".frame").first).to_contain_text("Forest in thick fog")


def test_the_kept_frame_is_the_frame_that_was_seen(page: Page, studio: StudioProcess) -> None:
    still(page, SEA)
    settled(page, "document.querySelector('[data-light=sun] .slider').dispatchEvent(new Event('input'))")
    before = seen(page)
    with page.expect_response(
        lambda answer: answer.url.endswith("/generations") and answer.request.method == "POST"
    ) as sent:
        page.get_by_role("button", name="Keep this frame").click()
    expect(page.locator(".frame").first).to_contain_text("Ready", timeout=LONG)
    made = studio.call("GET", f"/api/v1/generations/{sent.value.json()['id']}")
    original = page.request.get(made["assets"][0]["files"]["original"])
    kept = Image.open(io.BytesIO(original.body())).convert("RGB")
    apart = ImageStat.Stat(ImageChops.difference(kept, before.resize(kept.size))).mean
    assert max(apart) < 4, f"mean difference {apart} of 255"


def test_moving_the_sun_by_keys_sets_the_hour(page: Page) -> None:
    still(page, SEA)
    ring = page.locator(".sun")
    ring.focus()
    before = page.locator("[name=hour]").input_value()
    ring.press("ArrowUp")
    assert before == ""
    assert float(page.locator("[name=hour]").input_value()) > 0


def test_what_scenes_cannot_paint_is_said_before(page: Page) -> None:
    page.goto("/create?kind=image&canvas=off")
    page.get_by_label("What should it show?").fill("A fox in a suit")
    expect(page.locator(".notice").first).to_contain_text("This would become", timeout=LONG)


def test_what_was_said_of_the_words_goes_with_the_words(page: Page) -> None:
    page.goto("/create?kind=image&canvas=off")
    words = page.get_by_label("What should it show?")
    words.fill("A fox in a suit")
    expect(page.locator(".notice")).to_have_count(1, timeout=LONG)
    words.fill("")
    expect(page.locator(".notice")).to_have_count(0)


TWICE = """field => {
  const press = { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true };
  for (const _ of [1, 2]) field.dispatchEvent(new KeyboardEvent("keydown", press));
}"""
"""Ctrl+Enter two times within a moment, however busy the machine is."""


def test_pressing_twice_at_once_orders_once(page: Page, studio: StudioProcess) -> None:
    page.goto("/create?kind=image&canvas=off")
    words = page.get_by_label("What should it show?")
    button = page.get_by_role("button", name="Generate, free")
    words.fill("An echoing sea, clicked")
    button.dblclick()
    words.fill("An echoing sea, typed")
    words.evaluate(TWICE)
    words.fill("An echoing sea, once")
    button.click()
    expect(page.locator(".frame").first).to_contain_text("Ready", timeout=LONG)
    made = [one["title"] for one in studio.call("GET", "/api/v1/assets?q=echoing")["items"]]
    assert sorted(made) == ["An echoing sea, clicked", "An echoing sea, once", "An echoing sea, typed"]


def test_another_kind_keeps_the_words(page: Page) -> None:
    page.goto("/create?kind=image&canvas=off")
    page.get_by_label("What should it show?").fill(SEA)
    page.get_by_role("link", name="Video").click()
    expect(page.get_by_label("What should happen?")).to_have_value(SEA)


def test_a_film_under_way_moves_only_where_motion_is_wanted(open_page: OpenPage, studio: StudioProcess) -> None:
    wanted = {"operation": "text-to-video", "params": {"prompt": "calm ocean at sunset"}}
    film = studio.call("POST", "/api/v1/generations", wanted)
    for motion, stands in (("reduce", True), ("no-preference", False)):
        page = open_page(reduced_motion=motion)
        page.goto("/create?kind=video&canvas=off")
        loop = page.locator(f'[data-frame="{film["id"]}"] video.is-preview[data-attached]')
        expect(loop).to_have_js_property("paused", stands, timeout=LONG)
    studio.call("POST", f"/api/v1/generations/{film['id']}/cancel")


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("kind", ["image", "video", "speech", "sound"])
def test_axe_finds_nothing(open_page: OpenPage, theme: str, kind: str) -> None:
    page = open_page(color_scheme=theme)
    page.goto(f"/create?kind={kind}&canvas=off")
    assert axe_violations(page) == []


@pytest.mark.parametrize("width", [360, 390, 760, 1100, 1200, 2560])
def test_no_width_scrolls_sideways(open_page: OpenPage, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    page.goto("/create?kind=video&canvas=off")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_the_phone_settings_open_as_a_sheet(open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/create?kind=video&canvas=off")
    page.get_by_label("What should happen?").fill("Harbour at dawn")
    expect(page.get_by_role("button", name="Calm tide")).to_be_hidden()
    page.get_by_role("button", name="16:9").click()
    sheet = page.get_by_role("dialog", name="Settings")
    expect(sheet).to_be_visible()
    sheet.locator('[name=aspect][value="1:1"]').check(force=True)
    assert axe_violations(page) == []
    sheet.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="1:1")).to_be_visible()


def test_at_twice_the_size_the_order_stands_below_the_form_and_covers_nothing(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 720, "height": 450})
    page.goto("/create?canvas=off")
    model, order = (page.locator(place).bounding_box() for place in ("#model-row", ".order"))
    assert model is not None
    assert order is not None
    assert order["y"] >= model["y"] + model["height"]
