"""The report on models that end: what takes their place at which price, and which presets, keys and people use them."""

import re
from datetime import date
from pathlib import Path

from photoplay.catalog import NewPreset, save_preset
from photoplay.providers import ModelState
from tests.cli.program import photoplay
from tests.vendors import NoKeys, Vendor
from tests.web.served import Served, a_served_house

ENDINGS = "/api/v1/admin/endings"


async def _set(served: Served, **state: str) -> None:
    answer = await served.owner.call("PUT", "/api/v1/admin/lifecycles", {"model": "one:cheap", **state})
    assert answer.status == 200, answer.body


async def test_an_ending_model_is_listed_with_its_heir_and_everybody_who_uses_it(tmp_path: Path) -> None:
    vendor = Vendor("one", settings=NoKeys, states=(ModelState("dear", is_listed=True, shutdown_on=date(2027, 1, 6)),))
    async with a_served_house(tmp_path, others=(vendor,)) as served:
        mara = await served.house.member(granted=500)
        wanted = NewPreset(title="Noir", operations=["text-to-image"], model="One Cheap")
        await served.house.studio.runtime.db.write(lambda session: save_preset(session, mara.user_id, wanted))
        await (await served.program(mara)).make(model="one:cheap")
        await served.house.end((await served.house.ask(model="one:cheap")).id)
        await _set(served, state="deprecated", until="2027-03-01", heir="one:dear")
        ends = {one["model"]: one for one in (await served.owner.get(ENDINGS)).json["items"]}
        cheap = ends["one:cheap"]
        assert (cheap["heir"], cheap["heir_price_text"], cheap["price_text"]) == (
            "one:dear",
            "$0.05 an image",
            "$0.02 an image",
        )
        assert [(one["name"], one["owner"]) for one in cheap["presets"]] == [("noir", "Mara")]
        assert sorted((one["owner"], one["key"], one["count"]) for one in cheap["orders"]) == [
            ("Mara", "A test", 1),
            ("Owner", None, 1),
        ]
        assert (ends["one:dear"]["lifecycle"]["until"], ends["one:dear"]["orders"]) == ("2027-01-06", [])
        browser = await served.browser(served.house.owner)
        page = (await browser.get("/settings/providers", headers={"Accept": "text/html"})).body.decode()
        assert "Preset &#34;Noir&#34; of Mara; " in page
        assert '<span class="quiet ending-vendor">' in page
        assert "Mara by the key &#34;A test&#34;, once in 30 days" in page
        assert "Instead: One dear, $0.05 an image (this one: $0.02 an image)" in page
        assert (await (await served.program(mara)).get(ENDINGS)).status == 403
        said = await photoplay("models", "--ending", data=tmp_path)
        assert "one:dear ($0.05 an image instead of $0.02 an image)" in said.out
        assert "preset noir" in said.out
        assert "deprecated 2027-03-01" in said.out


async def test_presets_of_a_model_that_ends_are_moved_to_its_heir_by_the_owner_alone(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one", settings=NoKeys),)) as served:
        mara = await served.house.member()
        for model, title in (("One Cheap", "Noir"), ("one:dear", "Dear")):
            wanted = NewPreset(title=title, operations=["text-to-image"], model=model)
            await served.house.studio.runtime.db.write(
                lambda session, wanted=wanted: save_preset(session, mara.user_id, wanted)  # type: ignore[misc]
            )
        await _set(served, state="retired", reason="old")
        nowhere = await served.owner.call("POST", f"{ENDINGS}/one:cheap/move")
        assert nowhere.error["code"] == "nothing_in_its_place"
        await _set(served, state="retired", reason="old", heir="one:dear")
        browser = await served.browser(served.house.owner)
        page = (await browser.get("/settings/providers", headers={"Accept": "text/html"})).body.decode()
        assert "Move 1 preset to One dear" in page
        assert (await (await served.program(mara)).call("POST", f"{ENDINGS}/one:cheap/move")).status == 403
        form = {"csrf_token": browser.headers["X-CSRF-Token"], "model": "one:cheap"}
        moved = await browser.call("POST", "/settings/endings", data=form)
        assert (moved.status, moved.headers["Location"]) == (303, "/settings/providers")
        kept = f"{browser.headers['Cookie']}; {moved.headers['Set-Cookie'].partition(';')[0]}"
        told = (await browser.get("/settings/providers", headers={"Accept": "text/html", "Cookie": kept})).body.decode()
        assert "1 preset moved from One cheap to One dear." in told
        mine = (await (await served.program(mara)).get("/api/v1/presets")).json
        named = {one["title"]: one["model"] for one in mine["items"] if one["title"] in ("Noir", "Dear")}
        assert named == {"Noir": "one:dear", "Dear": "one:dear"}
        assert (await served.owner.get(ENDINGS)).json["items"] == []


async def test_a_move_of_presets_is_taken_back_but_for_those_that_name_another_model_since(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one", settings=NoKeys),)) as served:
        owner = served.house.owner.user_id
        for title, model in (("Noir", "One Cheap"), ("Dusk", "one:cheap"), ("Dear", "one:dear")):
            wanted = NewPreset(title=title, operations=["text-to-image"], model=model)
            await served.house.studio.runtime.db.write(
                lambda session, wanted=wanted: save_preset(session, owner, wanted)  # type: ignore[misc]
            )
        await _set(served, state="retired", reason="old", heir="one:dear")
        browser = await served.browser(served.house.owner)
        token = {"csrf_token": browser.headers["X-CSRF-Token"]}
        moved = await browser.call("POST", "/settings/endings", data=token | {"model": "one:cheap"})
        kept = f"{browser.headers['Cookie']}; {moved.headers['Set-Cookie'].partition(';')[0]}"
        page = (await browser.get("/settings/budgets", headers={"Accept": "text/html", "Cookie": kept})).body.decode()
        line = page[page.index('action="/settings/endings/back"') :]
        fields = dict(re.findall(r'name="(model|heir|presets)" value="([^"]*)"', line.partition("</form>")[0]))
        assert (await served.owner.call("DELETE", "/api/v1/presets/dusk")).status == 204
        back = await browser.call("POST", "/settings/endings/back", data=token | fields)
        assert (back.status, back.headers["Location"]) == (303, "/settings/providers#endings")
        assert back.headers["Set-Cookie"].startswith('way_back=""')
        named = {one["title"]: one["model"] for one in (await served.owner.get("/api/v1/presets")).json["items"]}
        assert (named["Noir"], named["Dear"]) == ("one:cheap", "one:dear")


async def test_a_model_that_has_ended_is_listed_only_as_long_as_something_names_it(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one", settings=NoKeys),)) as served:
        await _set(served, state="retired", reason="old")
        assert [one["model"] for one in (await served.owner.get(ENDINGS)).json["items"]] == []
        wanted = NewPreset(title="Old", operations=["text-to-image"], model="one:cheap")
        owner = served.house.owner.user_id
        await served.house.studio.runtime.db.write(lambda session: save_preset(session, owner, wanted))
        assert [one["model"] for one in (await served.owner.get(ENDINGS)).json["items"]] == ["one:cheap"]
