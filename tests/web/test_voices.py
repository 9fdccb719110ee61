"""Voices are chosen by name and heard before, and the vendor's samples come through the studio."""

from pathlib import Path

from photoplay.core.settings import Settings
from photoplay.media import sniff
from photoplay.providers.elevenlabs import ElevenLabsProvider
from photoplay.providers.google import Google
from photoplay.providers.local import provider as local
from tests.cli.program import photoplay
from tests.sandboxed import a_sandbox
from tests.web.served import a_served_house

SPEECH = "/create?operation=text-to-speech&model=elevenlabs:eleven_v4"
SARAH = "EXAVITQu4vr4xnSDxMaL"
VOICES = "/api/v1/voices"
SAMPLE = f"/create/voices/elevenlabs/{SARAH}"


async def test_voices_stand_by_name_in_create_and_are_heard_through_the_studio(tmp_path: Path) -> None:
    async with (
        a_sandbox(tmp_path / "sandbox") as sandbox,
        a_served_house(tmp_path / "data", others=(ElevenLabsProvider(),), sandbox=sandbox.url) as served,
    ):
        browser = await served.browser(served.house.owner)
        await served.house.studio.prober.learn_voices("elevenlabs")
        shown = (await browser.get(SPEECH)).body.decode()
        assert f'<option value="{SARAH}" >Sarah, professional, american, young, female</option>' in shown
        assert SAMPLE in shown
        assert sandbox.url not in shown, "the page never asks the vendor"
        heard = await browser.get(SAMPLE)
        assert (heard.status, heard.headers["Content-Type"]) == (200, "audio/mpeg")
        assert sniff(heard.body[:64]).mime == "audio/mpeg"
        assert (await browser.get(SAMPLE)).body == heard.body
        wish = {"prompt": "Good morning", "voice": SARAH}
        spoken = await served.owner.make(operation="text-to-speech", model="elevenlabs:eleven_v4", params=wish)
        page = (await browser.get(f"/library/{spoken['assets'][0]['id']}")).body.decode()
        assert "Sarah" in page, "the recipe names the voice"
        assert (await browser.get("/create/voices/elevenlabs/nobody")).status == 404
        assert (await served.stranger.get(SAMPLE)).status == 401


async def test_a_vendor_that_tells_no_voices_now_leaves_those_that_are_known(tmp_path: Path) -> None:
    async with (
        a_sandbox(tmp_path / "sandbox") as sandbox,
        a_served_house(tmp_path / "data", others=(ElevenLabsProvider(),), sandbox=sandbox.url) as served,
    ):
        browser = await served.browser(served.house.owner)
        await served.house.studio.prober.learn_voices("elevenlabs")
        sandbox.fault("elevenlabs", "check-error")
        await served.house.studio.prober.learn_voices("elevenlabs")
        assert "Sarah, professional" in (await browser.get(SPEECH)).body.decode()


async def test_programs_find_voices_hear_them_and_speak_by_their_name(tmp_path: Path) -> None:
    others = (ElevenLabsProvider(), Google(), local(Settings(data=tmp_path)))
    async with (
        a_sandbox(tmp_path / "sandbox") as sandbox,
        a_served_house(tmp_path / "data", others=others, sandbox=sandbox.url) as served,
    ):
        await served.house.studio.prober.learn_voices("elevenlabs")
        listed = (await served.owner.get(f"{VOICES}?provider=elevenlabs")).json["items"]
        sarah = next(one for one in listed if one["name"] == "Sarah")
        assert (sarah["voice"], sarah["sample"]) == (SARAH, f"{VOICES}/elevenlabs/{SARAH}/sample")
        assert "elevenlabs:eleven_v4" in sarah["models"]
        heard = await served.owner.get(sarah["sample"])
        assert sniff(heard.body[:64]).mime == "audio/mpeg"
        of_all = (await served.owner.get(VOICES)).json["items"]
        assert {one["provider"] for one in of_all} == {"elevenlabs", "google"}
        puck = next(one for one in of_all if one["voice"] == "Puck")
        assert (puck["sample"], len(puck["models"])) == (None, 2)
        wish = {"prompt": "Good morning", "voice": "sarah"}
        spoken = await served.owner.make(operation="text-to-speech", model="elevenlabs:eleven_v4", params=wish)
        assert spoken["params"]["voice"] == SARAH
        assert (await served.owner.get(f"{VOICES}?provider=nobody")).status == 404
        assert (await served.owner.get(f"{VOICES}/google/Puck/sample")).status == 404
        assert [(await served.stranger.get(path)).status for path in (VOICES, sarah["sample"])] == [401, 401]
        said = await photoplay("voices", "--provider", "elevenlabs", data=tmp_path / "data")
        assert (SARAH in said.out, "Sarah" in said.out) == (True, True)
