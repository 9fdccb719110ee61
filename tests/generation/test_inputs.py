"""Input files over HTTP: named in every way, checked before anything is held, kept as assets of their owner."""

import io
import wave
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.factories import a_house
from tests.raw_server import a_server, file_answer
from tests.scripted import png
from tests.taking import EDIT, PAINT, TakingProvider
from tests.web.served import Answer, Caller, Served, a_served_house

HERE = "127.0.0.1"
WHITE, BLACK, CLEAR = (255, 255, 255, 255), (0, 0, 0, 255), (0, 0, 0, 0)


async def _upload(caller: Caller, data: bytes) -> str:
    answer = await caller.call("POST", "/api/v1/assets", data=data, headers={"Content-Type": "image/png"})
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


async def _ask(caller: Caller, inputs: object, *, model: str = "many", operation: str = EDIT) -> Answer:
    params = {"prompt": "the same at night"}
    body = {"operation": operation, "model": f"scripted:{model}", "params": params, "inputs": inputs}
    return await caller.call("POST", "/api/v1/generations?wait=60", body)


async def _refused(served: Served, inputs: object, **more: Any) -> dict[str, str]:
    """The sentences by field of a request that is refused, of which no generation was made."""
    before = (await served.owner.get("/api/v1/generations")).json
    answer = await _ask(served.owner, inputs, **more)
    assert (answer.status, answer.error["code"]) == (422, "input_wrong"), answer.body
    assert (await served.owner.get("/api/v1/generations")).json == before
    return dict(answer.error["fields"])


def _picture(mode: str, size: tuple[int, int], colour: Any, box: tuple[int, ...] = (), paint: Any = None) -> bytes:
    image = Image.new(mode, size, colour)
    if box:
        image.paste(paint, box)  # type: ignore[arg-type]
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def _sound() -> bytes:
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000))
    return data.getvalue()


async def test_an_input_is_named_in_any_way(tmp_path: Path) -> None:
    provider, outside = TakingProvider(), png(20, 16, shade=40)
    async with (
        a_served_house(tmp_path, provider, private_hosts=(HERE,)) as served,
        a_server(file_answer(outside), host=HERE) as server,
    ):
        made, asset = await served.owner.make(), await _upload(served.owner, png(16, 16))
        for ref, expected in (
            ({"asset": asset}, png(16, 16)),
            ({"upload": asset}, png(16, 16)),
            ({"asset": asset, "generation": None}, png(16, 16)),
            ({"generation": made["id"]}, None),
            ({"address": f"{server.url}/harbour.png"}, outside),
        ):
            done = await _ask(served.owner, {"source": ref})
            assert (done.status, done.json["status"]) == (200, "succeeded"), done.body
            parent = done.json["inputs"][0]["asset_id"]
            assert done.json["assets"][0]["parents"] == [parent]
            given = provider.received[provider.orders[-1].id]
            assert given == [expected] or (expected is None and parent == made["assets"][0]["id"])


async def test_what_an_address_had_becomes_an_asset_with_its_note(tmp_path: Path) -> None:
    provider = TakingProvider()
    async with (
        a_served_house(tmp_path, provider, private_hosts=(HERE,)) as served,
        a_server(file_answer(png(20, 16), "text/html"), host=HERE) as server,
    ):
        address = f"{server.url}/old%20harbour.jpg?key=secret"
        done = await _ask(served.owner, {"source": {"address": address}, "reference": [{"address": address}] * 2})
        assert done.status == 200, done.body
        assert len(server.requests) == 1
        assert [given.role for given in provider.orders[-1].inputs] == ["source", "reference"]
        found = (await served.owner.get(f"/api/v1/assets/{done.json['inputs'][0]['asset_id']}")).json
        assert (found["operation"], found["title"], found["mime"]) == ("upload", "old harbour", "image/png")
        assert found["notes"][-1] == {"code": "fetched_from", "message": f"Fetched from {server.url}/old%20harbour.jpg"}
        recipe = await served.owner.get(f"/api/v1/assets/{found['id']}/recipe")
        assert b"secret" not in recipe.body
        again = await _ask(served.owner, {"source": {"address": address}})
        assert again.json["inputs"][0]["asset_id"] == found["id"]
        assert len(server.requests) == 1
        assert (await served.owner.call("DELETE", f"/api/v1/assets/{found['id']}")).status == 204
        assert (await _ask(served.owner, {"source": {"address": address}})).status == 200
        assert len(server.requests) == 2


