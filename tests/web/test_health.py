"""Whether the process lives and whether it can work."""

from pathlib import Path

from tests.web.served import a_served_house


async def test_a_served_studio_lives_and_is_ready(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        assert (await served.stranger.get("/healthz")).body == b"ok\n"
        assert (await served.stranger.get("/readyz")).body == b"ready\n"


async def test_a_studio_that_stops_is_not_ready(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        served.house.studio.stop_admitting()
        answer = await served.stranger.get("/readyz")
        assert (answer.status, answer.error["code"], answer.error["retryable"]) == (503, "unavailable", True)
