"""Prices and ends that the owner sets, over the API: in force at once, told with the quote, taken back without a trace."""

from pathlib import Path

from photoplay.providers import ModelState
from tests.vendors import NoKeys, Vendor, a_set_clock
from tests.web.served import Caller, Served, a_served_house

PRICES, LIVES = "/api/v1/admin/prices", "/api/v1/admin/lifecycles"
WANTED = {
    "model": "one:cheap",
    "operation": "text-to-image",
    "unit": "image",
    "cost_usd": "0.03",
    "note": "our contract",
}


class Unpriced(Vendor):
    """A vendor whose prices nobody knows."""

    def data(self) -> str:
        """No prices."""
        return '[provider]\ntitle = "One"\n'


def _vendor(kind: type[Vendor] = Vendor) -> Vendor:
    return kind("one", settings=NoKeys)


async def _quote(caller: Caller, model: str = "one:cheap", **more: object) -> dict[str, object]:
    body = {"operation": "text-to-image", "model": model, "params": {"prompt": "calm ocean"}, **more}
    answer = await caller.call("POST", "/api/v1/quotes", body)
    told: dict[str, object] = answer.json
    return told


async def _life(served: Served, model: str) -> dict[str, object]:
    listed = (await served.owner.get("/api/v1/models")).json["items"]
    life: dict[str, object] = next(one["lifecycle"] for one in listed if one["id"] == model)
    return life


async def test_a_model_without_a_price_is_ordered_once_the_owner_has_set_one(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(_vendor(Unpriced),)) as served:
        assert (await _quote(served.owner))["error"]["code"] == "price_unknown"  # type: ignore[index]
        assert (await served.owner.call("POST", PRICES, WANTED)).status == 201
        quote = await _quote(served.owner)
        assert quote["total_cost_usd"] == "0.030000"
        made = await served.owner.make(model="one:cheap")
        assert (made["status"], made["cost_usd"]) == ("succeeded", "0.030000")


async def test_a_set_price_counts_before_the_list_price_says_who_set_it_and_is_kept_over_a_restart(
    tmp_path: Path,
) -> None:
    vendor = _vendor()
    with a_set_clock():
        async with a_served_house(tmp_path, others=(vendor,)) as served:
            assert (await _quote(served.owner))["total_cost_usd"] == "0.020000"
            await served.owner.call("POST", PRICES, WANTED)
        async with a_served_house(tmp_path, others=(vendor,)) as served:
            quote = await _quote(served.owner)
            assert quote["total_cost_usd"] == "0.030000"
            said = "$0.03 per image, set in this studio by Owner on 2026-11-21 (our contract)."
            assert said in quote["reasons"]  # type: ignore[operator]
            (kept,) = (await served.owner.get(PRICES)).json["items"]
            assert (kept["price"], kept["set_by"], kept["note"]) == ("$0.03 per image", "Owner", "our contract")
            assert (await served.owner.call("DELETE", f"{PRICES}/{kept['id']}")).status == 204
            assert (await _quote(served.owner))["total_cost_usd"] == "0.020000"
            again = await served.owner.call("DELETE", f"{PRICES}/{kept['id']}")
            assert (again.status, again.error["code"]) == (404, "price_not_found")


async def test_a_quote_from_before_a_dearer_price_is_not_taken_silently(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(_vendor(),)) as served:
        quote = await _quote(served.owner)
        await served.owner.call("POST", PRICES, WANTED)
        body = {"operation": "text-to-image", "model": "one:cheap", "params": {"prompt": "calm ocean"}}
        answer = await served.owner.call("POST", "/api/v1/generations", {**body, "quote": quote["token"]})
        assert (answer.status, answer.error["code"]) == (409, "price_changed")


