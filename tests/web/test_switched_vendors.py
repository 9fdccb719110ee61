"""Vendors switched off and on, and their usual models: over the API, in the pages, and from the command line."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.cli.program import photoplay
from tests.vendors import FIRST_KEY, NoKeys, Vendor
from tests.web.served import Answer, Caller, Served, a_served_house

ADMIN, PAGE = "/api/v1/admin/providers/one", "/settings/providers/one"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


def _asked(model: str, **more: Any) -> dict[str, Any]:
    return {"operation": "text-to-image", "model": model, "params": {"prompt": "a pier"}, **more}


async def _switch(served: Served, **changes: Any) -> Any:
    answer = await served.owner.call("PATCH", ADMIN, changes)
    assert answer.status == 200, answer.body
    return answer.json


async def _quoted(served: Served, model: str, **more: Any) -> Answer:
    return await served.owner.call("POST", "/api/v1/quotes", _asked(model, **more))


async def _shown(browser: Caller, path: str, cookie: str = "") -> str:
    session = browser.headers["Cookie"]
    headers = {"Accept": "text/html", "Cookie": f"{session}; {cookie}" if cookie else session}
    answer = await browser.get(path, headers=headers)
    assert answer.status == 200, answer.body
    return " ".join(answer.body.decode().split())


async def test_a_vendor_with_a_key_from_the_environment_is_switched_off_and_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRIPTED_VENDOR_KEY", FIRST_KEY)
    others = Vendor("one"), Vendor("two", settings=NoKeys)
    async with a_served_house(tmp_path, others=others) as served:
        told = await _switch(served, is_on=False)
        assert (told["state"], told["is_on"], told["accounts"][0]["is_usable"]) == ("off", False, True)
        assert "One is switched off: it takes no new orders." in told["message"]
        refused = await _quoted(served, "one:cheap")
        assert (refused.status, refused.error["code"]) == (422, "model_unavailable")
        assert refused.error["message"].startswith("One cheap is not offered in this studio: One is switched off.")
        assert "One is switched off" in (await _quoted(served, "one")).error["message"]
        chosen = (await _quoted(served, "auto", prefer="best")).json
        left_out = {one["model"]: one["reason"] for one in chosen["left_out"]}
        assert left_out["one:cheap"] == left_out["one:dear"] == "One is switched off"
        listed = (await served.owner.get("/api/v1/models?operation=text-to-image")).json["items"]
        assert {one["lifecycle"]["state"] for one in listed if one["provider"] == "one"} == {"unavailable"}
        assert (await served.owner.get("/api/v1/admin/endings")).json["items"] == []
        assert (await _switch(served, is_on=True))["state"] == "ready"
        assert (await _quoted(served, "one:cheap")).status == 200


async def test_a_request_that_names_a_vendor_gets_its_usual_model_or_the_best_of_its_models_by_need(
    tmp_path: Path,
) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one", settings=NoKeys),)) as served:
        quote = (await _quoted(served, "one")).json
        assert quote["items"][0]["model"] == "one:cheap"
        assert [one["model"] for one in quote["candidates"]] == ["one:cheap", "one:dear"]
        told = await _switch(served, default_models={"text-to-image": "one:dear"})
        assert told["default_models"] == {"text-to-image": "one:dear"}
        quote = (await _quoted(served, "One")).json
        assert quote["items"][0]["model"] == "one:dear"
        assert quote["candidates"][0]["reason"].startswith("The usual model of One here: $0.05")
        made = await served.owner.make(model="one")
        assert (made["model"], made["status"]) == ("one:dear", "succeeded")
        for model, why in (("scripted:free", "no model"), ("one:gone", "no model")):
            wrong = await served.owner.call("PATCH", ADMIN, {"default_models": {"text-to-image": model}})
            assert (wrong.status, wrong.error["code"]) == (422, "default_invalid")
            assert why in wrong.error["fields"]["text-to-image"]
        wrong = await served.owner.call("PATCH", ADMIN, {"default_models": {"text-to-video": "one:dear"}})
        assert wrong.error["fields"] == {"text-to-video": "One dear does not do text-to-video."}
        assert (await _switch(served, default_models={"text-to-image": None}))["default_models"] == {}
        unknown = await served.owner.call("PATCH", "/api/v1/admin/providers/nobody", {"is_on": False})
        assert (unknown.status, unknown.error["code"]) == (404, "unknown_provider")
        mara = await served.program(await served.house.member())
        assert (await mara.call("PATCH", ADMIN, {"is_on": False})).status == 403


async def test_the_page_switches_a_vendor_offers_the_way_back_and_sets_what_create_begins_with(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one", settings=NoKeys),)) as served:
        browser = await served.browser(served.house.owner)
        assert "Switch One off" in await _shown(browser, PAGE)
        off = await browser.call("POST", f"{PAGE}/switch", data=b"is_on=false", headers=FORM)
        assert (off.status, off.headers["Location"]) == (303, PAGE)
        cookie = off.headers["Set-Cookie"].partition(";")[0]
        shown = await _shown(browser, PAGE, cookie)
        assert "One is switched off. It takes no new orders." in shown
        assert f'action="{PAGE}/switch"' in shown.partition("way-back")[2]
        assert "Switch One on" in shown
        assert "Switched off" in await _shown(browser, "/settings/providers")
        picker = await _shown(browser, "/create?model=one:cheap")
        assert "One is switched off" in picker
        back = await browser.call("POST", f"{PAGE}/switch", data=b"is_on=true", headers=FORM)
        assert (back.status, 'way_back=""' in back.headers["Set-Cookie"]) == (303, True)
        usual = urlencode({"usual.text-to-image": "one:dear"}).encode()
        assert (await browser.call("POST", f"{PAGE}/usual", data=usual, headers=FORM)).status == 303
        assert "Change the usual models" in await _shown(browser, PAGE)
        assert 'name="model" value="one:dear"' in await _shown(browser, "/create?model=one")
        wrong = urlencode({"usual.text-to-image": "scripted:free"}).encode()
        refused = await browser.call("POST", f"{PAGE}/usual", data=wrong, headers=FORM)
        assert (refused.status, "This vendor has no model" in refused.body.decode()) == (422, True)


async def test_the_command_line_lists_vendors_and_switches_them(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one", settings=NoKeys),)) as served:
        assert (await photoplay("providers", "off", "one", data=tmp_path)).out == "One: off.\n"
        assert "one  off  One is switched off" in (await photoplay("providers", "list", data=tmp_path)).out
        assert (await _quoted(served, "one:cheap")).status == 422
        assert (await photoplay("providers", "on", "one", data=tmp_path)).out == "One: ready.\n"
        said = await photoplay("providers", "usual", "one", "text-to-image", "one:dear", data=tmp_path)
        assert said.out == "One: ready, usually text-to-image one:dear.\n"
