"""The receipt of a generation: every amount with its time, what was not paid twice, and nobody else's to see."""

import html
import re
from decimal import Decimal
from pathlib import Path

from photoplay.accounts import Viewer
from photoplay.providers import Failed, Order
from tests.scripted import ScriptedProvider
from tests.web.served import PICTURE, Caller, a_served_house


async def words(caller: Caller, path: str) -> str:
    answer = await caller.get(path, headers={"Accept": "text/html"})
    assert answer.status == 200, answer.body
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.body.decode()).split()))


async def test_a_request_that_came_three_times_is_paid_once_and_the_receipt_says_what_that_saved(
    tmp_path: Path,
) -> None:
    async with a_served_house(tmp_path) as served:
        owner, tom = await served.browser(served.house.owner), await served.browser(await served.house.member("Tom"))
        asked = {**PICTURE, "model": "scripted:paid"}
        made = set()
        for _again in range(3):
            answer = await served.owner.call(
                "POST", "/api/v1/generations?wait=60", asked, headers={"Idempotency-Key": "one"}
            )
            made.add(answer.json["id"])
        (one,) = made
        page = await words(owner, f"/receipts/{one}")
        assert re.search(
            r"Quoted \$0\.0400 Held \d\d:\d\d:\d\d UTC \$0\.0400 Billed \d\d:\d\d:\d\d UTC \$0\.0400", page
        )
        assert "Saved $0.08, refused to pay twice 2 times" in page
        assert "In the ledger Held ent_" in page
        assert "refused to pay twice 2 times, which saved $0.08." in await words(owner, "/settings/credits")
        assert (await tom.get(f"/receipts/{one}")).status == 404
        assert "refused" not in await words(tom, "/settings/credits")


async def test_amounts_of_a_receipt_have_as_many_places_and_its_models_their_names(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, ScriptedProvider(billed_usd=Decimal("0.0345"))) as served:
        one = await served.house.end((await served.house.ask(model="scripted:paid")).id)
        page = await words(await served.browser(served.house.owner), f"/receipts/{one.id}")
        assert "Drift -$0.0055" in page
        assert re.search(r"Given back \d\d:\d\d:\d\d UTC \$0\.0055", page)
        assert "Ordered Paid gen_" in page
        assert "scripted:paid" not in page


async def test_what_failed_or_was_free_has_a_receipt_that_says_so(tmp_path: Path) -> None:
    def _fails(order: Order) -> None:
        raise Failed("The vendor could not make it.")

    async with a_served_house(tmp_path, ScriptedProvider(on_check=_fails)) as served:
        mara = await served.house.member(granted=10)
        browser = await served.browser(mara)
        for model, more in (("scripted:paid", "Given back"), ("scripted:free", "Quoted Free")):
            failed = await served.house.end((await served.house.ask(mara, model=model)).id, mara)
            page = await words(browser, f"/receipts/{failed.id}")
            assert "State Failed" in page
            assert more in page
            assert "Nothing was charged." in page


async def test_a_member_reads_credits_on_the_receipt(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        mara: Viewer = await served.house.member(granted=10)
        made = await served.house.end((await served.house.ask(mara, model="scripted:paid")).id, mara)
        page = await words(await served.browser(mara), f"/receipts/{made.id}")
        assert "Charged 4 credits" in page
        assert page.count("-4 credits") == 2