async def test_a_price_that_cannot_be_is_refused_by_field(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(_vendor(),)) as served:
        for changes, code, wrong in (
            ({"cost_usd": "-1"}, "invalid_request", "cost_usd"),
            ({"cost_usd": "0.1", "high_usd": "0.05"}, "price_invalid", "cost_usd"),
            ({"unit": "furlong"}, "invalid_request", "unit"),
            ({"when": {"wings": 2}}, "price_invalid", "when.wings"),
            ({"owner": "me"}, "invalid_request", "owner"),
        ):
            answer = await served.owner.call("POST", PRICES, WANTED | changes)
            assert (answer.status, answer.error["code"], list(answer.error["fields"])) == (422, code, [wrong])
        assert (await served.owner.call("POST", PRICES, WANTED | {"model": "one:none"})).status == 404
        cannot = await served.owner.call("POST", PRICES, WANTED | {"operation": "upscale"})
        assert (cannot.status, cannot.error["code"]) == (422, "model_cannot")


async def test_a_model_is_taken_off_the_list_with_a_reason_and_an_heir_and_put_back(tmp_path: Path) -> None:
    gone = {"model": "one:cheap", "state": "retired", "reason": "too many complaints", "heir": "one:dear"}
    async with a_served_house(tmp_path, others=(_vendor(),)) as served:
        assert (await served.owner.call("PUT", LIVES, gone)).status == 200
        refused = (await _quote(served.owner))["error"]
        assert isinstance(refused, dict)
        assert (refused["code"], refused["heir"]) == ("model_unavailable", "one:dear")
        assert "is not offered in this studio: too many complaints." in refused["message"]
        assert (await _quote(served.owner, allow_heir=True))["model"] == "one:dear"
        assert (await served.owner.call("DELETE", f"{LIVES}/one:cheap")).status == 204
        assert (await _quote(served.owner))["model"] == "one:cheap"
        assert (await served.owner.call("DELETE", f"{LIVES}/one:cheap")).error["code"] == "state_not_found"


async def test_what_the_owner_says_counts_before_what_the_vendor_tells(tmp_path: Path) -> None:
    vendor = Vendor("one", settings=NoKeys, states=(ModelState("cheap", is_listed=False),))
    async with a_served_house(tmp_path, others=(vendor,)) as served:
        await served.owner.call("POST", "/api/v1/admin/providers/one/probe")
        assert (await _life(served, "one:cheap"))["state"] == "unavailable"
        await served.owner.call("PUT", LIVES, {"model": "one:cheap", "state": "deprecated", "until": "2027-03-01"})
        life = await _life(served, "one:cheap")
        assert (life["state"], life["until"], life["set_by"]) == ("deprecated", "2027-03-01", "Owner")


async def test_an_end_that_cannot_be_is_refused_with_the_reason(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(_vendor(),)) as served:
        for body, code in (
            ({"model": "one:cheap", "state": "deprecated"}, "invalid_request"),
            ({"model": "one:cheap", "state": "unavailable"}, "invalid_request"),
            ({"model": "one:cheap", "state": "retired", "reason": "x", "heir": "one:cheap"}, "state_invalid"),
            ({"model": "scripted:gone", "state": "active"}, "state_invalid"),
        ):
            answer = await served.owner.call("PUT", LIVES, body)
            assert (answer.status, answer.error["code"]) == (422, code), body


async def test_a_member_sets_nothing_and_sees_nothing_of_it(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(_vendor(),)) as served:
        kept = (await served.owner.call("POST", PRICES, WANTED)).json
        mara = await served.program(await served.house.member())
        for method, path, body in (
            ("GET", PRICES, None),
            ("POST", PRICES, WANTED),
            ("DELETE", f"{PRICES}/{kept['id']}", None),
            ("GET", LIVES, None),
            ("PUT", LIVES, {"model": "one:cheap", "state": "unavailable", "reason": "mine"}),
            ("DELETE", f"{LIVES}/one:cheap", None),
        ):
            assert (await mara.call(method, path, body)).status == 403
            assert (await served.stranger.call(method, path, body)).status == 401
