"""Luma's own client of its agents API, unmodified but for its address, judges the simulator."""

import base64
from pathlib import Path
from typing import Any, cast

import pytest
from luma_agents import AuthenticationError, BadRequestError, InternalServerError, Luma, NotFoundError, RateLimitError

from photoplay.media import sniff
from tests.sandboxed import Sandboxed, a_sandbox, by_sdk

PICTURE: Any = {"data": base64.b64encode(b"\x89PNG").decode(), "media_type": "image/png"}


def client(sandbox: Sandboxed) -> Luma:
    return Luma(auth_token="made-up", base_url=f"{sandbox.url}/luma/v1", max_retries=0)


async def finished(luma: Luma, generation: str) -> Any:
    def _ask() -> Any:
        while (found := luma.generations.get(generation)).state in ("queued", "processing"):
            pass
        return found

    return await by_sdk(_ask)


async def test_pictures_and_films_are_taken_made_and_fetched(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        luma = client(sandbox)
        creates = [
            (lambda: luma.generations.create(prompt="a lake", model="uni-1", aspect_ratio="1:1"), "image/png"),
            (
                lambda: luma.generations.create(
                    prompt="as snow", model="uni-1-max", type="image_edit", source=PICTURE, image_ref=[PICTURE]
                ),
                "image/png",
            ),
            (
                lambda: luma.generations.create(
                    prompt="it snows",
                    model="ray-3.2",
                    type="video",
                    video={"duration": "5s", "resolution": "360p", "start_frame": PICTURE},
                ),
                "video/mp4",
            ),
        ]
        for number, (create, mime) in enumerate(creates):
            found = await finished(luma, cast(Any, await by_sdk(create)).id)
            assert (found.state, len(found.output)) == ("completed", 1)
            path = tmp_path / f"made-{number}"
            await sandbox.http.download(found.output[0].url, path, max_bytes=1 << 26, trusted=sandbox.url)
            assert sniff(path.read_bytes()[:64]).mime == mime


async def test_a_file_is_listed_fetched_and_deleted(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        luma = client(sandbox)
        made = await by_sdk(lambda: luma.files.create(mime_type="image/png", size_bytes=4))
        assert made.upload is not None
        async with sandbox.http.request("PUT", made.upload.url, data=b"\x89PNG", trusted=sandbox.url) as answer:
            assert answer.status == 200
        await by_sdk(lambda: luma.files.complete(made.id))
        assert (await by_sdk(lambda: luma.files.get(made.id))).state == "ready"
        task = await by_sdk(
            lambda: luma.generations.create(prompt="as snow", type="image_edit", source={"file_id": made.id})
        )
        assert (await finished(luma, task.id)).state == "completed"
        await by_sdk(lambda: luma.files.delete(made.id))
        assert (await by_sdk(luma.files.list)).data == []


async def test_refusals_are_its_own_errors(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        luma = client(sandbox)
        for fault, error in (
            ("throttled", RateLimitError),
            ("bad-key", AuthenticationError),
            ("server-error", InternalServerError),
        ):
            sandbox.fault("luma", fault)  # type: ignore[arg-type]
            with pytest.raises(error):
                await by_sdk(lambda: luma.generations.create(prompt="a lake"))
        with pytest.raises(BadRequestError):
            await by_sdk(lambda: luma.generations.create(prompt="a lake", model="uni-1", type="video"))
        with pytest.raises(NotFoundError):
            await by_sdk(lambda: luma.generations.get("gone"))
        sandbox.fault("luma", "refused-content")
        task = await by_sdk(lambda: luma.generations.create(prompt="a lake"))
        assert (await finished(luma, task.id)).failure_code == "content_moderated"
