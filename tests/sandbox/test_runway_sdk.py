"""Runway's own client, unmodified but for its address, judges the simulator."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from runwayml import APIStatusError, AuthenticationError, BadRequestError, NotFoundError, RateLimitError, RunwayML

from tests.sandboxed import Sandboxed, a_sandbox, by_sdk

PICTURE = "data:image/png;base64,iVBORw0KGgo="


def client(sandbox: Sandboxed) -> RunwayML:
    return RunwayML(api_key="key_made_up", base_url=f"{sandbox.url}/runway", max_retries=0)


async def finished(runway: RunwayML, task: str) -> Any:
    def _ask() -> Any:
        while (found := runway.tasks.retrieve(task)).status in ("PENDING", "THROTTLED", "RUNNING"):
            assert cast(Any, found).estimated_cost.credits > 0
        return found

    return await by_sdk(_ask)


def creates_of(runway: RunwayML) -> list[Callable[[], Any]]:
    return [
        lambda: runway.text_to_image.create(model="gen4_image", prompt_text="a lake", ratio="1280:720"),
        lambda: runway.text_to_image.create(
            model="gen4_image_turbo",
            prompt_text="@lake at night",
            ratio="720:720",
            reference_images=[{"uri": PICTURE, "tag": "lake"}],
        ),
        lambda: runway.image_to_video.create(
            model="gen4_turbo", prompt_image=PICTURE, prompt_text="it snows", ratio="1280:720", duration=2
        ),
        lambda: runway.image_to_video.create(
            model="veo3.1",
            prompt_image=[{"uri": PICTURE, "position": "first"}, {"uri": PICTURE, "position": "last"}],
            ratio="720:1280",
            duration=4,
        ),
        lambda: runway.text_to_video.create(model="gen4.5", prompt_text="a lake", ratio="1280:720", duration=2),
        lambda: runway.video_to_video.create(
            model="aleph2", video_uri="https://example.com/film.mp4", prompt_text="night"
        ),
        lambda: runway.image_upscale.create(model="magnific_precision_upscaler_v2", image_uri=PICTURE, scale_factor=4),
        lambda: runway.sound_effect.create(model="eleven_text_to_sound_v2", prompt_text="rain", duration=2),
        lambda: runway.text_to_speech.create(
            model="eleven_multilingual_v2",
            prompt_text="Good morning",
            voice={"type": "runway-preset", "preset_id": "Maya"},
        ),
    ]


async def test_every_create_is_taken_polled_and_told_what_it_cost(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        runway = client(sandbox)
        creates = creates_of(runway)
        for create in creates:
            task = await by_sdk(create)
            found = await finished(runway, task.id)
            assert (found.status, len(found.output)) == ("SUCCEEDED", 1)
            assert found.cost.credits > 0
        assert len(sandbox.bill("runway")) == len(creates)
        await sandbox.http.download(found.output[0], tmp_path / "speech", max_bytes=1 << 20, trusted=sandbox.url)
        assert (tmp_path / "speech").read_bytes().startswith(b"ID3")


async def test_a_task_is_cancelled_and_a_finished_one_deleted(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=10) as sandbox:
        runway = client(sandbox)
        task = await by_sdk(
            lambda: runway.text_to_video.create(model="gen4.5", prompt_text="a lake", ratio="1280:720", duration=2)
        )
        await by_sdk(lambda: runway.tasks.delete(task.id))
        assert (await finished(runway, task.id)).cost.credits == 0
        await by_sdk(lambda: runway.tasks.delete(task.id))
        with pytest.raises(NotFoundError):
            await by_sdk(lambda: runway.tasks.retrieve(task.id))


async def test_a_file_is_uploaded_and_used(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        runway = client(sandbox)
        uploaded = await by_sdk(lambda: runway.uploads.create_ephemeral(file=("lake.png", b"\x89PNG")))
        task = await by_sdk(
            lambda: runway.image_to_video.create(
                model="gen4_turbo", prompt_image=uploaded.uri, ratio="1280:720", duration=2
            )
        )
        assert (await finished(runway, task.id)).status == "SUCCEEDED"
        with pytest.raises(BadRequestError):
            await by_sdk(
                lambda: runway.image_to_video.create(
                    model="gen4_turbo", prompt_image="runway://unknown", ratio="1280:720"
                )
            )


async def test_refusals_are_its_own_errors(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        runway = client(sandbox)

        def _create() -> object:
            return runway.text_to_video.create(model="gen4.5", prompt_text="a lake", ratio="1280:720", duration=2)

        for fault, error in (
            ("throttled", RateLimitError),
            ("bad-key", AuthenticationError),
            ("no-credit", BadRequestError),
            ("server-error", APIStatusError),
        ):
            sandbox.fault("runway", fault)  # type: ignore[arg-type]
            with pytest.raises(error):
                await by_sdk(_create)
        sandbox.fault("runway", "refused-content")
        task = await by_sdk(_create)
        failed = await finished(runway, task.id)
        assert (failed.status, failed.failure_code) == ("FAILED", "SAFETY.INPUT.TEXT")


async def test_the_organization_tells_its_balance(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        runway = client(sandbox)
        organization = await by_sdk(runway.organization.retrieve)
        assert organization.credit_balance == 1200
        assert organization.tier.models["gen4_turbo"].max_concurrent_generations == 3
