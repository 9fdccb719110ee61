"""Asking for media over HTTP: quote, ask, follow, take back, do again."""

import asyncio
from pathlib import Path
from urllib.parse import urlencode

from photoplay.providers import Waiting
from tests.scripted import ScriptedProvider
from tests.web.served import PICTURE, a_served_house

PAID = PICTURE | {"model": "scripted:paid"}


async def test_a_quote_says_the_price_and_orders_nothing(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        quote = (await served.owner.call("POST", "/api/v1/quotes", PAID | {"count": 3})).json
        assert (quote["total_cost_usd"], quote["count"], quote["model_name"]) == ("0.120000", 3, "Paid")
        assert quote["credits_required"] is None
        assert (await served.owner.get("/api/v1/generations")).json["items"] == []


async def test_the_token_of_a_quote_orders_at_its_price_but_not_something_else(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        quote = (await served.owner.call("POST", "/api/v1/quotes", PAID)).json
        assert (await served.owner.make(**PAID, quote=quote["token"]))["cost_usd"] == "0.040000"
        other = PAID | {"count": 2, "quote": quote["token"]}
        answer = await served.owner.call("POST", "/api/v1/generations", other)
        assert (answer.status, answer.error["code"]) == (409, "quote_expired")


async def test_a_ceiling_below_the_price_is_kept(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        body = PAID | {"ceiling": {"max_cost_usd": "0.03"}}
        answer = await served.owner.call("POST", "/api/v1/generations", body)
        assert (answer.status, answer.error["code"]) == (402, "ceiling_exceeded")


async def test_asking_answers_at_once_and_waiting_answers_at_the_end(tmp_path: Path) -> None:
    gate = {"open": False}
    provider = ScriptedProvider(on_check=lambda order: None if gate["open"] else Waiting(progress=40, word="Painting"))
    async with a_served_house(tmp_path, provider) as served:
        asked = await served.owner.call("POST", "/api/v1/generations", PICTURE)
        assert (asked.status, asked.json["status"]) == (202, "queued")
        path = asked.headers["Location"]
        assert path == f"/api/v1/generations/{asked.json['id']}"
        seen = await served.house.until(asked.json["id"], lambda view: view.progress == 40)
        assert (seen.phase, seen.word) == ("waiting", "Painting")
        assert (await served.owner.call("POST", "/api/v1/generations?wait=0.05", PICTURE)).status == 202
        gate["open"] = True
        await served.house.end(asked.json["id"])
        ended = (await served.owner.get(path)).json
        assert (ended["status"], len(ended["assets"]), ended["orders"][0]["status"]) == ("succeeded", 1, "delivered")
        assert (await served.owner.call("POST", "/api/v1/generations?wait=30", PICTURE)).status == 200


async def test_who_waits_is_answered_at_the_end_whatever_else_happens_meanwhile_or_is_missed(tmp_path: Path) -> None:
    gate = {"open": False}
    provider = ScriptedProvider(on_check=lambda order: None if gate["open"] else Waiting())
    async with a_served_house(tmp_path, provider) as served:
        both = PICTURE | {"count": 2}
        waiting = asyncio.create_task(served.owner.call("POST", "/api/v1/generations?wait=60", both))
        asked = (await served.owner.call("POST", "/api/v1/generations", PICTURE)).json
        await served.owner.call("POST", f"/api/v1/generations/{asked['id']}/cancel")
        served.house.studio.runtime.hub.tell_reset()
        gate["open"] = True
        answer = await waiting
        assert [item["status"] for item in answer.json["items"]] == ["succeeded", "succeeded"]
        assert (answer.status, [len(item["assets"]) for item in answer.json["items"]]) == (200, [1, 1])


async def test_who_waited_is_told_what_a_look_at_it_tells(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        made = await served.owner.make(**PAID)
        seen = (await served.owner.get(f"/api/v1/generations/{made['id']}")).json
        assert [asset["id"] for asset in made.pop("assets")] == [asset["id"] for asset in seen.pop("assets")]
        assert made | {"orders": None} == seen | {"orders": None}


async def test_the_same_idempotency_key_gives_the_first_answer_again(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        key = {"Idempotency-Key": "press-1"}
        first = await served.owner.call("POST", "/api/v1/generations", PICTURE, headers=key)
        again = await served.owner.call("POST", "/api/v1/generations?wait=30", PICTURE, headers=key)
        assert (first.status, first.headers.get("Idempotent-Replayed")) == (202, None)
        assert (again.status, again.headers["Idempotent-Replayed"], again.json["id"]) == (200, "true", first.json["id"])
        other = await served.owner.call("POST", "/api/v1/generations", PICTURE | {"count": 2}, headers=key)
        assert (other.status, other.error["code"], other.error["retryable"]) == (409, "key_reused", False)
        stranger = await served.program(await served.house.member())
        theirs = await stranger.call("POST", "/api/v1/generations", PICTURE, headers=key)
        assert (theirs.status, theirs.json["id"] != first.json["id"]) == (202, True)


async def test_several_at_once_are_a_batch(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        made = (await served.owner.call("POST", "/api/v1/generations?wait=60", PICTURE | {"count": 3})).json
        assert [item["position"] for item in made["items"]] == [0, 1, 2]
        assert {item["status"] for item in made["items"]} == {"succeeded"}
        assert len({item["params"]["seed"] for item in made["items"]}) == 3
        batch = (await served.owner.get(f"/api/v1/batches/{made['batch_id']}")).json
        assert [item["id"] for item in batch["items"]] == [item["id"] for item in made["items"]]


async def test_a_generation_is_cancelled_once_and_done_again(tmp_path: Path) -> None:
    gate = {"open": False}
    provider = ScriptedProvider(on_check=lambda order: None if gate["open"] else Waiting(progress=5))
    async with a_served_house(tmp_path, provider) as served:
        asked = (await served.owner.call("POST", "/api/v1/generations", PAID)).json
        path = f"/api/v1/generations/{asked['id']}"
        early = await served.owner.call("POST", f"{path}/retry")
        assert (early.status, early.error["code"]) == (409, "not_finished")
        await served.house.until(asked["id"], lambda view: view.progress == 5)
        for _press in range(2):
            assert (await served.owner.call("POST", f"{path}/cancel")).json["cancel_asked"] is True
        assert (await served.house.end(asked["id"])).status == "cancelled"
        gate["open"] = True
        again = await served.owner.call("POST", f"{path}/retry", headers={"Idempotency-Key": "again"})
        twice = await served.owner.call("POST", f"{path}/retry", headers={"Idempotency-Key": "again"})
        assert (again.status, again.json["retry_of"], again.json["params"]) == (202, asked["id"], asked["params"])
        assert twice.json["id"] == again.json["id"]
        await served.house.end(again.json["id"])
        late = await served.owner.call("POST", f"/api/v1/generations/{again.json['id']}/cancel")
        assert (late.status, late.error["code"]) == (409, "already_final")


async def test_the_list_goes_page_by_page_and_by_status(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        made = (await served.owner.call("POST", "/api/v1/generations?wait=60", PICTURE | {"count": 5})).json["items"]
        seen: list[str] = []
        query: dict[str, object] = {"limit": 2}
        while True:
            page = (await served.owner.get(f"/api/v1/generations?{urlencode(query)}")).json
            seen += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert seen == sorted((item["id"] for item in made), reverse=True)
        path = "/api/v1/generations?status=queued&status=running"
        assert (await served.owner.get(path)).json["items"] == []
        assert len((await served.owner.get("/api/v1/generations?status=succeeded&kind=image")).json["items"]) == 5


async def test_the_preview_of_what_shows_nothing_yet_is_not_there(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        made = await served.owner.make()
        answer = await served.owner.get(f"/api/v1/generations/{made['id']}/preview")
        assert (answer.status, answer.error["code"]) == (404, "generation_not_found")


async def test_a_receipt_shows_what_was_held_and_billed_and_the_ledger_has_its_lines(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        made = await served.owner.make(**PAID)
        receipt = (await served.owner.get(f"/api/v1/generations/{made['id']}/receipt")).json
        assert (receipt["held_usd"], receipt["billed_usd"]) == ("0.040000", "0.040000")
        ledger = (await served.owner.get("/api/v1/ledger")).json
        assert [entry["kind"] for entry in ledger["items"]] == ["settle", "release", "hold"]
        first = (await served.owner.get("/api/v1/ledger?limit=1")).json
        rest = (await served.owner.get(f"/api/v1/ledger?cursor={first['next_cursor']}")).json
        assert [*first["items"], *rest["items"]] == ledger["items"]
        account = (await served.owner.get("/api/v1/account")).json
        assert (account["metered"], account["spent_this_month_usd"], account["held_usd"]) == (
            False,
            "0.040000",
            "0.000000",
        )


async def test_a_member_pays_in_credits(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        mara = await served.program(await served.house.member(granted=5))
        assert (await mara.call("POST", "/api/v1/quotes", PAID)).json["credits_required"] == 4
        assert (await mara.make(**PAID))["price_credits"] == 4
        assert (await mara.get("/api/v1/account")).json["available_credits"] == 1
        poor = await mara.call("POST", "/api/v1/generations", PAID)
        assert (poor.status, poor.error["code"]) == (402, "insufficient_credits")
