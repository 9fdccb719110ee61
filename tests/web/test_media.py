"""The bytes of the media over HTTP: kept for ever by the browser, in ranges, never active, never somebody else's."""

from pathlib import Path

import pytest

from photoplay.storage import LocalStorage, blob_key
from tests.web.served import Served, a_served_house


class _Elsewhere(LocalStorage):
    """A storage whose files lie on another machine."""

    def local_path(self, key: str) -> Path | None:
        """Nowhere here."""
        return None


async def _picture(served: Served) -> tuple[str, bytes]:
    made = await served.owner.make(params={"prompt": "calm ocean"})
    address = made["assets"][0]["files"]["original"]
    return address, (await served.owner.get(address)).body


def _move_away(served: Served) -> None:
    served.house.studio.runtime.storage = _Elsewhere(served.house.studio.settings.blobs)


@pytest.mark.parametrize("is_local", [True, False])
async def test_a_file_comes_with_all_that_lets_a_browser_keep_it(tmp_path: Path, is_local: bool) -> None:
    async with a_served_house(tmp_path) as served:
        address, body = await _picture(served)
        if not is_local:
            _move_away(served)
        answer = await served.owner.get(address)
        assert (answer.status, answer.headers["Content-Type"], answer.body) == (200, "image/png", body)
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert answer.headers["Content-Length"] == str(len(body))
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        head = await served.owner.call("HEAD", address)
        assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(body)))
        tag = answer.headers["ETag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            unchanged = await served.owner.get(address, headers={"If-None-Match": known})
            assert (unchanged.status, unchanged.body, unchanged.headers["ETag"]) == (304, b"", tag), known
        assert (await served.owner.get(address, headers={"If-None-Match": '"other"'})).status == 200


@pytest.mark.parametrize("is_local", [True, False])
async def test_a_file_comes_in_ranges(tmp_path: Path, is_local: bool) -> None:
    async with a_served_house(tmp_path) as served:
        address, body = await _picture(served)
        if not is_local:
            _move_away(served)
        size = len(body)

        async def _range(asked: str, **headers: str) -> tuple[int, str | None, bytes]:
            answer = await served.owner.get(address, headers={"Range": asked, **headers})
            return answer.status, answer.headers.get("Content-Range"), answer.body

        assert await _range("bytes=0-9") == (206, f"bytes 0-9/{size}", body[:10])
        assert await _range("bytes=10-") == (206, f"bytes 10-{size - 1}/{size}", body[10:])
        assert await _range("bytes=-5") == (206, f"bytes {size - 5}-{size - 1}/{size}", body[-5:])
        assert await _range(f"bytes=5-{size * 2}") == (206, f"bytes 5-{size - 1}/{size}", body[5:])
        assert (await _range(f"bytes={size}-"))[:2] == (416, f"bytes */{size}")
        assert (await _range("bytes=0-9", **{"If-Range": '"other"'}))[0] == 200
        tag = (await served.owner.get(address)).headers["ETag"]
        assert (await _range("bytes=0-9", **{"If-Range": tag}))[0] == 206


@pytest.mark.parametrize("is_local", [True, False])
async def test_a_range_of_nonsense_breaks_nothing(tmp_path: Path, is_local: bool) -> None:
    async with a_served_house(tmp_path) as served:
        address, body = await _picture(served)
        if not is_local:
            _move_away(served)
        for asked in ("bytes=-", "bytes=x-y", "lines=0-9", "bytes", "bytes=9-0", "bytes=" + "9" * 400 + "-"):
            answer = await served.owner.get(address, headers={"Range": asked})
            assert answer.status in (200, 400, 416), asked
            assert answer.status != 200 or answer.body == body


async def test_a_download_has_a_name_that_files_may_have(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        address, _body = await _picture(served)
        asset = address.split("/")[2]
        for title, name in (
            ("Möwen / Meer", "M%C3%B6wen%20%20Meer.png"),
            ('"; x="', "%3B%20x%3D.png"),
            ("...", "ast_"),
        ):
            await served.owner.call("PATCH", f"/api/v1/assets/{asset}", {"title": title})
            shown = (await served.owner.get(f"{address}?download=true")).headers["Content-Disposition"]
            assert shown.startswith("attachment; filename*=UTF-8''")
            assert name in shown


async def test_an_address_that_does_not_fit_its_file_leads_nowhere(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        address, _body = await _picture(served)
        folder, _slash, name = address.rpartition("/")
        for wrong in (
            f"{folder}/original-00000000.png",
            f"{folder}/{name.replace('png', 'html')}",
            f"{folder}/{name.replace('original', 'card')}",
            f"{folder}/{name}.html",
            f"{folder}/original.png",
            f"/media/ast_nothing/{name}",
            f"/media/..%2f..%2f{name}",
            "/media/x/..%2f..%2fphotoplay.sqlite3",
        ):
            answer = await served.owner.get(wrong)
            assert answer.status == 404, wrong
            assert answer.error["message"]


async def test_a_file_that_is_gone_from_the_disk_is_told_as_gone(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        address, _body = await _picture(served)
        asset = (await served.owner.get(f"/api/v1/assets/{address.split('/')[2]}")).json
        path = served.house.studio.runtime.storage.local_path(blob_key(asset["sha256"]))
        assert path is not None
        path.unlink()
        answer = await served.owner.get(address)
        assert (answer.status, answer.error["code"]) == (404, "no_such_rendition")


async def test_a_file_that_is_cut_on_the_disk_is_told_as_damaged_until_it_is_back(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        address, body = await _picture(served)
        asset = (await served.owner.get(f"/api/v1/assets/{address.split('/')[2]}")).json
        path = served.house.studio.runtime.storage.local_path(blob_key(asset["sha256"]))
        assert path is not None
        path.write_bytes(body[:-3])
        for headers in ({}, {"Range": "bytes=0-9"}):
            answer = await served.owner.get(address, headers=headers)
            assert (answer.status, answer.error["code"]) == (503, "file_damaged")
            assert "immutable" not in answer.headers.get("Cache-Control", "")
            assert "`photoplay doctor` names all" in answer.error["message"]
        path.write_bytes(body)
        assert (await served.owner.get(address)).body == body


async def test_only_the_owner_of_an_asset_gets_its_bytes(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        address, body = await _picture(served)
        mara = await served.house.member()
        for caller in (await served.program(mara), await served.browser(mara)):
            answer = await caller.get(address)
            assert (answer.status, body in answer.body) == (404, False)
        assert (await served.stranger.get(address)).status == 401
        assert (await (await served.browser(served.house.owner)).get(address)).body == body
