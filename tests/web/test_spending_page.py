"""Bills: estimates beside what was booked, and the orders whose cost nobody knows, for the owner alone."""

from decimal import Decimal
from pathlib import Path

from photoplay.providers import Failed, Order
from tests.scripted import ScriptedProvider
from tests.web.served import a_served_house


async def test_the_owner_sees_drift_in_full_and_what_nobody_knows_the_cost_of(tmp_path: Path) -> None:
    provider = ScriptedProvider(billed_usd=Decimal("0.0418"))
    async with a_served_house(tmp_path, provider) as served:
        owner, tom = await served.browser(served.house.owner), await served.browser(await served.house.member("Tom"))
        await served.house.end((await served.house.ask(model="scripted:paid")).id)
        provider.on_check = _fail_untold
        await served.house.end((await served.house.ask(model="scripted:paid")).id)
        answer = await owner.get("/admin/spending", headers={"Accept": "text/html"})
        page = answer.body.decode()
        for words in ("$0.04<", "$0.0418<", "+4.50 %", "above 1 %", "1, about $0.04", "tells nothing", ">Paid <span"):
            assert words in page, words
        assert (await tom.get("/admin/spending", headers={"Accept": "text/html"})).status in (403, 404)


def _fail_untold(order: Order) -> None:
    raise Failed("It broke there.", billed_usd=None)
