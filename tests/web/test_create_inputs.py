"""Inputs, masks, models and kept words on Create, in a browser."""

import base64
import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.scripted import png
from tests.web.browsing import StudioProcess, Watch, axe_violations
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser

LONG = 60_000
DROP = """([bytes, name]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0))], name, { type: "image/png" }));
  document.querySelector("#prompt").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
}"""


def picture(page: Page, *, width: int = 90, height: int = 60) -> str:
    """The id of a picture that was uploaded before."""
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    answer = page.request.post("/api/v1/assets", data=png(width, height), headers={"X-CSRF-Token": token})
    return str(answer.json()["id"])


def test_a_file_that_is_no_good_is_told_and_a_good_one_brings_what_can_be_done_with_it(
    page: Page, watch: Watch
) -> None:
    watch.allowed.append("status of 400")
    page.goto("/create?kind=image&canvas=off")
    page.get_by_label("What should it show?").fill("A harbour in winter")
    page.get_by_role("button", name="Add a picture").click()
    page.locator("[data-file]").set_input_files({"name": "bad.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.locator("[data-add-said]")).to_contain_text("bad.png: This is no picture")
    page.locator("[data-file]").set_input_files({"name": "pier.png", "mimeType": "image/png", "buffer": png(64, 48)})
    expect(page.locator(".input-picture")).to_be_visible(timeout=LONG)
    expect(page.get_by_label("What should change?")).to_have_value("A harbour in winter")
    expect(page.locator(".stage-badge")).to_have_text("Your input")
    page.get_by_role("button", name="What to do: Edit").press("Enter")
    page.locator("#ways").get_by_role("link", name="Upscale").press("Enter")
    expect(page.get_by_role("button", name="What to do: Upscale")).to_be_focused(timeout=LONG)
    page.get_by_role("button", name="Generate, free").click()
    expect(page.locator(".frame").first).to_contain_text("Ready", timeout=LONG)
    expect(page.locator(".stage-badge")).to_have_text("Last result", timeout=LONG)
    page.go_back()
    expect(page.get_by_role("button", name="What to do: Edit")).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Remove Picture: pier").click()
    expect(page.locator("[data-sum]")).to_contain_text("Edit needs a picture")
    expect(page.get_by_label("What should change?")).to_have_value("A harbour in winter")


def test_a_dropped_picture_and_one_of_the_library_are_inputs(page: Page) -> None:
    page.goto("/create?kind=video&canvas=off")
    page.get_by_label("What should happen?").fill("It drifts")
    page.evaluate(DROP, [base64.b64encode(png(40, 30)).decode(), "dropped.png"])
    expect(page.get_by_label("What should move?")).to_have_value("It drifts", timeout=LONG)
    expect(page.locator("[name=input][data-role=source]")).to_have_count(1, timeout=LONG)
    before = page.locator("[name=input]").input_value()
    picture(page)
    page.get_by_role("button", name="Remove First frame: dropped").click()
    expect(page.locator("[name=input][data-role=source]")).to_have_count(0, timeout=LONG)
    page.get_by_role("button", name="Add a file").click()
    page.locator(".library-pick").first.press("Enter")
    expect(page.locator("[name=input][data-role=source]")).to_have_count(1, timeout=LONG)
    assert page.locator("[name=input]").input_value() != before


def test_a_sound_of_the_library_is_heard_and_reworked(page: Page, studio: StudioProcess) -> None:
    sound = studio.make("text-to-music", {"prompt": "slow piano", "duration_seconds": 6})["assets"][0]["id"]
    page.goto("/create?kind=music&canvas=off")
    page.get_by_label("How should it sound?").fill("With drums")
    page.get_by_role("button", name="Add a sound").click()
    page.get_by_role("button", name="Play Slow piano").first.click()
    expect(page.get_by_role("button", name="Stop Slow piano")).to_be_visible()
    page.locator(f'[data-pick="{sound}"]').click()
    expect(page.get_by_label("How should it sound instead?")).to_have_value("With drums", timeout=LONG)
    expect(page.locator("[name=input]")).to_have_value(f"source:{sound}")
    expect(page.locator(".inputs [data-hear]")).to_be_visible()
    expect(page.locator("[data-script]")).to_have_text("With drums")
    expect(page.locator(".notice.is-warning, [data-sum]").first).to_contain_text("key", timeout=LONG)
    assert axe_violations(page) == []


def test_a_mask_is_painted_by_hand_or_by_keys_at_the_size_of_the_picture(page: Page, studio: StudioProcess) -> None:
    page.goto("/create?kind=image&canvas=off")
    page.goto(f"/create?operation=inpaint&input={picture(page)}&prompt=a+vase&canvas=off")
    expect(page.locator("[data-sum]")).to_contain_text("Paint what is to change")
    page.get_by_role("button", name="Paint mask").click()
    sheet = page.locator("[data-mask-canvas]")
    box = sheet.bounding_box()
    assert box is not None
    page.get_by_role("button", name="Use this mask").click()
    expect(page.get_by_text("Nothing is painted yet.")).to_be_visible()
    assert axe_violations(page) == []
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.35, box["y"] + box["height"] * 0.5, steps=3)
    page.mouse.up()
    sheet.press("ArrowRight")
    sheet.press("Space")
    sheet.press("z")
    page.get_by_role("button", name="Use this mask").click()
    expect(page.locator("[name=input][data-role=mask]")).to_have_count(1, timeout=LONG)
    expect(page.locator(".notice")).to_contain_text("needs a key", timeout=LONG)
    mask = page.locator("[name=input][data-role=mask]").input_value().partition(":")[2]
    kept = studio.call("GET", f"/api/v1/assets/{mask}")
    assert (kept["width"], kept["height"]) == (90, 60)
    seen = Image.open(io.BytesIO(page.request.get(kept["files"]["original"]).body())).convert("L")
    assert (seen.getpixel((27, 30)), seen.getpixel((70, 30)), seen.getpixel((27, 5))) == (255, 0, 0)


def test_a_reload_and_a_way_back_keep_what_was_typed(page: Page) -> None:
    page.goto("/create?kind=video&model=local:scene&canvas=off")
    page.get_by_label("What should happen?").fill("Clouds over the sea")
    page.locator('[name=aspect][value="1:1"]').check(force=True)
    for go in (page.reload, lambda: (page.goto("/library"), page.goto("/create"))):
        go()
        expect(page.get_by_label("What should happen?")).to_have_value("Clouds over the sea")
        expect(page.locator('[name=aspect][value="1:1"]')).to_be_checked()
    page.goto("/create?kind=video&prompt=Another&canvas=off")
    page.get_by_label("What should happen?").fill("Typed later")
    page.reload()
    expect(page.get_by_label("What should happen?")).to_have_value("Typed later")


@pytest.mark.parametrize(("theme", "width"), [("dark", 1440), ("light", 390)])
def test_models_are_found_by_words_and_chosen_by_keys(open_page: OpenPage, theme: str, width: int) -> None:
    page = open_page(color_scheme=theme, viewport={"width": width, "height": 844}, reduced_motion="reduce")
    page.goto("/create?kind=image&canvas=off")
    page.get_by_label("What should it show?").fill("A fox in a suit")
    page.get_by_role("button", name="Model: Local scenes, Free").press("Enter")
    expect(page.locator(".model-choice").first).to_be_visible(timeout=LONG)
    assert axe_violations(page) == []
    page.get_by_label("Search models").fill("flux.2 pro")
    expect(page.locator(".model-choice:visible")).not_to_have_count(0)
    page.get_by_label("Search models").press("ArrowDown")
    page.keyboard.press("Enter")
    row = page.get_by_role("button", name="Model: FLUX.2 Pro")
    expect(row).to_be_focused(timeout=LONG)
    expect(row).to_contain_text("Needs a key")
    expect(page.locator(".notice.is-warning")).to_contain_text("needs a key", timeout=LONG)
    expect(page.get_by_label("What should it show?")).to_have_value("A fox in a suit")
    expect(page.get_by_role("button", name="Generate, $")).to_be_enabled()
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
