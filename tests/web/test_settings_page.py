"""The settings: a key that is revoked stops at once, and the line that says so brings it back on any page of the settings."""

import re
from pathlib import Path
from urllib.parse import urlencode

from tests.web.served import a_served_house

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


async def test_a_revoked_key_stops_at_once_and_comes_back_by_undo_for_its_owner_alone(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        owner, tom = await served.browser(served.house.owner), await served.browser(await served.house.member("Tom"))
        program = await served.program(served.house.owner)
        key = (await owner.get("/api/v1/keys")).json["items"][0]["id"]
        revoked = await owner.call("POST", f"/settings/keys/{key}/revoke", data=b"", headers=FORM)
        assert (revoked.status, revoked.headers["Location"]) == (303, "/settings#keys-panel")
        assert (await program.get("/api/v1/account")).status == 401
        kept = revoked.headers["Set-Cookie"].partition(";")[0]
        cookies = {"Accept": "text/html", "Cookie": f"{owner.headers['Cookie']}; {kept}"}
        page = (await owner.get("/settings/signing-in", headers=cookies)).body.decode()
        assert "is revoked. What used it is refused from now on." in page
        back = re.search(r'<form action="(/settings/keys/[^"]+/back)"', page)
        assert back is not None
        assert (await tom.call("POST", back[1], data=b"", headers=FORM)).status == 404
        theirs = {"Accept": "text/html", "Cookie": f"{tom.headers['Cookie']}; {kept}"}
        assert "is revoked" not in (await tom.get("/settings", headers=theirs)).body.decode()
        restored = await owner.call("POST", back[1], data=urlencode({}).encode(), headers=FORM)
        assert 'way_back=""' in restored.headers["Set-Cookie"]
        assert (await program.get("/api/v1/account")).status == 200
