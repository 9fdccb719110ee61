"""For browser tests: one studio and one Chromium for all, and pages that may neither leave the machine nor complain.

HTTP tests need none of this: they open `tests.web.served.a_served_house` in their own loop.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from tests.web.browsing import CHROMIUM, CHROMIUM_ARGS, StudioProcess, Watch

DESK = {"width": 1440, "height": 900}
PATIENCE_MILLISECONDS = 20_000
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """A studio as `photoplay serve` starts it, with the local provider, on a folder that is thrown away."""
    process = StudioProcess(tmp_path_factory.mktemp("studio") / "data").start()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def _chromium() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser: {CHROMIUM} is missing (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(CHROMIUM_ARGS))
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def browser(_chromium: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    """The Chromium of this session.

    Playwright marks this thread as one that runs its loop. The mark is there during browser tests only, so that async
    tests before and after them can run loops of their own.
    """
    asyncio._set_running_loop(_chromium[1])
    yield _chromium[0]
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def _signed_in() -> dict[str, StorageState]:
    return {}


@pytest.fixture
def watch(studio: StudioProcess) -> Watch:
    """What the pages of this test did wrong. A test that provokes a complaint adds a part of it to `watch.allowed`."""
    return Watch(studio.url)


@pytest.fixture
def open_page(
    browser: Browser, studio: StudioProcess, watch: Watch, _signed_in: dict[str, StorageState]
) -> Iterator[OpenPage]:
    """Opens watched pages, the owner signed in: `open_page(viewport={"width": 390, "height": 844})`.

    Keywords go to Playwright's `new_context`; `signed_in=False` comes as a stranger. Each page is a browser of its own.
    """
    contexts: list[BrowserContext] = []

    def _open(*, signed_in: bool = True, **options: Any) -> Page:
        if signed_in and "owner" not in _signed_in:
            _signed_in["owner"] = _sign_in(browser, studio)
        if signed_in:
            options.setdefault("storage_state", _signed_in["owner"])
        context = browser.new_context(**({"base_url": studio.url, "viewport": DESK} | options))
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        context.on("page", watch.over)
        page = context.new_page()
        if options.get("java_script_enabled", True):
            _let_behaviours_attach(page)
        return page

    yield _open
    for context in contexts:
        context.close()
    assert watch.wrong() == []


def _let_behaviours_attach(page: Page) -> None:
    """`page.goto` comes back when the page answers to keys and clicks, which a person's hands never forestall."""
    go = page.goto

    def _goto(url: str, **how: Any) -> Any:
        answer = go(url, **how)
        page.locator("html.has-scripts:not([data-attaching]), html:not(:has(script))").wait_for(state="attached")
        return answer

    page.goto = _goto  # type: ignore[method-assign]


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One page at 1440 x 900, the owner signed in. `page.goto("/create")` is enough of an address."""
    return open_page()


def _sign_in(browser: Browser, studio: StudioProcess) -> StorageState:
    with browser.new_context(base_url=studio.url) as context:
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_label("Key").fill(studio.key)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/create")
        return context.storage_state()