async def test_addresses_that_cannot_be_used_say_why_by_field(tmp_path: Path) -> None:
    provider = TakingProvider()
    async with (
        a_served_house(tmp_path, provider, private_hosts=(HERE,), upload_bytes=1_000_000) as served,
        a_server(file_answer(b"<!doctype html>", "image/png"), host=HERE) as page,
        a_server(file_answer(png(20, 16) + b"x" * 1_000_000), host=HERE) as large,
        a_server(file_answer(b"")[:20], host=HERE) as broken,
    ):
        addresses = {
            "http://127.0.0.9:1/x.png": "private network",
            "http://10.0.0.1/x.png": "private network",
            "file:///etc/passwd": "Only plain http",
            "http://user:pass@127.0.0.1/": "Only plain http",
            page.url: "no picture, film or sound",
            large.url: "larger than 1 MB",
            broken.url: "could not be fetched",
        }
        for address, reason in addresses.items():
            fields = await _refused(served, {"source": {"address": address}})
            assert list(fields) == ["source"], address
            assert reason in fields["source"], (address, fields)
        both = await _refused(served, {"source": {"address": page.url}, "reference": [{"address": large.url}]})
        assert sorted(both) == ["reference.0", "source"]
        assert (await served.owner.get("/api/v1/assets")).json["items"] == []


async def test_a_quote_sees_an_address_and_the_order_uses_the_same_file(tmp_path: Path) -> None:
    async with (
        a_served_house(tmp_path, TakingProvider(), private_hosts=(HERE,)) as served,
        a_server(file_answer(png(20, 16)), host=HERE) as server,
    ):
        inputs = {"source": {"address": server.url}}
        body = {"operation": EDIT, "model": "scripted:many", "params": {"prompt": "a"}, "inputs": inputs}
        assert (await served.owner.call("POST", "/api/v1/quotes", body)).status == 200
        assert (await _ask(served.owner, inputs)).status == 200
        assert len(server.requests) == 1


@pytest.mark.usefixtures("on_both_databases")
async def test_an_address_and_a_mask_are_kept_in_both_databases(tmp_path: Path) -> None:
    provider, mask = TakingProvider(), _picture("RGBA", (20, 16), CLEAR, (4, 4, 8, 8), WHITE)
    async with (
        a_house(tmp_path, provider, private_hosts=(HERE,)) as house,
        a_server(file_answer(png(20, 16)), host=HERE) as picture,
        a_server(file_answer(mask), host=HERE) as drawn,
    ):
        inputs = {"source": {"address": picture.url}, "mask": {"address": drawn.url}}
        for _again in range(2):
            made = await house.ask(model="scripted:painter", operation=PAINT, inputs=inputs)
            assert (await house.end(made.id)).status == "succeeded"
        assert (len(picture.requests), len(drawn.requests)) == (1, 1)
        assert provider.orders[0].inputs[1].sha256 == provider.orders[1].inputs[1].sha256


