"""A person's own files over HTTP: kept untouched, or refused before they cost anything."""

import io
import resource
import struct
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.scripted import png
from tests.web.served import Caller, Served, a_served_house

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


async def _upload(caller: Caller, data: bytes, name: str = "a.png") -> tuple[int, str]:
    headers = {"X-Upload-Name": quote(name), "Content-Type": "application/octet-stream"}
    answer = await caller.call("POST", "/api/v1/assets", data=data, headers=headers)
    return answer.status, answer.json["id"] if answer.status == 201 else answer.error["code"]


def _bomb(width: int, height: int) -> bytes:
    """A picture that says it is huge, in few bytes."""

    def _chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _spooled(served: Served) -> list[Path]:
    folder = served.house.studio.settings.spool / "uploads"
    return list(folder.iterdir()) if folder.exists() else []


async def test_an_upload_is_kept_byte_by_byte(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        data = png(64, 48)
        status, asset_id = await _upload(served.owner, data, "Möwen am Meer.png")
        asset = (await served.owner.get(f"/api/v1/assets/{asset_id}")).json
        assert (status, asset["title"], asset["operation"]) == (201, "Möwen am Meer", "upload")
        assert (asset["width"], asset["height"], asset["cost_usd"]) == (64, 48, None)
        assert (await served.owner.get(asset["files"]["original"])).body == data
        assert _spooled(served) == []


async def test_an_upload_in_pieces_is_taken(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        data = png(64, 48)

        async def _pieces() -> object:
            for start in range(0, len(data), 50):
                yield data[start : start + 50]

        answer = await served.owner.call("POST", "/api/v1/assets", data=_pieces())
        assert (answer.status, answer.json["size_bytes"]) == (201, len(data))


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("empty", b"", 400, "not_media"),
        ("words", b"hello " * 100, 400, "not_media"),
        ("active page", HTML, 400, "not_media"),
        ("active drawing", SVG, 422, "unsupported_media"),
        ("page that begins as a picture", b"GIF89a" + HTML, 422, "damaged_media"),
        ("half a picture", png(400, 400)[:90], 422, "damaged_media"),
        ("bomb", _bomb(60_000, 60_000), 413, "too_many_pixels"),
        ("a PDF", b"%PDF-1.7 ...", 422, "unsupported_media"),
    ],
)
async def test_what_is_no_media_is_refused(tmp_path: Path, name: str, data: bytes, status: int, code: str) -> None:
    async with a_served_house(tmp_path) as served:
        assert await _upload(served.owner, data, name) == (status, code)
        assert _spooled(served) == []
        assert (await served.owner.get("/api/v1/assets")).json["items"] == []


async def test_a_form_is_told_how_a_file_is_sent(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = await served.owner.call("POST", "/api/v1/assets", data=b"--b\r\n", headers=headers)
        assert (answer.status, answer.error["code"]) == (400, "bad_input")
        assert "--data-binary" in answer.error["message"]


async def test_a_file_larger_than_the_limit_is_refused(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, upload_bytes=1_000_000) as served:
        assert await _upload(served.owner, png() + b"x" * 1_000_000) == (413, "too_large")
        assert _spooled(served) == []


async def test_names_of_uploads_cannot_lead_anywhere(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        for name, title in (
            ("../../etc/passwd.png", "passwd"),
            ("C:\\secret\\me.png", "me"),
            ("a\0b\nc.png", "abc"),
            ("/", "Upload"),
            ("x" * 500 + ".png", "x" * 200),
        ):
            _status, asset_id = await _upload(served.owner, png(), name)
            assert (await served.owner.get(f"/api/v1/assets/{asset_id}")).json["title"] == title


async def test_an_upload_in_the_wrong_role_is_refused_before_anything_is_spent(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        _status, asset_id = await _upload(served.owner, png())
        body = {
            "operation": "text-to-image",
            "model": "scripted:free",
            "params": {"prompt": "a"},
            "inputs": {"mask": {"asset": asset_id}},
        }
        answer = await served.owner.call("POST", "/api/v1/generations", body)
        assert (answer.status, answer.error["code"], list(answer.error["fields"])) == (422, "input_wrong", ["mask"])


async def test_an_upload_that_the_disk_does_not_take_is_told_and_nothing_of_it_stays(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000_000, hard))
        try:
            refused = await served.owner.call("POST", "/api/v1/assets", data=io.BytesIO(bytes(12_000_000)))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert (refused.status, refused.error["code"]) == (503, "storage_away")
        assert _spooled(served) == []
        assert (await _upload(served.owner, png()))[0] == 201
