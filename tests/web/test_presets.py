"""Presets over HTTP, on the command line, and on Create in a browser."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from photoplay.catalog import studio_presets
from tests.cli.program import photoplay
from tests.web.browsing import StudioProcess, axe_violations
from tests.web.conftest import OpenPage
from tests.web.served import PICTURE, a_served_house

NEW = {"title": "Nordic", "operations": ["text-to-image"], "words": "birch and wool", "params": {"size": 64}}
SEA = "Calm ocean at sunset"


async def test_a_preset_is_saved_used_changed_and_deleted(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        made = await served.owner.call("POST", "/api/v1/presets", NEW)
        assert (made.status, made.json["name"], made.json["is_mine"]) == (201, "nordic", True)
        listed = (await served.owner.get("/api/v1/presets?operation=text-to-image")).json["items"]
        assert [listed[0]["name"], listed[1]["name"]] == ["nordic", next(iter(studio_presets()))]
        moods = (await served.owner.get("/api/v1/presets?category=mood")).json["items"]
        assert {preset["category"] for preset in moods} == {"mood"}
        body = PICTURE | {"presets": ["nordic", "serene"]}
        quote = (await served.owner.call("POST", "/api/v1/quotes", body)).json
        sent = f"{PICTURE['params']['prompt']}, birch and wool, {studio_presets()['serene'].words}"
        assert (quote["items"][0]["params"]["prompt"], quote["notices"][0]["code"]) == (sent, "presets_applied")
        view = await served.owner.make(presets=["nordic", "serene"])
        assert (view["prompt"], view["params"]["size"]) == (PICTURE["params"]["prompt"], 64)
        recipe = (await served.owner.get(f"/api/v1/assets/{view['assets'][0]['id']}/recipe")).json
        assert [used["name"] for used in recipe["presets"]] == ["nordic", "serene"]
        edited = await served.owner.call("PATCH", "/api/v1/presets/nordic", {"title": "North"})
        assert (edited.json["title"], edited.json["words"]) == ("North", "birch and wool")
        assert (await served.owner.call("DELETE", "/api/v1/presets/nordic")).status == 204
        assert (await served.owner.get("/api/v1/presets/nordic")).status == 404


async def test_a_saved_preset_is_there_for_its_owner_alone(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        await served.owner.call("POST", "/api/v1/presets", NEW)
        viewer = await served.house.member("Mara")
        for caller in (await served.program(viewer), await served.browser(viewer)):
            for method, body in (("GET", None), ("PATCH", {"title": "Mine now"}), ("DELETE", None)):
                assert (await caller.call(method, "/api/v1/presets/nordic", body)).status == 404
            answer = await caller.call("POST", "/api/v1/quotes", PICTURE | {"preset": "nordic"})
            assert (answer.status, answer.error["code"]) == (422, "unknown_preset")
            assert b"birch" not in (await caller.get("/api/v1/presets")).body
        page = await (await served.browser(viewer)).get("/create", headers={"Accept": "text/html"})
        assert (page.status, b"birch" in page.body) == (200, False)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"title": " "}, 422, "invalid_request"),
        ({"operations": []}, 422, "invalid_request"),
        ({"operations": ["text-to-gold"]}, 404, "unknown_operation"),
        ({"model": "nobody:nothing"}, 404, "unknown_model"),
        ({"name": "Not A Name"}, 422, "invalid_request"),
        ({"params": {"note": "a\0b"}}, 422, "invalid_request"),
        ({"params": {"note": "a" * 20_001}}, 422, "invalid_request"),
        ({"name": "cinematic"}, 409, "preset_name_taken"),
    ],
)
async def test_what_cannot_be_saved_is_refused(
    tmp_path: Path, change: dict[str, object], status: int, code: str
) -> None:
    async with a_served_house(tmp_path) as served:
        answer = await served.owner.call("POST", "/api/v1/presets", NEW | change)
        assert (answer.status, answer.error["code"]) == (status, code)


async def test_the_command_line_lists_and_uses_presets(tmp_path: Path) -> None:
    async with a_served_house(tmp_path):
        listed = await photoplay("presets", "--operation", "text-to-music", "--json", data=tmp_path)
        assert all("text-to-music" in preset["operations"] for preset in json.loads(listed.out))
        words = ("--model", "scripted:free", "--preset", "cinematic", "--preset", "mist", "--json")
        said = await photoplay("generate", "a harbour", *words, data=tmp_path)
        assert [used["name"] for used in json.loads(said.out)["presets"]] == ["mist", "cinematic"]
        assert "Sent with Mist, Cinematic: a harbour, recurring motif" in " ".join(said.err.split())
        wrong = await photoplay("quote", "a harbour", "--preset", "cinematc", data=tmp_path)
        assert (wrong.code, "Did you mean cinematic" in wrong.err) == (1, True)


def compose(page: Page) -> None:
    """Opens the image form with words in it and the presets open."""
    page.goto("/create?kind=image&model=local:scene&canvas=off")
    page.get_by_label("What should it show?").fill(SEA)
    page.get_by_role("button", name="Presets", exact=True).click()


@pytest.mark.browser
def test_picked_presets_are_chips_sent_kept_and_used_again(page: Page) -> None:
    compose(page)
    page.get_by_label("Search presets").fill("35mm film")
    page.get_by_label("Search presets").press("Enter")
    page.get_by_label("Search presets").fill("serene")
    page.get_by_label("Search presets").press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    chips = page.get_by_role("list", name="Presets in use").get_by_role("button")
    expect(chips).to_have_text(["Cinematic", "Serene"])
    expect(page.locator("[data-sent]")).to_contain_text(f"{SEA}, cinematic film still")
    page.reload()
    expect(chips).to_have_text(["Cinematic", "Serene"])
    chips.first.press("Enter")
    expect(chips).to_have_text(["Serene"])
    expect(chips.first).to_be_focused()
    page.get_by_label("What should it show?").fill(SEA)
    page.locator('[name=size][value="512"]').check(force=True)
    page.get_by_label("What should it show?").press("Control+Enter")
    frame = page.locator(".frame").first
    expect(frame).to_contain_text("Ready", timeout=60_000)
    expect(frame).to_contain_text(re.compile(f"{SEA}.*Serene"))
    chips.first.click()
    expect(chips).to_have_count(0)
    frame.get_by_role("link", name="Open").click()
    expect(page.get_by_text("Sent as")).to_be_visible()
    page.get_by_role("link", name="Use these settings again").click()
    expect(chips).to_have_text(["Serene"])
    expect(page.get_by_label("What should it show?")).to_have_value(SEA)


@pytest.mark.browser
def test_a_preset_is_saved_filled_in_and_deleted_with_undo(page: Page, studio: StudioProcess) -> None:
    compose(page)
    page.keyboard.press("Escape")
    page.locator('[name=aspect][value="1:1"]').check(force=True)
    page.get_by_role("button", name="Presets", exact=True).click()
    page.get_by_role("button", name="Save as preset").click()
    page.get_by_label("Name", exact=True).fill("Square sea")
    page.get_by_label("Words", exact=True).fill("{prompt} by the sea")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text('Saved the preset "Square sea".')).to_be_visible()
    saved = studio.call("GET", "/api/v1/presets/square-sea")
    assert (saved["words"], saved["params"]["aspect"], saved["model"]) == ("{prompt} by the sea", "1:1", None)
    page.goto("/create?kind=image&model=local:scene&canvas=off&prompt=A+dune")
    page.get_by_role("button", name="Presets", exact=True).click()
    page.get_by_role("button", name="Yours").click()
    page.get_by_label("Square sea", exact=True).check(force=True)
    expect(page.locator('[name=aspect][value="1:1"]')).to_be_checked()
    expect(page.locator("[data-sent]")).to_contain_text("A dune by the sea")
    page.get_by_role("button", name="Presets", exact=True).click()
    page.get_by_role("button", name="Delete preset Square sea").click()
    expect(page.get_by_label("Square sea", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Square sea", exact=True)).to_have_count(1)
    studio.call("DELETE", "/api/v1/presets/square-sea")


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "width"), [("dark", 1440), ("light", 390)])
def test_axe_finds_nothing_in_presets(open_page: OpenPage, theme: str, width: int) -> None:
    page = open_page(color_scheme=theme, viewport={"width": width, "height": 844}, has_touch=width < 400)
    compose(page)
    page.get_by_label("Joyful", exact=True).check(force=True)
    assert axe_violations(page) == []
    page.get_by_role("button", name="Save as preset").click()
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_without_scripts_a_tile_is_a_check_box_of_the_form(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/create?kind=image&model=local:scene&prompt=A+dune")
    page.get_by_role("button", name="Presets", exact=True).click()
    page.get_by_label("Minimal", exact=True).check(force=True)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Generate, free").click()
    expect(page.locator(".frame").first).to_contain_text("Minimal")