async def test_roles_kinds_and_counts_are_checked(tmp_path: Path) -> None:
    provider = TakingProvider()
    async with a_served_house(tmp_path, provider) as served:
        picture, sound = await _upload(served.owner, png(16, 16)), await _upload(served.owner, _sound())
        others = [await _upload(served.owner, png(16, 16, shade=shade)) for shade in (10, 20, 30, 40)]
        source = {"source": {"asset": picture}}
        assert "needs this input" in (await _refused(served, {}))["source"]
        assert "takes no such input" in (await _refused(served, source | {"voice": {"asset": sound}}))["voice"]
        assert (await _refused(served, {"source": {"asset": sound}}))["source"].endswith(
            "needs a picture here, and this is a sound."
        )
        two = await _refused(served, {"source": [{"asset": picture}, {"asset": others[0]}]})
        assert "takes one file here; these are 2." in two["source"]
        four = {"reference": [{"asset": other} for other in others]}
        assert "Many takes 3 files here; these are 4." in (await _refused(served, source | four))["reference.0"]
        good = await _ask(served.owner, source | {"reference": [{"asset": other} for other in others[:3]]})
        assert (good.status, len(provider.orders[-1].inputs)) == (200, 4)
        retried = await served.owner.call("POST", f"/api/v1/generations/{good.json['id']}/retry")
        assert (retried.status, retried.json["inputs"]) == (202, good.json["inputs"])
        for wrong in ({}, {"asset": picture, "generation": "gen_x"}, {"asset": None}, {"file": "x"}):
            assert (await _ask(served.owner, {"source": wrong})).status == 422
        for ref in ({"asset": "ast_nothing"}, {"upload": "ast_nothing"}, {"generation": "gen_nothing"}):
            assert (await _ask(served.owner, {"source": ref})).status == 404


async def test_nobody_uses_what_belongs_to_another(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, TakingProvider()) as served:
        asset, made = await _upload(served.owner, png(16, 16)), await served.owner.make()
        mara = await served.program(await served.house.member(granted=100))
        for ref in ({"asset": asset}, {"upload": asset}, {"generation": made["id"]}):
            assert (await _ask(mara, {"source": ref})).status == 404


async def test_limits_of_a_model_are_said_before_anything_is_spent(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, TakingProvider()) as served:
        wide = await _upload(served.owner, png(200, 100))
        heavy = await _upload(served.owner, png(16, 16) + b"\0" * 4_500)
        pixels = await _refused(served, {"source": {"asset": wide}}, model="small")
        assert "200 x 100" in pixels["source"]
        assert "0.01 megapixels" in pixels["source"]
        assert "up to 0.004 MB" in (await _refused(served, {"source": {"asset": heavy}}, model="small"))["source"]
        linked = await _refused(served, {"source": {"asset": wide}}, model="linked")
        assert "PHOTOPLAY_PUBLIC_URL" in linked["source"]
        assert (await _ask(served.owner, {"source": {"asset": wide}}, model="either")).status == 200


async def test_with_a_public_address_vendors_get_links_that_open_the_file(tmp_path: Path) -> None:
    provider = TakingProvider()
    async with a_served_house(tmp_path, provider, public_url="https://Studio.example/") as served:
        data = png(20, 20)
        asset = await _upload(served.owner, data)
        assert (await _ask(served.owner, {"source": {"asset": asset}}, model="linked")).status == 200
        address = provider.orders[-1].inputs[0].address
        assert address is not None
        assert address.startswith(f"https://Studio.example/media/{asset}/original-")
        path = address.removeprefix("https://Studio.example")
        got = await served.stranger.get(path, headers={"Host": "studio.example"})
        assert (got.status, got.body, got.headers["Cache-Control"]) == (200, data, "private, max-age=3600")
        assert (await served.stranger.get(path.partition("?")[0])).status == 401


MASKS: dict[str, bytes] = {
    "grey": _picture("L", (32, 32), 0, (8, 8, 24, 24), 255),
    "colours": _picture("RGB", (32, 32), (0, 0, 0), (8, 8, 24, 24), (255, 255, 255)),
    "one bit": _picture("1", (32, 32), 0, (8, 8, 24, 24), 1),
    "16 bits": _picture("I;16", (32, 32), 0, (8, 8, 24, 24), 65535),
    "opaque with alpha": _picture("RGBA", (32, 32), BLACK, (8, 8, 24, 24), WHITE),
    "white strokes on nothing": _picture("RGBA", (32, 32), CLEAR, (8, 8, 24, 24), WHITE),
    "a picture with a hole": _picture("RGBA", (32, 32), (90, 120, 60, 255), (8, 8, 24, 24), CLEAR),
    "black with a hole": _picture("RGBA", (32, 32), BLACK, (8, 8, 24, 24), CLEAR),
}


