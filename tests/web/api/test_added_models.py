"""Models that the operator adds: described by their vendor, priced, ordered, refreshed and removed."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from photoplay.core.settings import Settings
from photoplay.providers import custom_a1111, custom_comfyui, custom_openai, fal, replicate
from tests.sandboxed import Sandboxed, a_sandbox
from tests.web.served import Served, a_served_house
from tests.workflows import PICTURE

ADDED = "/api/v1/admin/models"
SLUG = "studio-example/watercolour"
MODEL = f"replicate:{SLUG}"
HERE: dict[str, Any] = {"private_hosts": ("127.0.0.1",)}
PRICE = [{"unit": "image", "cost_usd": "0.003"}]


@asynccontextmanager
async def _studio(folder: Path, sandbox: Sandboxed) -> AsyncIterator[Served]:
    """With the vendors whose models are added here, at the sandbox."""
    settings = Settings(data=folder)
    others = tuple(module.provider(settings) for module in (replicate, fal, custom_openai, custom_comfyui))
    async with a_served_house(folder, others=others, sandbox=sandbox.url, **HERE) as served:
        yield served


async def _add(served: Served, provider: str, reference: str, **more: Any) -> Any:
    answer = await served.owner.call("POST", ADDED, {"provider": provider, "reference": reference, **more})
    assert answer.status == 201, answer.body
    return answer.json


async def _listed(served: Served, model: str) -> Any:
    listed = (await served.owner.get("/api/v1/models")).json["items"]
    return next((one for one in listed if one["id"] == model), None)


async def test_a_model_is_ordered_only_with_a_price_and_is_there_after_a_restart(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path / "sandbox", pace=0.01) as sandbox:
        async with _studio(tmp_path / "data", sandbox) as served:
            added = await _add(served, "replicate", SLUG, title="Aquarelle")
            assert (added["model"], added["operations"]) == (MODEL, ["text-to-image", "image-to-image"])
            assert "no price" in added["problem"]
            wanted = {"operation": "text-to-image", "model": MODEL, "params": {"prompt": "a lake", "wash": 0.9}}
            assert (await served.owner.call("POST", "/api/v1/quotes", wanted)).error["code"] == "price_unknown"
            priced = await served.owner.call("PATCH", f"{ADDED}/{added['id']}", {"prices": PRICE})
            assert (priced.json["problem"], priced.json["price_text"]) == (None, "$0.003 an image")
            done = await served.owner.make(**wanted)
            assert (done["status"], done["cost_usd"]) == ("succeeded", "0.003000")
        async with _studio(tmp_path / "data", sandbox) as served:
            shown = await _listed(served, MODEL)
            assert (shown["name"], shown["lifecycle"]["state"]) == ("Aquarelle", "active")
            assert shown["form"]["text-to-image"]["properties"]["wash"]["default"] == 0.4
            again = await served.owner.make(**wanted)
            assert (again["status"], len(sandbox.bill("replicate"))) == ("succeeded", 2)


async def test_a_price_that_the_vendor_tells_is_taken_and_one_of_your_own_stays(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path / "sandbox", pace=0.01) as sandbox, _studio(tmp_path / "data", sandbox) as served:
        added = await _add(served, "fal", "studio-example/ink")
        assert (added["price_text"], added["has_own_prices"], added["problem"]) == ("$0.02 an image", False, None)
        assert added["options"] == ["line_width", "paper"]
        path = f"{ADDED}/{added['id']}"
        own = (await served.owner.call("PATCH", path, {"prices": [{"unit": "run", "cost_usd": "0.5"}]})).json
        assert (own["price_text"], own["has_own_prices"]) == ("$0.50 a run", True)
        assert (await served.owner.call("POST", f"{path}/refresh", {})).json["price_text"] == "$0.50 a run"
        told = (await served.owner.call("PATCH", path, {"prices": []})).json
        assert (told["price_text"], told["has_own_prices"]) == ("$0.02 an image", False)
        params = {"prompt": "a lake", "aspect": "4:3", "size": 512, "line_width": 2}
        done = await served.owner.make(model="fal:studio-example/ink", params=params)
        assert (done["status"], done["cost_usd"]) == ("succeeded", "0.020000")


async def test_a_saved_workflow_is_guessed_corrected_and_free(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path / "sandbox", pace=0.01) as sandbox, _studio(tmp_path / "data", sandbox) as served:
        given = {"workflow": json.dumps(PICTURE)}
        added = await _add(served, "custom-comfyui", "Portraits", given=given)
        assert (added["model"], added["price_text"]) == ("custom-comfyui:portraits", "Free")
        assert "prompt = 6.text" in added["given"]["places"].splitlines()
        path = f"{ADDED}/{added['id']}"
        wrong = await served.owner.call("PATCH", path, {"given": {**given, "places": "prompt = 6.texd"}})
        assert (wrong.error["code"], "6.texd" in wrong.error["message"]) == ("model_not_added", True)
        lines = f"{added['given']['places']}\nstyle = 10.strength_model"
        mended = await served.owner.call("PATCH", path, {"given": {**given, "places": lines}})
        assert mended.json["options"] == ["negative_prompt", "steps", "cfg_scale", "sampler", "scheduler", "style"]
        done = await served.owner.make(model=added["model"], params={"prompt": "a lake", "size": 512, "style": 0.4})
        assert (done["status"], done["cost_usd"]) == ("succeeded", "0.000000")


async def test_a_removed_model_is_not_ordered_and_what_it_made_is_still_read(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path / "sandbox", pace=0.01) as sandbox, _studio(tmp_path / "data", sandbox) as served:
        added = await _add(served, "replicate", SLUG, prices=PRICE)
        wanted = {"operation": "text-to-image", "model": MODEL, "params": {"prompt": "a lake"}}
        done = await served.owner.make(**wanted)
        assert (await served.owner.call("DELETE", f"{ADDED}/{added['id']}")).status == 204
        refused = await served.owner.call("POST", "/api/v1/quotes", wanted)
        assert (refused.error["code"], "removed from this studio" in refused.error["message"]) == (
            "model_unavailable",
            True,
        )
        assert (await served.owner.get(f"/api/v1/generations/{done['id']}")).json["model"] == MODEL
        assert (await served.owner.get(f"/api/v1/assets/{done['assets'][0]['id']}")).status == 200
        assert (await served.owner.get(f"{ADDED}/{added['id']}")).error["code"] == "added_model_not_found"
        back = await _add(served, "replicate", SLUG, prices=PRICE)
        assert (back["id"], (await _listed(served, MODEL))["lifecycle"]["state"]) == (added["id"], "active")


async def test_what_a_server_lists_is_suggested_and_a_model_is_added_once(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path / "sandbox") as sandbox, _studio(tmp_path / "data", sandbox) as served:
        ways = {one["provider"]: one for one in (await served.owner.get(f"{ADDED}/ways")).json["items"]}
        assert set(ways) == {"replicate", "fal", "custom-openai", "custom-comfyui"}
        assert list(ways["custom-comfyui"]["form"]["properties"]) == ["workflow", "places"]
        told = (await served.owner.get(f"{ADDED}/suggestions?provider=custom-openai")).json["items"]
        await _add(served, "custom-openai", told[0])
        left = (await served.owner.get(f"{ADDED}/suggestions?provider=custom-openai")).json["items"]
        assert left == told[1:]
        for body, code in (
            ({"provider": "custom-openai", "reference": told[0]}, "model_there"),
            ({"provider": "replicate", "reference": "black-forest-labs/flux-dev"}, "model_there"),
            ({"provider": "replicate", "reference": "nobody/nothing"}, "model_not_added"),
            ({"provider": "custom-comfyui", "reference": "x"}, "model_not_added"),
            ({"provider": "scripted", "reference": "x"}, "unknown_provider"),
        ):
            assert (await served.owner.call("POST", ADDED, body)).error["code"] == code


async def test_orders_that_are_out_keep_a_model_as_it_is_and_members_cannot_add(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path / "sandbox", pace=5) as sandbox, _studio(tmp_path / "data", sandbox) as served:
        added = await _add(served, "replicate", SLUG, prices=PRICE)
        wanted = {"operation": "text-to-image", "model": MODEL, "params": {"prompt": "a lake"}}
        asked = await served.owner.call("POST", "/api/v1/generations", wanted)
        await served.house.until(asked.json["id"], lambda view: view.phase == "waiting")
        busy = await served.owner.call("POST", f"{ADDED}/{added['id']}/refresh", {})
        assert (busy.status, busy.error["code"]) == (409, "model_at_work")
        member = await served.program(await served.house.member())
        assert (await member.get(ADDED)).error["code"] == "owner_only"
        assert (await member.call("DELETE", f"{ADDED}/{added['id']}")).error["code"] == "owner_only"
        assert MODEL in [one["id"] for one in (await member.get("/api/v1/models")).json["items"]]


async def test_of_two_servers_of_ones_own_a_model_runs_where_it_is(tmp_path: Path) -> None:
    module = custom_a1111.provider(Settings(data=tmp_path))
    async with (
        a_sandbox(tmp_path / "one", pace=0.01) as first,
        a_sandbox(tmp_path / "two", pace=0.01) as second,
        a_served_house(tmp_path / "data", others=(module,), **HERE) as served,
    ):
        ids = []
        for sandbox in (first, second):
            wanted = {"settings": {"address": f"{sandbox.url}/a1111"}}
            made = await served.owner.call("POST", "/api/v1/admin/providers/custom-a1111/accounts", wanted)
            ids.append(made.json["id"])
        added = await _add(served, "custom-a1111", "dreamshaper_8", account=ids[1])
        assert added["account"] == ids[1]
        for _ in range(2):
            done = await served.owner.make(model=added["model"], params={"prompt": "a lake", "size": 512})
            assert done["status"] == "succeeded"
        assert (len(first.bill("custom-a1111")), len(second.bill("custom-a1111"))) == (0, 2)
        found = await _add(served, "custom-a1111", "sd_xl_base_1.0")
        assert found["account"] == ids[0]
        gone = {"provider": "custom-a1111", "reference": "dreamshaper_8", "account": "vnd_gone"}
        assert (await served.owner.call("POST", ADDED, gone)).error["code"] == "model_not_added"
