"""The pages of money: what one has and may spend, credits bought once with made-up money, users for the owner alone."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from photoplay import credits
from photoplay.credits import PricingChange
from tests.web.served import Caller, a_served_house


async def sent(caller: Caller, path: str, **fields: str) -> Any:
    return await caller.call("POST", path, headers={"Accept": "text/html"}, data=fields)


async def test_credits_are_bought_once_and_every_line_has_its_balance(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, sandbox="http://127.0.0.1:9") as served:
        mara = await served.browser(await served.house.member(granted=3))
        tom = await served.browser(await served.house.member("Tom"))
        to_pay = (await sent(mara, "/settings/credits/buy", package="small")).headers["Location"]
        assert "500 credits for $5.00" in (await mara.get(to_pay)).body.decode()
        assert (await tom.get(to_pay)).status == 404
        for _press in range(2):
            assert (await sent(mara, to_pay)).status == 303
        assert "This is paid." in (await mara.get(to_pay)).body.decode()
        page = (await mara.get("/settings/credits")).body.decode()
        assert re.findall(r'<td class="number">([^<]+)</td>', page) == ["+500", "503", "+3", "3"]
        assert "10 of 10 generations left" in page
        await sent(mara, "/settings/credits/warning", amount="40")
        assert (await mara.get("/api/v1/account")).json["warn_above_credits"] == 40
        wrong = await sent(mara, "/settings/credits/warning", amount="much")
        assert "is no price" in (await mara.get(wrong.headers["Location"])).body.decode()
        assert "Buy credits" not in (await served.owner.get("/settings/credits")).body.decode()


async def test_the_owner_invites_gives_and_approves_and_nobody_else_does(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        db = served.house.studio.runtime.db
        owner, viewer = await served.browser(served.house.owner), await served.house.member("Tom")
        tom = await served.browser(viewer)
        assert (await tom.get("/admin/users")).status == 403
        made = (await sent(owner, "/admin/users", name="Mara", plan="pro", credits="50")).body.decode()
        link = re.search(r"/sign-in\?token=[\w-]+", made)
        assert link is not None
        assert (await served.stranger.get(link[0])).status == 303
        assert "There is a user" in (await sent(owner, "/admin/users", name="Mara")).body.decode()
        await sent(owner, f"/admin/users/{viewer.user_id}/plan", plan="starter")
        for _again in range(2):
            await sent(owner, f"/admin/users/{viewer.user_id}/grant", amount="9", note="Hello", press="one-press")
        account = (await tom.get("/api/v1/account")).json
        assert (account["plan"], account["available_credits"]) == ("starter", 9)
        await db.write(lambda session: credits.change_pricing(session, PricingChange(approve_above_credits=1)))
        waiting = await served.house.ask(viewer, model="scripted:paid")
        assert "Waits for your yes" in (await owner.get("/admin/users")).body.decode()
        assert (await sent(tom, f"/admin/users/approvals/{waiting.id}", yes="true")).status == 403
        await sent(owner, f"/admin/users/approvals/{waiting.id}", yes="true")
        assert (await served.house.end(waiting.id, viewer)).status == "succeeded"
        statement = await db.read(lambda session: credits.statement_of(session, viewer.user_id))
        assert [(line.kind, line.balance_credits) for line in statement] == [
            ("settle", 5), ("release", 9), ("hold", 5), ("grant", 9),
        ]  # fmt: skip


async def test_the_owner_shuts_out_lets_in_and_asks_above_a_price_of_each(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        owner, viewer = await served.browser(served.house.owner), await served.house.member("Tom", granted=20)
        tom, here = await served.browser(viewer), f"/admin/users/{viewer.user_id}"
        await sent(owner, f"{here}/approval", above="3 credits")
        assert (await tom.get("/api/v1/account")).json["approve_above_credits"] == 3
        assert (await served.house.ask(viewer, model="scripted:paid")).waits_for == "approval"
        wrong = await sent(owner, f"{here}/approval", above="much")
        assert (wrong.status, "is no number that fits" in wrong.body.decode()) == (422, True)
        assert f'aria-describedby="above-{viewer.user_id}-why"' in wrong.body.decode()
        wrong = await sent(owner, f"{here}/grant", amount="12,50", note="Typed")
        assert (wrong.status, 'value="12,50" aria-invalid="true"' in wrong.body.decode()) == (422, True)
        await sent(owner, f"{here}/approval", above="")
        assert (await tom.get("/api/v1/account")).json["approve_above_credits"] is None
        await sent(owner, f"{here}/door", shut="true")
        assert (await tom.get("/api/v1/account")).status == 401
        assert "Let Tom in again" in (await owner.get("/admin/users")).body.decode()
        await sent(owner, f"{here}/door", shut="false")
        assert (await (await served.browser(viewer)).get("/api/v1/account")).status == 200
        stays = await sent(owner, f"/admin/users/{served.house.owner.user_id}/door", shut="true")
        assert "cannot be shut out" in stays.body.decode()
        assert (await sent(tom, f"{here}/door", shut="false")).status in (401, 403)
        await sent(owner, "/admin/users", name="Freelancer", pays="dollars")
        listed = (await served.owner.get("/api/v1/admin/users")).json["items"]
        assert [one["account"]["metered"] for one in listed] == [False, True, False]
        assert "Shut Freelancer out" in (await owner.get("/admin/users")).body.decode()


async def test_a_dollar_account_reads_what_it_spent_in_all(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        for _one in range(2):
            await served.owner.make(model="scripted:paid")
        page = (await served.owner.get("/settings/credits")).body.decode()
        assert re.findall(r'<td class="number">([^<]+)</td>', page)[:2] == ["-$0.04", "$0.08"]
        lines = (await served.owner.get("/api/v1/ledger")).json["items"]
        assert (lines[0]["balance_usd"], lines[0]["balance_credits"]) == ("-0.080000", None)
        assert Decimal(lines[-1]["balance_usd"]) == Decimal("-0.04")