async def test_every_sort_of_mask_becomes_grey_with_white_where_it_is_painted(tmp_path: Path) -> None:
    provider = TakingProvider()
    async with a_served_house(tmp_path, provider, public_url="https://studio.example") as served:
        source = await _upload(served.owner, png(32, 32))
        for sort, data in MASKS.items():
            mask = await _upload(served.owner, data)
            inputs = {"mask": {"asset": mask}, "source": {"asset": source}}
            done = await _ask(served.owner, inputs, model="painter", operation=PAINT)
            assert done.status == 200, (sort, done.body)
            assert done.json["assets"][0]["parents"] == [source, mask], sort
            order = provider.orders[-1]
            assert [given.role for given in order.inputs] == ["source", "mask"], sort
            sent = Image.open(io.BytesIO(provider.received[order.id][1]))
            assert (sent.mode, sent.size, sent.format) == ("L", (32, 32), "PNG"), sort
            assert [sent.getpixel(at) for at in ((2, 2), (16, 16), (8, 8), (24, 24))] == [0, 255, 255, 0], sort
        path = (order.inputs[1].address or "").removeprefix("https://studio.example")
        assert (await served.stranger.get(path)).body == provider.received[order.id][1]


@pytest.mark.parametrize("colour", [0, 100])
async def test_masks_that_would_change_nothing_or_do_not_fit_are_refused(tmp_path: Path, colour: int) -> None:
    async with a_served_house(tmp_path, TakingProvider()) as served:
        source = {"source": {"asset": await _upload(served.owner, png(32, 24))}}
        empty = {"mask": {"asset": await _upload(served.owner, _picture("L", (32, 24), colour))}}
        fields = await _refused(served, source | empty, model="painter", operation=PAINT)
        assert "Nothing in the mask is white" in fields["mask"]
        large = {"mask": {"asset": await _upload(served.owner, _picture("L", (64, 48), 255))}}
        fields = await _refused(served, source | large, model="painter", operation=PAINT)
        assert "64 x 48" in fields["mask"]
        assert "32 x 24" in fields["mask"]


async def test_a_picture_that_would_grow_too_large_is_refused_with_what_is_allowed(tmp_path: Path) -> None:
    too_much = "this would be 8320 x 8320 pixels; Grower makes up to 67 megapixels."
    cases = [(8, 1024, ""), (8, 1040, f"{too_much} Take 4 times"), (4, 2048, ""), (4, 2080, f"{too_much} Take 2 times")]
    async with a_served_house(tmp_path, TakingProvider()) as served:
        for factor, edge, told in cases:
            source = {"source": {"asset": await _upload(served.owner, _picture("1", (edge, edge), 0))}}
            for model in ("scripted:grower", "auto"):
                body = {"operation": "upscale", "model": model, "params": {"factor": factor}, "inputs": source}
                answer = await served.owner.call("POST", "/api/v1/quotes", body)
                assert (answer.status, told in answer.body.decode()) == (422 if told else 200, True)


async def test_a_model_that_has_not_the_factor_says_which_it_has(tmp_path: Path) -> None:
    async with a_served_house(tmp_path, TakingProvider()) as served:
        source = {"source": {"asset": await _upload(served.owner, png(16, 16))}}
        body = {"operation": "upscale", "model": "scripted:grower", "params": {"factor": 2}, "inputs": source}
        answer = await served.owner.call("POST", "/api/v1/quotes", body)
        assert answer.error["fields"] == {"factor": "Choose one of: 4, 8."}
