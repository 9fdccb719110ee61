"""The live canvas over HTTP: what words mean to the local scenes, and the source of a scene."""

from pathlib import Path

from photoplay.core.settings import Settings
from photoplay.providers.local import provider
from tests.web.served import a_served_house


async def test_words_become_a_scene_with_its_light_and_the_settings_win(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, others=(provider(Settings(data=tmp_path)),)) as served:
        body = {"prompt": "calm ocean at sunset", "params": {"seed": 7}}
        reading = (await served.owner.call("POST", "/api/v1/scenes/reading", body)).json
        assert (reading["scene"], reading["params"]["seed"]) == ("ocean", 7)
        fixed = {"prompt": "calm ocean at sunset", "params": {"scene": "desert"}}
        assert (await served.owner.call("POST", "/api/v1/scenes/reading", fixed)).json["scene"] == "desert"
        wrong = {"prompt": "a", "params": {"scene": "kitchen"}}
        answer = await served.owner.call("POST", "/api/v1/scenes/reading", wrong)
        assert (answer.status, answer.error["code"], list(answer.error["fields"])) == (422, "invalid_params", ["scene"])


async def test_the_source_of_a_scene_is_for_webgl(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        source = (await served.owner.get("/api/v1/scenes/ocean/source")).json
        assert source["fragment"].startswith("#version 300 es")


async def test_a_studio_without_local_scenes_says_so(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        answer = await served.owner.call("POST", "/api/v1/scenes/reading", {"prompt": "ocean"})
        assert (answer.status, answer.error["code"]) == (503, "unavailable")
