"""Uncertain orders and results owed, for the owner: over the API and as pages, and closed to everybody else."""

from pathlib import Path

from photoplay.core.http import Http
from photoplay.providers import Invalid, Order, OutcomeUnknown, Ticket, Waiting
from tests.scripted import ScriptedProvider
from tests.web.served import a_served_house

PICTURE = {"operation": "text-to-image", "model": "scripted:paid", "params": {"prompt": "calm <ocean>"}}


class LosingVendor(ScriptedProvider):
    """Loses every answer; knows the order `job-7`, which is not done yet."""

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting:
        """One look."""
        if ticket.reference["id"] != "job-7":
            raise Invalid("There is no such order here.")
        return Waiting(progress=20)


def _lose(order: Order) -> None:
    raise OutcomeUnknown("The answer was <lost>.")


async def test_the_owner_ends_an_uncertainty_and_sees_what_it_does_to_money_before(tmp_path: Path) -> None:
    vendor = LosingVendor(on_submit=_lose, recovery="none")
    async with a_served_house(tmp_path, vendor) as served:
        made = [(await served.owner.call("POST", "/api/v1/generations", PICTURE)).json["id"] for _ in range(2)]
        for one in made:
            uncertain = await served.house.until(one, lambda view: view.status == "uncertain")
            assert uncertain.decided_by is not None
        listed = (await served.owner.get("/api/v1/admin/uncertain")).json["items"]
        assert [order["reason"] for order in listed] == ["The answer was <lost>."] * 2
        asked = await served.owner.get(f"/api/v1/admin/uncertain/{listed[0]['order_id']}/listed")
        assert asked.json == {"items": [], "next_cursor": None}
        path = f"/api/v1/generations/{made[0]}/resolve"
        seen = (await served.owner.call("POST", f"{path}?preview=true", {"outcome": "not-made"})).json
        assert (seen["released_usd"], seen["is_done"]) == ("0.040000", False)
        wrong = await served.owner.call("POST", path, {"outcome": "made", "number": "job-8"})
        assert (wrong.status, wrong.error["code"]) == (422, "number_wrong")
        done = (await served.owner.call("POST", path, {"outcome": "not-made"})).json
        assert done["is_done"]
        assert (await served.house.end(made[0])).status == "failed"
        again = await served.owner.call("POST", path, {"outcome": "not-made"})
        assert (again.status, again.error["code"]) == (409, "not_uncertain")
        assert (
            await served.owner.call(
                "POST", f"/api/v1/generations/{made[1]}/resolve", {"outcome": "made", "number": "job-7"}
            )
        ).status == 200
        await served.house.until(made[1], lambda view: view.progress == 20)
        owed = (await served.owner.get("/api/v1/admin/rescue")).json["items"]
        assert [(one["generation_id"], one["state"]) for one in owed] == [(made[1], "waiting")]
        assert (await served.owner.call("POST", f"/api/v1/admin/rescue/{made[1]}")).status == 202


async def test_the_pages_tell_the_effect_then_do_it_and_say_what_could_not_be_done(tmp_path: Path) -> None:
    vendor = LosingVendor(on_submit=_lose, recovery="none")
    async with a_served_house(tmp_path, vendor) as served:
        made = (await served.owner.call("POST", "/api/v1/generations", PICTURE)).json["id"]
        await served.house.until(made, lambda view: view.status == "uncertain")
        browser = await served.browser(served.house.owner)
        page = (await browser.get("/admin/uncertain")).body.decode()
        assert "calm &lt;ocean&gt;" in page
        assert "The answer was &lt;lost&gt;." in page
        wrong = await browser.call(
            "POST", f"/admin/uncertain/{made}/preview", data={"outcome": "made", "number": "job-8"}
        )
        assert "There is no such order here." in wrong.body.decode()
        seen = await browser.call("POST", f"/admin/uncertain/{made}/preview", data={"outcome": "written-off"})
        assert "that stays unknown" in seen.body.decode()
        assert (await served.house.look(made)).status == "uncertain"
        for place in ("/admin/uncertain", f"/admin/uncertain?trouble=&listed={made}-1"):
            assert (await browser.get(place)).status == 200
        done = await browser.call("POST", f"/admin/uncertain/{made}/resolve", data={"outcome": "written-off"})
        assert (done.status, done.headers["Location"]) == (303, "/admin/uncertain")
        assert (await served.house.end(made)).status == "failed"
        late = await browser.call("POST", f"/admin/uncertain/{made}/resolve", data={"outcome": "written-off"})
        assert "given%20up%20already" in late.headers["Location"]
        made_late = await browser.call(
            "POST", f"/admin/uncertain/{made}/resolve", data={"outcome": "made", "number": "job-7"}
        )
        assert made_late.headers["Location"] == "/admin/uncertain"
        assert "Given up here, still fetched" in (await browser.get("/admin/rescue")).body.decode()
        assert "Fetch now" in (await browser.get("/admin/rescue/board")).body.decode()
        assert (await browser.call("POST", f"/admin/rescue/{made}", data={})).headers["Location"] == "/admin/rescue"


async def test_they_are_the_owners_alone(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        member = await served.program(await served.house.member())
        for method, path in (
            ("GET", "/api/v1/admin/uncertain"),
            ("GET", "/api/v1/admin/uncertain/gen_1-1/listed"),
            ("POST", "/api/v1/generations/gen_1/resolve"),
            ("GET", "/api/v1/admin/rescue"),
            ("POST", "/api/v1/admin/rescue/gen_1"),
            ("GET", "/admin/uncertain"),
            ("GET", "/admin/rescue"),
            ("GET", "/admin/rescue/board"),
        ):
            answer = await member.call(method, path, {"outcome": "not-made"} if method == "POST" else None)
            assert answer.status in (403, 404), path
        for path in ("/api/v1/generations/gen_1/resolve", "/api/v1/admin/rescue/gen_1"):
            unknown = await served.owner.call("POST", path, {"outcome": "not-made"})
            assert (unknown.status, unknown.error["code"]) == (404, "generation_not_found"), path
