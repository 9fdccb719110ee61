"""What is kept, over HTTP: list, look, edit, delete, bring back, fetch."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from photoplay.core import clock
from tests.web.served import Caller, a_served_house


async def _ids(caller: Caller, **query: object) -> list[str]:
    answer = await caller.get(f"/api/v1/assets?{urlencode(query)}")
    assert answer.status == 200, answer.body
    return [item["id"] for item in answer.json["items"]]


async def _made(caller: Caller, prompt: str, **changes: object) -> str:
    made = await caller.make(params={"prompt": prompt}, **changes)
    return str(made["assets"][0]["id"])


async def test_assets_are_found_by_filter_and_words(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        ocean = await _made(served.owner, "calm ocean at sunset")
        hills = await _made(served.owner, "green hills", model="scripted:paid")
        assert await _ids(served.owner) == [hills, ocean]
        assert await _ids(served.owner, order="oldest") == [ocean, hills]
        assert await _ids(served.owner, q="OCEAN sun") == [ocean]
        assert await _ids(served.owner, q='"; DROP TABLE assets --') == []
        assert await _ids(served.owner, q="???") == []
        assert await _ids(served.owner, model="scripted:paid") == [hills]
        assert await _ids(served.owner, kind="video") == []
        now = clock.now()
        assert await _ids(served.owner, **{"from": (now + timedelta(hours=1)).isoformat()}) == []
        assert await _ids(served.owner, to=(now + timedelta(hours=1)).isoformat()) == [hills, ocean]
        assert await _ids(served.owner, to="0001-01-01T00:00:00Z") == []


async def test_the_list_goes_page_by_page_in_both_orders(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        await served.owner.call(
            "POST",
            "/api/v1/generations?wait=60",
            {"operation": "text-to-image", "model": "scripted:free", "params": {"prompt": "a"}, "count": 5},
        )
        for order in ("newest", "oldest"):
            page = (await served.owner.get(f"/api/v1/assets?limit=3&order={order}")).json
            rest = (await served.owner.get(f"/api/v1/assets?order={order}&cursor={page['next_cursor']}")).json
            ids = [item["id"] for item in [*page["items"], *rest["items"]]]
            assert (len(ids), rest["next_cursor"]) == (5, None)
            assert ids == sorted(ids, reverse=order == "newest")


async def test_the_timeline_counts_the_months(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        await _made(served.owner, "calm ocean")
        await _made(served.owner, "green hills")
        month = f"{clock.now():%Y-%m}"
        timeline = (await served.owner.get("/api/v1/assets/timeline")).json
        assert timeline == {"items": [{"month": month, "count": 2}], "total": 2}
        assert (await served.owner.get("/api/v1/assets/timeline?q=ocean")).json["total"] == 1


async def test_deleted_assets_lie_in_the_trash_and_come_back(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        one, two = await _made(served.owner, "calm ocean"), await _made(served.owner, "green hills")
        assert (await served.owner.call("DELETE", f"/api/v1/assets/{one}")).status == 204
        assert (await served.owner.call("DELETE", f"/api/v1/assets/{one}")).status == 204
        assert await _ids(served.owner) == [two]
        assert await _ids(served.owner, state="trashed") == [one]
        assert (await served.owner.get(f"/api/v1/assets/{one}")).json["deleted_at"] is not None
        body = {"ids": [one, two, two, "ast_nothing"], "action": "restore"}
        assert (await served.owner.call("POST", "/api/v1/assets/bulk", body)).json == {"ids": [one]}
        assert sorted(await _ids(served.owner)) == sorted([one, two])
        body = {"ids": [one, two], "action": "delete"}
        assert sorted((await served.owner.call("POST", "/api/v1/assets/bulk", body)).json["ids"]) == sorted([one, two])


async def test_title_and_stars_are_changed_and_found(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        asset = await _made(served.owner, "calm ocean")
        path = f"/api/v1/assets/{asset}"
        edited = (await served.owner.call("PATCH", path, {"title": "  Morgenrot  ", "rating": 4})).json
        assert (edited["title"], edited["rating"], edited["prompt"]) == ("Morgenrot", 4, "calm ocean")
        assert await _ids(served.owner, q="morgen") == [asset]
        assert (await served.owner.call("PATCH", path, {"rating": 0})).json["rating"] is None
        assert (await served.owner.get(path)).json["title"] == "Morgenrot"


async def test_a_rendition_is_made_when_it_is_asked_for(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        asset = await _made(served.owner, "calm ocean")
        for rendition, mime in (("original", "image/png"), ("webp", "image/webp"), ("avif", "image/avif")):
            leads = await served.owner.get(f"/api/v1/assets/{asset}/file?rendition={rendition}")
            assert (leads.status, leads.headers["Location"].startswith(f"/media/{asset}/{rendition}-")) == (302, True)
            assert (await served.owner.get(leads.headers["Location"])).headers["Content-Type"] == mime
        download = await served.owner.get(f"/api/v1/assets/{asset}/file?download=true")
        assert download.headers["Location"].endswith("?download=true")
        peaks = await served.owner.get(f"/api/v1/assets/{asset}/file?rendition=peaks")
        assert (peaks.status, peaks.error["code"]) == (404, "no_such_rendition")


async def test_a_recipe_makes_the_same_again(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        asset = await _made(served.owner, "calm ocean")
        recipe = (await served.owner.get(f"/api/v1/assets/{asset}/recipe")).json
        assert (recipe["operation"], recipe["model"], recipe["prompt"]) == (
            "text-to-image",
            "scripted:free",
            "calm ocean",
        )
        again = await served.owner.make(**{name: recipe[name] for name in ("operation", "model", "params")})
        original = (await served.owner.get(f"/api/v1/assets/{asset}")).json
        assert again["params"] == original["params"]
