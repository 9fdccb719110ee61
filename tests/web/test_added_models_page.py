"""Settings, models: added, corrected, priced and removed by forms that need no scripts; in both themes, on desk and phone."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from photoplay.core.settings import Settings
from photoplay.providers import custom_comfyui, replicate
from tests.sandboxed import a_sandbox
from tests.web.browsing import axe_violations
from tests.web.served import Caller, a_served_house
from tests.workflows import PICTURE

PAGE = "/settings/models"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


async def _post(caller: Caller, path: str, **fields: str) -> Any:
    body = urlencode({"csrf_token": caller.headers["X-CSRF-Token"], **fields})
    return await caller.call("POST", path, headers=FORM, data=body)


async def test_a_model_is_added_corrected_priced_and_removed_by_forms(tmp_path: Path) -> None:
    data = tmp_path / "data"
    others = tuple(module.provider(Settings(data=data)) for module in (replicate, custom_comfyui))
    async with (
        a_sandbox(tmp_path / "sandbox") as sandbox,
        a_served_house(data, others=others, sandbox=sandbox.url, private_hosts=("127.0.0.1",)) as served,
    ):
        owner = await served.browser(served.house.owner)
        workflow = json.dumps(PICTURE)
        new = {"provider": "custom-comfyui", "reference": "Portraits", "given.places": ""}
        refused = await _post(owner, PAGE, **new, **{"given.workflow": "no workflow"})
        assert (refused.status, b"Export (API)" in refused.body, b">no workflow<" in refused.body) == (422, True, True)
        added = await _post(owner, PAGE, **new, **{"given.workflow": workflow})
        where = re.search(r"added=(mod_\w+)", added.headers["Location"])
        assert (added.status, where is not None) == (303, True)
        path = f"{PAGE}/{where[1] if where else ''}"
        wrong = {"given.workflow": workflow, "given.places": "prompt = 6.texd", "title": "Faces", "do": "save"}
        kept = await _post(owner, path, **wrong)
        assert (kept.status, b"no field 6.texd" in kept.body, b">prompt = 6.texd<" in kept.body) == (422, True, True)
        right = {**wrong, "given.places": "prompt = 6.text", "price": "$0.002", "unit": "second"}
        assert (await _post(owner, path, **right)).status == 303
        page = (await owner.get(PAGE, headers=FORM)).body.decode()
        assert ("Faces" in page, "$0.002 / s" in page) == (True, True)
        assert (await _post(owner, path, do="remove")).status == 303
        assert "Nothing was added yet." in (await owner.get(PAGE, headers=FORM)).body.decode()
        slug = {"provider": "replicate", "reference": "studio-example/drift"}
        assert (await _post(owner, PAGE, **slug, price="dear")).status == 422
        assert (await _post(owner, PAGE, **slug)).status == 303
        assert "It has no price for image-to-video" in (await owner.get(PAGE, headers=FORM)).body.decode()
        mara = await served.browser(await served.house.member())
        assert (await mara.get(PAGE, headers=FORM)).status == 403
        assert "Models of your own" not in (await mara.get("/settings", headers=FORM)).body.decode()


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "width"), [("dark", 1440), ("light", 390)])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(open_page: Any, theme: str, width: int) -> None:
    page: Page = open_page(color_scheme=theme, viewport={"width": width, "height": 844}, has_touch=width < 400)
    page.goto("/settings")
    page.get_by_role("link", name="Models of your own").click()
    expect(page.get_by_role("heading", name="Add a model")).to_be_visible()
    page.get_by_role("link", name="ComfyUI", exact=True).click()
    expect(page.get_by_text("CUSTOM_COMFYUI_ADDRESS")).to_be_visible()
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
