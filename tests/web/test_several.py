"""Several at once on Create: counted and priced before, made by one press."""

from playwright.sync_api import Page, expect

from tests.web.browsing import axe_violations
from tests.web.conftest import PATIENCE_MILLISECONDS, OpenPage

expect.set_options(timeout=PATIENCE_MILLISECONDS)
PROMPT = "{calm|wild} ocean with several words"


def open_several(page: Page) -> None:
    """Create with alternatives in the words, and the box for several open."""
    page.goto("/create?operation=text-to-image&model=local:scene&canvas=off")
    expect(page.locator(".several[data-attached]")).to_be_visible()
    page.get_by_role("textbox", name="What should it show?").fill(PROMPT)
    page.get_by_role("button", name="Several at once").click()


def test_every_combination_is_counted_priced_and_made_by_one_press(open_page: OpenPage) -> None:
    page = open_page(bypass_csp=True, reduced_motion="reduce")
    open_several(page)
    expect(page.locator("[data-count-words]")).to_have_text("2 results, free in all.")
    page.get_by_role("combobox", name="Vary a setting").select_option("size")
    values = page.get_by_role("group", name="Values of Size")
    for size in ("512", "768"):
        values.get_by_role("button", name=size).click()
    expect(page.locator("[data-count-words]")).to_have_text("4 results, free in all.")
    assert axe_violations(page) == []
    with page.expect_response("**/api/v1/batches") as answered:
        page.get_by_role("button", name="Generate, free").click()
    made = answered.value.json()["items"]
    assert sorted((one["prompt"], one["params"]["size"]) for one in made) == [
        (f"{word} ocean with several words", size) for word in ("calm", "wild") for size in (512, 768)
    ]
    for one in made:
        expect(page.locator(f"#frame-{one['id']}")).to_be_visible()


def test_the_way_to_compare_takes_the_words_and_the_model_along(page: Page) -> None:
    open_several(page)
    page.get_by_role("link", name="Compare models").click()
    expect(page.get_by_role("textbox", name="What should it show?")).to_have_value(PROMPT)
    expect(page.locator("[data-model='local:scene'] input")).to_be_checked()
