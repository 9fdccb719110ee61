"""The owner's board of jobs: over the API and as a page, and closed to everybody else."""

from pathlib import Path

from photoplay.providers import Waiting
from tests.scripted import ScriptedProvider
from tests.web.served import a_served_house

PICTURE = {"operation": "text-to-image", "model": "scripted:free", "params": {"prompt": "calm <ocean>"}}


async def test_the_board_shows_what_runs_what_waits_and_who_works(tmp_path: Path) -> None:
    vendor = ScriptedProvider(on_check=lambda order: Waiting(progress=20, word="Painting"))
    async with a_served_house(tmp_path, vendor) as served:
        running = (await served.owner.call("POST", "/api/v1/generations", PICTURE)).json
        await served.house.until(running["id"], lambda view: view.progress == 20)
        held = await served.owner.call("POST", "/api/v1/admin/jobs/pause", {"name": "scripted", "reason": "too dear"})
        assert held.json["pauses"][0]["title"] == "Scripted" or held.json["pauses"][0]["name"] == "scripted"
        waits = [(await served.owner.call("POST", "/api/v1/generations", PICTURE)).json["id"] for _ in range(2)]
        moved = await served.owner.call("POST", f"/api/v1/admin/jobs/{waits[1]}/move", {"to": "first"})
        assert (moved.status, moved.json["priority"]) == (200, 1)
        board = (await served.owner.get("/api/v1/admin/jobs")).json
        [lane] = board["lanes"]
        assert (lane["running"], lane["queued"], lane["is_paused"]) == (1, 2, True)
        assert "too dear" in lane["held_because"]
        assert [job["id"] for job in board["queued"]] == [waits[1], waits[0]]
        [job] = board["running"]
        [worker] = board["workers"]
        assert job["worker"] == f"{worker['host']}:{worker['pid']}"
        assert (job["owner"], job["progress"], worker["running"], worker["is_this"]) == ("Owner", 20, 1, True)
        browser = await served.browser(served.house.owner)
        page = (await browser.get("/admin/jobs")).body.decode()
        assert "calm &lt;ocean&gt;" in page
        assert "too dear" in page
        form = {"name": "scripted"}
        back = await browser.call("POST", "/admin/jobs/resume", data=form)
        assert (back.status, back.headers["Location"]) == (303, "/admin/jobs")
        vendor.on_check = lambda order: None
        for one in (running["id"], *waits):
            assert (await served.house.end(one)).status == "succeeded"
        late = await browser.call("POST", f"/admin/jobs/{waits[0]}/move", data={"to": "first"})
        assert "ended%20already" in late.headers["Location"]
        assert "ended already" in (await browser.get(late.headers["Location"])).body.decode()


async def test_the_board_is_the_owners_alone_and_wrong_names_are_told(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        member = await served.program(await served.house.member())
        for method, path in (
            ("GET", "/api/v1/admin/jobs"),
            ("POST", "/api/v1/admin/jobs/pause"),
            ("GET", "/admin/jobs"),
        ):
            answer = await member.call(method, path, {} if method == "POST" else None)
            assert answer.status == 403, path
        wrong = await served.owner.call("POST", "/api/v1/admin/jobs/pause", {"name": "nobody"})
        assert (wrong.status, wrong.error["code"]) == (404, "nothing_to_pause")
        gone = await served.owner.call("POST", "/api/v1/admin/workers/wrk_1/leave")
        assert (gone.status, gone.error["code"]) == (409, "only_worker")
        unknown = await served.owner.call("POST", "/api/v1/admin/jobs/gen_1/move", {"to": "first"})
        assert unknown.status == 404
