"""The page that asks for a key, in a browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsing import Watch, axe_violations
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser


def test_a_stranger_is_led_to_sign_in_and_a_wrong_key_is_told(open_page: OpenPage, watch: Watch) -> None:
    page = open_page(signed_in=False)
    page.goto("/library")
    assert page.url.endswith("/sign-in")
    assert axe_violations(page) == []
    watch.allowed.append("401")
    page.get_by_label("Key").fill("pp_nobody")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("This key is not known here")
    assert axe_violations(page) == []


def test_the_owner_reaches_the_settings(page: Page) -> None:
    page.goto("/settings")
    expect(page.get_by_role("heading", name="API keys")).to_be_visible()
