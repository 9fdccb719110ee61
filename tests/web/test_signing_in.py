"""Signing in by name and password: set, used, changed, taken away, and not to be guessed."""

import html
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from photoplay import accounts
from photoplay.accounts import OwnerStays
from tests.web.browsing import Watch, axe_violations
from tests.web.conftest import OpenPage
from tests.web.served import Answer, Caller, Served, a_served_house

HERE = "/settings/signing-in"
FIRST, SECOND = "warm light on rocks", "fog over the harbour"


async def sent(caller: Caller, path: str, **fields: str) -> Answer:
    return await caller.call("POST", path, headers={"Accept": "text/html"}, data=fields)


def words(answer: Answer) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.body.decode()).split()))


async def entered(served: Served, name: str, password: str) -> Caller | None:
    """The browser that came in so, or None."""
    answer = await sent(served.stranger, "/sign-in", name=name, key=password)
    if answer.status != 303:
        return None
    return Caller(served.http, served.url, {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]})


async def is_in(caller: Caller) -> bool:
    return (await caller.get("/api/v1/account")).status == 200


async def test_a_password_lets_in_until_it_is_changed_or_taken_away(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        viewer = await served.house.member()
        mara, tablet = await served.browser(viewer), await served.browser(viewer)
        assert await entered(served, "Mara", FIRST) is None
        for weak, why in (("short", "10 to 200 characters"), ("pp_ something long", "taken for an API key")):
            refused = await sent(mara, HERE, new=weak)
            assert (refused.status, why in words(refused)) == (422, True)
        assert (await sent(mara, HERE, new=FIRST)).headers["Location"] == f"{HERE}?done=set"
        assert (await is_in(mara), await is_in(tablet)) == (True, False)  # other browsers are signed out
        laptop = await entered(served, " Mara ", FIRST)
        assert laptop is not None
        assert await is_in(laptop)
        key = served.owner.headers["Authorization"].removeprefix("Bearer ")
        assert await entered(served, "Mara", key) is not None  # a key needs no name, whatever a browser fills in
        wrong = await sent(mara, HERE, new=SECOND, current="not this one")
        assert (wrong.status, "This is not your password of now." in words(wrong)) == (422, True)
        assert (await sent(mara, HERE, new=SECOND, current=FIRST)).status == 303
        assert await entered(served, "Mara", FIRST) is None
        assert not await is_in(laptop)
        phone = await entered(served, "Mara", SECOND)
        assert phone is not None
        assert "One other browser was signed out." in words(await sent(mara, f"{HERE}/elsewhere"))
        assert (await is_in(mara), await is_in(phone)) == (True, False)
        assert (await sent(mara, HERE, remove="true", current=SECOND)).headers["Location"] == f"{HERE}?done=removed"
        assert await entered(served, "Mara", SECOND) is None
        rows = await served.house.studio.runtime.db.read(lambda session: accounts.has_password(session, viewer.user_id))
        assert rows is False


async def test_behind_a_proxy_that_speaks_tls_the_session_is_never_sent_without(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, public_url="https://studio.example") as served:
        key = served.owner.headers["Authorization"].removeprefix("Bearer ")
        for host, is_secure in (("studio.example", True), (served.url.removeprefix("http://"), False)):
            headers = {"Accept": "text/html", "Host": host}
            answer = await served.stranger.call("POST", "/sign-in", headers=headers, data={"key": key})
            assert (answer.status, "; Secure" in answer.headers["Set-Cookie"]) == (303, is_secure), host


async def test_nobody_guesses_a_password_or_learns_who_is_here_and_who_is_shut_out_stays_out(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        db, viewer = served.house.studio.runtime.db, await served.house.member()
        await accounts.set_password(db, viewer.user_id, FIRST)
        told = {words(await sent(served.stranger, "/sign-in", name=name, key=SECOND)) for name in ("Mara", "Nobody")}
        assert {one.partition("Name")[0] for one in told} == {told.pop().partition("Name")[0]}
        tries = [(await sent(served.stranger, "/sign-in", name="Mara", key=f"{SECOND}{at}")).status for at in range(9)]
        assert tries == [401] * 8 + [429]
        assert (await sent(served.stranger, "/sign-in", name="Mara", key=FIRST)).status == 429
        await db.write(lambda session: accounts.disable_user(session, "Mara"))
        with pytest.raises(accounts.PasswordWrong):
            await accounts.enter_by_password(db, "Mara", FIRST)
        with pytest.raises(OwnerStays):
            await db.write(lambda session: accounts.disable_user(session, served.house.owner.name))


@pytest.mark.browser
def test_a_password_is_set_and_used_in_a_browser(open_page: OpenPage, watch: Watch) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(HERE)
    watch.allowed += ["422", "401", "GPU stall"]
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("A password has 10 to 200 characters.")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_label("New password").fill(FIRST)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("status").filter(has_text="counts from now on")).to_be_visible()
    assert axe_violations(page) == []
    stranger = open_page(signed_in=False)
    stranger.goto("/sign-in")
    stranger.get_by_label("Name").fill("Owner")
    stranger.get_by_label("Password").fill(SECOND)
    stranger.get_by_label("Password").press("Enter")
    expect(stranger.get_by_role("alert")).to_contain_text("do not belong together")
    expect(stranger.get_by_label("Name")).to_have_value("Owner")
    assert axe_violations(stranger) == []
    stranger.get_by_label("Password").fill(FIRST)
    stranger.get_by_label("Password").press("Enter")
    stranger.wait_for_url("**/create")
    stranger.goto("about:blank")
    page.get_by_label("Password of now").fill(FIRST)
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("status").filter(has_text="The password is gone")).to_be_visible()
