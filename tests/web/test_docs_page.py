"""The API reference: complete, offline, readable in both themes and on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from photoplay.core.errors import PhotoplayError
from photoplay.web.reference import error_entries, resources_of, shapes_of
from tests.web.browsing import axe_violations
from tests.web.conftest import OpenPage
from tests.web.served import a_served_house


async def test_every_route_of_the_api_and_every_error_has_its_place(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        document = (await served.stranger.get("/api/v1/openapi.json")).json
        browser = await served.browser(served.house.owner)
        page = (await browser.get("/docs")).body.decode()
        for path, operations in document["paths"].items():
            for method in operations:
                assert f"{method.upper()}</span> <code>{path.replace('{', '{')}</code>" in page
        errors = (await browser.get("/docs/errors")).body.decode()
        for code in ("key_reused", "invalid_request", "not_signed_in", "host_not_allowed", "too_large", "internal"):
            assert f'id="{code}"' in errors
        assert (await served.stranger.get("/docs", headers={"Accept": "text/html"})).status == 303


async def test_every_route_says_what_it_does_and_every_shape_that_is_named_is_there(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        document = (await served.stranger.get("/api/v1/openapi.json")).json
    resources, shapes = resources_of(document, "http://127.0.0.1"), {shape.name for shape in shapes_of(document)}
    routes = [route for resource in resources for route in resource.routes]
    assert [route.path for route in routes if not route.about.endswith(".")] == []
    assert [resource.name for resource in resources if not resource.about] == []
    assert {name for route in routes for name in route.takes} <= shapes
    assert len({route.anchor for route in routes}) == len(routes)


def test_every_error_is_listed_once_with_its_sentence() -> None:
    entries = error_entries()
    assert PhotoplayError.code in [entry.code for entry in entries]
    assert [entry.code for entry in entries] == sorted({entry.code for entry in entries})
    assert [entry.code for entry in entries if not entry.about.endswith(".")] == []


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "width"), [("dark", 1440), ("light", 390)])
def test_the_reference_fits_every_screen_and_breaks_no_rule(open_page: OpenPage, theme: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    for path in ("/docs", "/docs/errors"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe_violations(page) == []


@pytest.mark.browser
def test_an_example_is_copied_and_an_error_is_pointed_at(open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/docs")
    page.get_by_role("button", name="Copy the example of POST /api/v1/quotes").click()
    expect(page.get_by_role("button", name="Copy the example of POST /api/v1/quotes")).to_contain_text("Copied")
    assert '"operation": "text-to-image"' in page.evaluate("navigator.clipboard.readText()")
    page.goto("/docs/errors#key_reused")
    expect(page.locator("#key_reused")).to_be_in_viewport()
