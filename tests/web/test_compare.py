"""Compare and try on, as pages without scripts: asked for on several models, seen side by side, each its owner's alone."""

from pathlib import Path
from typing import Any

from photoplay.providers import Failed, Order
from tests.chained import ChainVendor
from tests.scripted import ScriptedProvider
from tests.web.served import PICTURE, Caller, a_served_house

PROMPT = "a lighthouse at dusk"


async def page(caller: Caller, path: str) -> str:
    """The HTML at an address."""
    answer = await caller.get(path)
    assert answer.status == 200, answer.body
    return answer.body.decode()


async def press(caller: Caller, **fields: Any) -> Any:
    """The form of Compare, sent as a browser without scripts sends it."""
    pairs = [(name, one) for name, value in fields.items() for one in (value if isinstance(value, list) else [value])]
    token = caller.headers["X-CSRF-Token"]
    return await caller.call("POST", "/compare", data=[("csrf_token", token), ("operation", "text-to-image"), *pairs])


async def test_one_prompt_on_two_models_is_one_batch_seen_side_by_side(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        browser = await served.browser(served.house.owner)
        form = await page(browser, f"/compare?prompt={PROMPT}&models=scripted:free,scripted:paid")
        assert form.count("checked") == 2
        assert PROMPT in form
        models = ["scripted:free", "scripted:paid"]
        sent = await press(browser, prompt=PROMPT, models=models, press="one press")
        again = await press(browser, prompt=PROMPT, models=models, press="one press")
        assert (sent.status, sent.headers["Location"]) == (303, again.headers["Location"])
        for item in (await served.owner.get("/api/v1/generations")).json["items"]:
            await served.house.end(item["id"])
        seen = await page(browser, sent.headers["Location"])
        assert seen.count('data-status="succeeded"') == 2
        assert "<b>$0.04</b>" in seen
        assert "<dt>Seed</dt>" in seen
        assert "<dt>Prompt</dt>" not in seen, "what is the same is no difference"


async def test_too_few_models_are_refused_and_nothing_is_lost_of_the_form(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        browser = await served.browser(served.house.owner)
        answer = await press(browser, prompt=PROMPT, models=["scripted:free"])
        assert answer.status == 400
        assert "Pick 2 to 6 models to compare. Nothing was ordered." in answer.body.decode()
        assert PROMPT in answer.body.decode()


async def test_a_failed_one_says_why_beside_the_one_that_worked(tmp_path: Path) -> None:
    def _fail(order: Order) -> None:
        if order.model == "scripted:paid":
            raise Failed("The paint ran out.")

    async with a_served_house(tmp_path, ScriptedProvider(on_check=_fail)) as served:
        browser = await served.browser(served.house.owner)
        sent = await press(browser, prompt=PROMPT, models=["scripted:free", "scripted:paid"])
        ids = [item["id"] for item in (await served.owner.get("/api/v1/generations")).json["items"]]
        for one in ids:
            await served.house.end(one)
        seen = await page(browser, sent.headers["Location"])
        assert "The paint ran out. Nothing was charged." in seen
        assert seen.count('data-act="retry"') == 1
        part = await page(browser, f"/compare/panels?generations={','.join(ids)}")
        assert part.count("data-panel=") == 2


async def test_assets_are_compared_and_tried_on_other_models_by_their_owner_alone(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, ScriptedProvider(), others=(ChainVendor(),)) as served:
        first = (await served.owner.make(params={"prompt": PROMPT, "seed": 1}))["assets"][0]["id"]
        second = (await served.owner.make(params={"prompt": "a kite", "seed": 1}))["assets"][0]["id"]
        browser = await served.browser(served.house.owner)
        seen = await page(browser, f"/compare?assets={first},{second}")
        assert "<dt>Prompt</dt><dd><mark>a kite</mark>" in seen
        ways = await page(browser, f"/library/{first}/try")
        assert f"/create?input={first}&amp;operation=image-to-image&amp;model=studio%3Aedit" in ways
        assert f"/compare?from={first}" in ways
        assert "Paid" in ways.split("Other words")[0]
        assert "$0.04 dearer" in ways
        again = await page(browser, f"/compare?from={first}")
        assert 'value="scripted:free" checked' in again
        assert PROMPT in again
        mara = await served.browser(await served.house.member())
        for path in (f"/compare?assets={first}", f"/compare?from={first}", f"/library/{first}/try"):
            assert (await mara.get(path)).status == 404


async def test_what_is_picked_beside_others_gets_stars_and_counts_when_the_best_is_chosen(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        free = (await served.owner.make())["assets"][0]["id"]
        paid = (await served.owner.make(model="scripted:paid"))["assets"][0]["id"]
        browser = await served.browser(served.house.owner)
        both = {"assets": [free, paid]}
        assert (await browser.call("POST", "/compare/pick", both | {"picked": free})).json == {"changed": [free]}
        changed = (await browser.call("POST", "/compare/pick", both | {"picked": paid})).json["changed"]
        assert sorted(changed) == sorted([free, paid])
        kept = [(await served.owner.get(f"/api/v1/assets/{one}")).json["rating"] for one in (free, paid)]
        assert kept == [None, 5]
        wish = PICTURE | {"model": "auto", "prefer": "best"}
        reasons = [
            one["reason"] for one in (await served.owner.call("POST", "/api/v1/quotes", wish)).json["candidates"]
        ]
        assert any("chosen 1 of 1 times here" in reason for reason in reasons), reasons
        mara = await served.browser(await served.house.member())
        assert (await mara.call("POST", "/compare/pick", both | {"picked": free})).status == 404
