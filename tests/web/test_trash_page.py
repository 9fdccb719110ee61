"""What stands where nothing is, and how long the trash keeps: a house of its own, because both tell of everything made."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.web.browsing import Watch
from tests.web.conftest import OpenPage
from tests.web.threaded import Threaded, a_threaded_house

pytestmark = pytest.mark.browser
KEPT = "7 days"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Threaded]:
    with a_threaded_house(tmp_path_factory.mktemp("house") / "data", trash_days=7) as threaded:
        yield threaded


@pytest.fixture
def watch(house: Threaded) -> Watch:
    return Watch(house.url)


@pytest.mark.parametrize(
    ("state", "heading", "words"),
    [
        ("running", "Nothing is being made", "with its progress until it is ready"),
        ("failed", "Nothing failed", "a way to try it again"),
        ("trashed", "The trash is empty", f"What you delete stays here for {KEPT}"),
    ],
)
def test_a_state_that_nothing_is_in_says_what_would_be_there(
    house: Threaded, open_page: OpenPage, state: str, heading: str, words: str
) -> None:
    page = house.page(open_page)
    page.goto(f"/library?state={state}")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.locator(".library-note:visible")).to_contain_text(words)
    page.get_by_role("link", name="Show everything").click()
    page.wait_for_url("**/library")


def test_the_last_one_deleted_from_its_page_leads_to_the_library_which_can_undo_it(
    house: Threaded, open_page: OpenPage
) -> None:
    asset = house.do(house.served.owner.make())["assets"][0]
    page = house.page(open_page)
    page.goto(f"/library/{asset['id']}")
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url("**/library")
    toast = page.locator("#toasts")
    expect(toast).to_contain_text(f"It stays there for {KEPT}.")
    page.goto(f"/library/{asset['id']}")
    expect(page.locator(".asset-trashed")).to_contain_text(f"It is deleted for good after {KEPT}.")
    expect(toast).to_be_empty()
    page.get_by_role("button", name="Put back").click()
    expect(page.locator(".asset-trashed")).to_have_count(0)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(f"**/library/{asset['id']}")
    expect(page.locator(".asset-trashed")).to_have_count(0)
