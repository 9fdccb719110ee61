"""What holds for every page that a menu or a list leads to."""

import re
from collections import Counter
from pathlib import Path

from tests.vendors import Vendor
from tests.web.served import PICTURE, a_served_house

PAGES = (
    "/create",
    "/create?kind=video",
    "/create?kind=speech",
    "/compare",
    "/library",
    "/campaigns",
    "/settings",
    "/settings/budgets",
    "/settings/credits",
    "/settings/models",
    "/settings/providers",
    "/settings/signing-in",
    "/admin/jobs",
    "/admin/plans",
    "/admin/pricing",
    "/admin/rescue",
    "/admin/spending",
    "/admin/uncertain",
    "/admin/users",
    "/docs",
    "/docs/errors",
)


async def test_no_page_uses_an_id_twice_so_that_links_and_labels_lead_to_one_place(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(Vendor("one"),)) as served:
        owner = await served.browser(served.house.owner)
        made = (await served.owner.call("POST", "/api/v1/generations?wait=60", PICTURE)).json
        vendors = [one["name"] for one in (await served.owner.get("/api/v1/providers")).json["items"]]
        own = (f"/library/{made['assets'][0]['id']}", f"/receipts/{made['id']}")
        twice = {}
        for page in (*PAGES, *own, *(f"/settings/providers/{name}" for name in vendors)):
            answer = await owner.get(page, headers={"Accept": "text/html"})
            assert answer.status == 200, page
            ids = Counter(re.findall(r'\sid="([^"]*)"', answer.body.decode()))
            if again := [name for name, count in ids.items() if count > 1]:
                twice[page] = again
        assert twice == {}
