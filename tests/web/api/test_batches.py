"""Batches over HTTP: priced and asked for as one, followed as one."""

from pathlib import Path
from typing import Any

from tests.chained import ChainVendor, drawing, editing
from tests.scripted import ScriptedProvider
from tests.web.served import a_served_house


async def test_a_chain_is_priced_made_and_read_as_one(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, ChainVendor()) as served:
        body = {"items": [drawing(), editing(0)], "ceiling": {"max_cost_usd": "0.05"}}
        quote = await served.owner.call("POST", "/api/v1/quotes", body)
        assert (quote.status, quote.json["total_cost_usd"]) == (200, "0.043906")
        sent = body | {"quote": quote.json["token"]}
        answer = await served.owner.call(
            "POST", "/api/v1/batches?wait=60", sent, headers={"Idempotency-Key": "one press"}
        )
        assert (answer.status, answer.json["counts"]) == (200, {"succeeded": 2})
        assert answer.json["cost_usd"] == "0.043906"
        again = await served.owner.call("POST", "/api/v1/batches", sent, headers={"Idempotency-Key": "one press"})
        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.json["batch_id"] == answer.json["batch_id"]
        read = await served.owner.get(answer.headers["Location"])
        assert [_without_files(one) for one in read.json["items"]] == [
            _without_files(one) for one in answer.json["items"]
        ]
        assert read.json["items"][1]["waits_on"] == [read.json["items"][0]["id"]]


def _without_files(made: Any) -> Any:
    """What later work on the files of a result does not change."""
    return made | {"assets": [one["id"] for one in made["assets"]]}


async def test_a_batch_is_its_owners_alone(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, ScriptedProvider()) as served:
        item = {"operation": "text-to-image", "model": "scripted:free", "params": {"prompt": "{red|blue} kite"}}
        answer = await served.owner.call("POST", "/api/v1/batches?wait=60", {"items": [item | {"matrix": {}}]})
        assert [one["prompt"] for one in answer.json["items"]] == ["red kite", "blue kite"]
        mara = await served.program(await served.house.member())
        path, first = f"/api/v1/batches/{answer.json['batch_id']}", answer.json["items"][0]["id"]
        assert (await mara.get(path)).error["code"] == "generation_not_found"
        assert (await mara.call("POST", f"{path}/cancel")).status == 404
        assert (await mara.call("POST", f"/api/v1/generations/{first}/approve")).status == 404
        told = (await served.owner.call("POST", f"/api/v1/generations/{first}/approve")).error
        assert told["code"] == "nothing_to_approve"


async def test_what_is_wrong_with_a_batch_names_the_item(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, ChainVendor()) as served:
        for path in ("/api/v1/quotes", "/api/v1/batches"):
            unknown = await served.owner.call("POST", path, {"items": [drawing(), editing(0, colour="red")]})
            assert (unknown.status, list(unknown.error["fields"])) == (422, ["items.1.colour"])
            wrong = await served.owner.call("POST", path, {"items": [drawing(), editing(4)]})
            assert (wrong.status, list(wrong.error["fields"])) == (422, ["items.1.source"])
            assert wrong.error["item"] == 1
            none = await served.owner.call("POST", path, {"items": []})
            assert (none.status, list(none.error["fields"])) == (422, ["items"])
        one = await served.owner.call("POST", "/api/v1/quotes", drawing(colour="red"))
        assert list(one.error["fields"]) == ["colour"]


async def test_a_link_that_waits_says_why_on_its_frame_and_is_approved_there(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, ChainVendor(yields=128)) as served:
        asked = await served.owner.call("POST", "/api/v1/batches", {"items": [drawing(), editing(0)]})
        link = asked.json["items"][1]["id"]
        await served.house.until(link, lambda view: view.waits_for == "approval")
        browser = await served.browser(served.house.owner)
        frame = (await browser.get(f"/frames/{link}")).body.decode()
        assert "Waits for approval" in frame
        assert "$0.003906 was agreed" in frame
        assert 'data-act="approve"' in frame
        approved = await browser.call("POST", f"/api/v1/generations/{link}/approve")
        assert (approved.status, approved.json["waits_for"]) == (200, None)
        assert (await served.house.end(link)).status == "succeeded"
