"""A second user at every door: what is the owner's is not there for them, and nothing of it leaks."""

from pathlib import Path

from photoplay import accounts
from photoplay.providers import Delivery, LocalFile, Order, Waiting
from tests.scripted import ScriptedProvider, png
from tests.web.served import PICTURE, Served, a_served_house

SECRET = "a secret lighthouse"
Door = tuple[str, str, object]


class _Previewing(ScriptedProvider):
    """Shows a preview and never ends, unless it is asked for something else."""

    async def check(self, ticket: object, order: Order, http: object) -> Waiting | Delivery:
        """Waits with a preview while the prompt says so."""
        if "unfinished" not in str(order.params["prompt"]):
            return self.deliver(order)
        path = Path(order.spool) / "preview.png"
        path.write_bytes(png())
        return Waiting(progress=20, previews=(LocalFile(path, "image/png"),))


async def _doors(served: Served) -> dict[str, list[Door]]:
    """Every door that takes an id, with ids of the owner's things."""
    made = await served.owner.make(params={"prompt": SECRET})
    running = (
        await served.owner.call("POST", "/api/v1/generations", PICTURE | {"params": {"prompt": f"{SECRET} unfinished"}})
    ).json
    shown = await served.house.until(running["id"], lambda view: view.preview is not None)
    assert shown.preview is not None
    asset, generation = made["assets"][0], made["id"]
    await served.owner.get(f"/api/v1/assets/{asset['id']}/file?rendition=webp")
    files = (await served.owner.get(f"/api/v1/assets/{asset['id']}")).json["files"]
    key = (await served.owner.get("/api/v1/keys")).json["items"][0]["id"]
    source = {"operation": "upscale", "params": {}, "inputs": {"source": {"asset": asset["id"]}}}
    api: list[Door] = [
        ("GET", f"/api/v1/generations/{generation}", None),
        ("POST", f"/api/v1/generations/{generation}/cancel", None),
        ("POST", f"/api/v1/generations/{running['id']}/cancel", None),
        ("POST", f"/api/v1/generations/{generation}/retry", None),
        ("GET", f"/api/v1/generations/{generation}/receipt", None),
        ("GET", shown.preview.url, None),
        ("GET", f"/api/v1/batches/{made['batch_id']}", None),
        ("POST", "/api/v1/generations", PICTURE | {"retry_of": generation}),
        ("GET", f"/api/v1/assets/{asset['id']}", None),
        ("PATCH", f"/api/v1/assets/{asset['id']}", {"title": "Mine now"}),
        ("DELETE", f"/api/v1/assets/{asset['id']}", None),
        ("GET", f"/api/v1/assets/{asset['id']}/file", None),
        ("GET", f"/api/v1/assets/{asset['id']}/file?rendition=avif", None),
        ("GET", f"/api/v1/assets/{asset['id']}/recipe", None),
        ("GET", f"/api/v1/assets/{asset['id']}/credentials", None),
        ("DELETE", f"/api/v1/keys/{key}", None),
        *(("GET", address, None) for address in files.values()),
    ]
    pages: list[Door] = [("GET", f"/library/{asset['id']}", None), ("GET", f"/frames/{generation}", None)]
    uses: list[Door] = [("POST", "/api/v1/quotes", source), ("POST", "/api/v1/generations", source)]
    return {"api": api, "pages": pages, "uses": uses}


async def test_nothing_of_the_owner_is_there_for_a_second_user(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, _Previewing()) as served:
        doors = await _doors(served)
        viewer = await served.house.member("Mara")
        for caller in (await served.program(viewer), await served.browser(viewer)):
            for method, path, body in [*doors["api"], *doors["pages"]]:
                answer = await caller.call(method, path, body)
                assert answer.status == 404, (method, path, answer)
                assert SECRET.encode() not in answer.body
            for method, path, body in doors["uses"]:
                assert 400 <= (await caller.call(method, path, body)).status < 500
        untouched = (await served.owner.get(doors["api"][8][1])).json
        assert (untouched["title"] != "Mine now", untouched["deleted_at"]) == (True, None)
        for method, path, _body in doors["api"]:
            if method == "GET":
                assert (await served.owner.get(path)).status in (200, 302), path


async def test_lists_counts_and_pages_show_a_second_user_nothing(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        made = await served.owner.make(params={"prompt": SECRET})
        asset = made["assets"][0]["id"]
        viewer = await served.house.member("Mara")
        for caller in (await served.program(viewer), await served.browser(viewer)):
            for path in (
                "/api/v1/generations",
                "/api/v1/assets",
                "/api/v1/assets?q=lighthouse",
                "/api/v1/assets?state=trashed",
                "/api/v1/assets/timeline",
                "/api/v1/ledger",
            ):
                assert (await caller.get(path)).json["items"] == [], path
            body = {"ids": [asset], "action": "delete"}
            assert (await caller.call("POST", "/api/v1/assets/bulk", body)).json == {"ids": []}
        browser = await served.browser(viewer)
        for path in ("/create", f"/create?from={asset}", "/library", "/settings", "/docs"):
            page = await browser.get(path, headers={"Accept": "text/html"})
            assert page.status in (200, 404), path
            assert SECRET.encode() not in page.body, path
            assert asset.encode() not in page.body or path.endswith(asset), path


async def test_a_stranger_gets_nothing_but_the_way_in(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, _Previewing()) as served:
        doors = await _doors(served)
        for method, path, body in [*doors["api"], *doors["uses"], ("GET", "/api/v1/assets", None)]:
            answer = await served.stranger.call(method, path, body)
            assert (answer.status, answer.error["code"]) == (401, "not_signed_in"), path
        for path in ("/", "/create", "/library", "/settings", "/docs", doors["pages"][0][1]):
            answer = await served.stranger.get(path, headers={"Accept": "text/html"})
            assert (answer.status, answer.headers["Location"]) in ((303, "/sign-in"), (303, "/create")), path


async def test_a_disabled_user_is_out_at_every_door(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        viewer = await served.house.member("Mara")
        program, browser = await served.program(viewer), await served.browser(viewer)
        made = await program.make()
        link = await served.house.studio.runtime.db.write(lambda session: accounts.make_link(session, viewer.user_id))
        await served.house.studio.runtime.db.write(lambda session: accounts.disable_user(session, "Mara"))
        served.house.studio.doorkeeper.recheck(viewer.user_id)
        for caller in (program, browser):
            for path in ("/api/v1/account", made["assets"][0]["files"]["original"], "/api/v1/events"):
                assert (await caller.get(path)).status == 401, path
        answer = await served.stranger.get(f"/sign-in?token={link}")
        assert (answer.status, "Set-Cookie" in answer.headers) == (401, False)
