"""Create by its address: which operation, model and inputs it shows, the models to choose from, and what is left out."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from photoplay.bootstrap import shipped_providers
from photoplay.core import clock
from photoplay.core.settings import Settings
from photoplay.operations import find_operation
from photoplay.providers import LocalFile, Order, Waiting
from photoplay.web.pages.inputs import Given, references_of, slots_of
from photoplay.web.pages.kinds import KINDS, kind_named, operation_for, ways_for
from tests.factories import PATIENCE_SECONDS
from tests.scripted import ScriptedProvider, png
from tests.web.served import PICTURE, Caller, Served, a_served_house

IMAGE, VIDEO = kind_named("image"), kind_named("video")
PAGE = {"Accept": "text/html"}


def a_picture(reference: str = "ast_1", role: str = "", kind: str = "image") -> Given:
    return Given(role, kind, "Harbour", None, reference)


async def page(caller: Caller, path: str) -> str:
    """The HTML of a page, which must be there."""
    answer = await caller.get(path, headers=PAGE)
    assert answer.status == 200, answer.body
    return answer.body.decode()


async def uploaded(served: Served, caller: Caller | None = None) -> str:
    """The id of a new picture in the library."""
    answer = await (caller or served.owner).call("POST", "/api/v1/assets", data=png(32, 24))
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


def a_full_house(folder: Path):  # type: ignore[no-untyped-def]
    """A studio with every vendor, none of which has a key but the scripted one."""
    others = tuple(one for one in shipped_providers(Settings(data=folder)) if one.name != "local")
    return a_served_house(folder, others=others)


def test_every_operation_can_be_reached_from_create() -> None:
    shown = {way.operation for kind in KINDS for way in ways_for(kind, None)}
    assert {
        "text-to-sound",
        "stock-image",
        "stock-video",
        "control-image",
        "video-to-video",
        "extend-video",
        "reference-to-video",
        "erase",
    } <= shown
    assert all(find_operation(name) for name in shown)


@pytest.mark.parametrize(
    ("kind", "wanted", "media", "shown"),
    [
        (IMAGE, None, [], "text-to-image"),
        (IMAGE, None, ["image"], "image-to-image"),
        (VIDEO, None, ["image"], "image-to-video"),
        (VIDEO, "upscale", ["image"], "upscale"),
        (IMAGE, "inpaint", [], "inpaint"),
        (IMAGE, "inpaint", ["video"], "video-to-video"),
        (IMAGE, "no-such-thing", [], "text-to-image"),
        (kind_named("speech"), "text-to-speech", ["audio"], "audio-to-audio"),
        (IMAGE, None, ["audio"], "audio-to-audio"),
    ],
)
def test_the_operation_that_can_take_the_input_is_shown(kind, wanted, media, shown) -> None:  # type: ignore[no-untyped-def]
    assert operation_for(kind, wanted, media) == shown


def test_inputs_take_the_roles_of_their_kind_and_the_rest_is_left_over() -> None:
    edit, film = find_operation("image-to-image"), find_operation("image-to-video")
    slots, spare = slots_of(edit, [a_picture("ast_1"), a_picture("ast_2"), a_picture("ast_3", kind="video")])
    assert [[one.reference for one in slot.given] for slot in slots] == [["ast_1"], ["ast_2"]]
    assert [one.reference for one in spare] == ["ast_3"]
    assert list(references_of(slots)) == ["source", "reference"]
    slots, spare = slots_of(film, [a_picture("ast_2", "last"), a_picture("ast_1")])
    assert {slot.name: [one.reference for one in slot.given] for slot in slots} == {
        "source": ["ast_1"],
        "last": ["ast_2"],
    }


def test_what_a_model_does_not_take_has_no_place() -> None:
    slots, spare = slots_of(find_operation("image-to-video"), [a_picture("ast_1"), a_picture("ast_2")], {"last": 0})
    assert [slot.name for slot in slots] == ["source"]
    assert [one.reference for one in spare] == ["ast_2"]


def test_only_a_mask_that_is_named_is_a_mask() -> None:
    slots, spare = slots_of(find_operation("inpaint"), [a_picture("ast_1"), a_picture("ast_2")])
    assert [len(slot.given) for slot in slots] == [1, 0]
    assert len(spare) == 1


async def test_a_link_names_operation_model_input_and_words(tmp_path: Path) -> None:
    async with a_full_house(tmp_path) as served:
        asset = await uploaded(served)
        model = "black-forest-labs:flux-pro-1.0-fill"
        link = f"/create?input={asset}&operation=inpaint&model={model}&prompt=a+red+boat"
        shown = await page(served.owner, link)
        assert 'data-operation="inpaint"' in shown
        assert f'value="source:{asset}"' in shown
        assert f'name="model" value="{model}"' in shown
        assert ">a red boat</textarea>" in shown
        assert "Paint mask" in shown
        alone = await page(served.owner, "/create?model=elevenlabs:eleven_v3")
        assert 'data-operation="text-to-speech"' in alone
        at_address = await page(served.owner, f"/create?input={quote('https://example.org/a.mp4', safe='')}")
        assert 'data-operation="video-to-video"' in at_address
        longer = await page(served.owner, "/create?operation=extend-video&model=google:gemini-omni-1.2-flash")
        assert "What happens next?" in longer


async def test_what_is_not_there_any_more_or_not_mine_is_left_out(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        mine, gone = await uploaded(served), await uploaded(served)
        await served.owner.call("DELETE", f"/api/v1/assets/{gone}")
        stranger = await served.program(await served.house.member("Mara"))
        for caller, asset in ((served.owner, gone), (served.owner, "ast_nothing"), (stranger, mine)):
            shown = await page(caller, f"/create?input={asset}&operation=image-to-image")
            assert asset not in shown
            assert "needs a picture" in shown
        assert mine in await page(served.owner, "/create/library?kinds=image")
        assert mine not in await page(stranger, "/create/library?kinds=image")
        assert mine not in await page(stranger, f"/create/stage?kind=image&source={mine}")


async def test_models_stand_by_vendor_and_each_shows_only_what_it_has(tmp_path: Path) -> None:
    async with a_full_house(tmp_path) as served:
        shown = await page(served.owner, "/create/models?operation=text-to-image")
        headings = re.findall(r'data-group="([^"]+)"', shown)
        assert headings[0] == "Scripted"
        assert headings[-1] == "No longer on offer"
        assert {"OpenAI", "Google", "Black Forest Labs"} <= set(headings)
        assert 'href="/settings/providers/openai"' in shown
        assert shown.index('value="auto"') < shown.index("scripted:free") < shown.index("openai:gpt-image")
        assert re.search(r'value="openai:dall-e-3"[^>]*disabled', shown)
        member = await served.program(await served.house.member("Mara"))
        assert "/settings/providers/" not in await page(member, "/create/models?operation=text-to-image")
        openai = await page(served.owner, "/create?model=openai:gpt-image-2.6-flare")
        assert 'name="seed"' not in openai
        assert "More settings" in openai
        assert "Very high" in openai
        flux = await page(served.owner, "/create?model=black-forest-labs:flux-2-flex")
        assert 'name="seed"' in flux
        edit = await page(served.owner, "/create?operation=image-to-image&model=black-forest-labs:flux-2-flex")
        assert re.search(r'<option value="" selected>Auto', edit)
        ended = await page(served.owner, "/create?model=openai:dall-e-3")
        assert "model=openai%3Agpt-image-2.6-flare" in ended
        assert 'name="size"' not in ended


async def test_the_form_without_scripts_orders_with_inputs_and_by_choice(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        browser = await served.browser(served.house.owner)
        form = {"kind": "image", "operation": "text-to-image", "model": "auto:fastest", "prompt": "a harbour"}
        answer = await browser.call("POST", "/create", data=form, headers=PAGE)
        assert (answer.status, answer.headers["Location"].endswith("#now")) == (303, True)
        wrong = await browser.call("POST", "/create", data=form | {"prompt": ""}, headers=PAGE)
        assert wrong.status == 422
        assert 'class="order-sum quiet is-wrong"' in wrong.body.decode()


async def test_an_address_that_is_no_good_is_told_and_keeps_nothing(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        for address in ("http://127.0.0.1:9/a.png", "ftp://example.org/a.png", "no address"):
            answer = await served.owner.call("POST", "/create/inputs", {"address": address})
            assert answer.status >= 400
            assert answer.error["message"]
        assert (await served.owner.get("/api/v1/assets")).json["items"] == []


async def test_the_stage_shows_the_input_then_what_is_painted_then_the_result(tmp_path: Path) -> None:
    painted = asyncio.Event()
    provider = ScriptedProvider()

    def _painting(order: Order) -> Waiting | None:
        path = order.spool / "preview.png"
        path.write_bytes(png(16, 9))
        return None if painted.is_set() else Waiting(50.0, previews=(LocalFile(path, "image/png", "preview"),))

    provider.on_check = _painting
    async with a_served_house(tmp_path, provider) as served:
        path = "/create/stage?kind=image"
        assert "What you make stands here" in await page(served.owner, path)
        asset = await uploaded(served)
        assert "Your input" in await page(served.owner, f"{path}&source={asset}")
        begun = (await served.owner.call("POST", "/api/v1/generations", PICTURE)).json
        address = f"/api/v1/generations/{begun['id']}/preview"
        async with asyncio.timeout(PATIENCE_SECONDS):
            while address not in await page(served.owner, path):  # noqa: ASYNC110 - as a page asks
                await asyncio.sleep(0.02)
        painted.set()
        ended = await served.house.end(begun["id"])
        assert ended.assets[0].id in await page(served.owner, path)


async def test_what_has_not_ended_stays_among_the_frames_however_much_is_newer(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        tomorrow = (clock.now() + timedelta(days=1)).isoformat()
        waiting = (await served.owner.call("POST", "/api/v1/generations", PICTURE | {"run_at": tomorrow})).json
        for _ in range(5):
            await served.owner.call("POST", "/api/v1/generations?wait=60", PICTURE | {"count": 5})
        for path in ("/create", "/frames"):
            html = await page(served.owner, path)
            assert f'id="frame-{waiting["id"]}"' in html, path
            assert html.count('id="frame-gen_') == 21
