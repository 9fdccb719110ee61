"""Stability AI has no client of its own for these routes: its documented requests, by hand, judge the simulator."""

import asyncio
import base64
from pathlib import Path
from typing import Any

from photoplay.core.calls import Answer, Call, FormField, make_call
from photoplay.media import sniff
from tests.sandboxed import Sandboxed, a_sandbox
from tests.scripted import png

VENDOR = "stability"
NONE = FormField("none", b"", file_name="", mime="application/octet-stream")


async def called(sandbox: Sandboxed, method: str, path: str, *fields: FormField, **more: Any) -> Answer:
    headers = {"authorization": "Bearer made-up", "accept": "image/*", **more.pop("headers", {})}
    url = f"{sandbox.url}/stability{path}"
    return await make_call(sandbox.http, Call(method, url, headers, form=fields, trusted=sandbox.url, **more))


async def finished(sandbox: Sandboxed, path: str) -> Answer:
    """The result, asked for as seldom as a key may ask."""
    while (answer := await called(sandbox, "GET", path, headers={"accept": "*/*"})).status == 202:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    return answer


async def test_a_picture_comes_as_bytes_with_headers_or_as_json_without(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        fields = (FormField("prompt", "a fox"), FormField("seed", "4021"), FormField("output_format", "webp"), NONE)
        answer = await called(sandbox, "POST", "/v2beta/stable-image/generate/core", *fields)
        found = sniff(answer.body[:64])
        assert found is not None
        assert (answer.status, answer.header("content-type"), found.mime) == (200, "image/webp", "image/webp")
        assert (answer.header("finish-reason"), answer.header("seed")) == ("SUCCESS", "4021")
        asked = {"headers": {"accept": "application/json"}}
        answer = await called(sandbox, "POST", "/v2beta/stable-image/generate/core", *fields, **asked)
        assert answer.header("content-type") == "application/json; type=image/webp"
        assert (answer.header("seed"), answer.header("finish-reason")) == (None, None)
        body = answer.json()
        assert (body["finish_reason"], body["seed"]) == ("SUCCESS", 4021)
        assert base64.b64decode(body["image"])[:4] == b"RIFF"


async def test_a_seed_of_zero_is_a_random_one(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        fields = (FormField("prompt", "a fox"), FormField("seed", "0"), NONE)
        answer = await called(sandbox, "POST", "/v2beta/stable-image/generate/core", *fields)
        assert int(answer.header("seed") or 0) > 0


async def test_anything_but_a_form_is_refused(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        answer = await called(sandbox, "POST", "/v2beta/stable-image/generate/core", json={"prompt": "a fox"})
        assert (answer.status, answer.json()["name"]) == (400, "bad_request")
        answer = await called(sandbox, "POST", "/v2beta/stable-image/generate/core", NONE)
        assert (answer.status, answer.json()["errors"]) == (400, ["prompt: is required"])
        assert sandbox.bill(VENDOR) == []


async def test_a_slow_result_is_polled_at_both_addresses(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        picture = FormField("image", png(96, 96), file_name="a.png", mime="image/png")
        fields = (picture, FormField("prompt", "a fox"))
        taken = await called(sandbox, "POST", "/v2beta/stable-image/upscale/creative", *fields)
        job = taken.json()["id"]
        assert (taken.status, len(job)) == (200, 64)
        for path in ("/v2beta/results", "/v2beta/stable-image/upscale/creative/result"):
            answer = await called(sandbox, "GET", f"{path}/{job}")
            assert (answer.status, answer.json()) == (202, {"id": job, "status": "in-progress"})
        answer = await finished(sandbox, f"/v2beta/results/{job}")
        assert (answer.status, answer.header("content-type")) == (200, "image/png")
        assert (await called(sandbox, "GET", "/v2beta/results/short")).status == 400
        unknown = await called(sandbox, "GET", "/v2beta/results/" + "0" * 64)
        assert (unknown.status, unknown.json()["name"]) == (404, "generation_not_found")


async def test_a_song_is_taken_with_202_and_polled(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        fields = (FormField("prompt", "rain"), FormField("duration", "2"), FormField("output_format", "wav"))
        taken = await called(sandbox, "POST", "/v2beta/audio/stable-audio/text-to-audio", *fields)
        assert taken.status == 202
        path = f"/v2beta/audio/results/{taken.json()['id']}"
        answer = await finished(sandbox, path)
        assert (answer.status, answer.body[:4]) == (200, b"RIFF")


async def test_a_key_that_asks_too_often_rests(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path, pace=1.0) as sandbox:
        answers = [await called(sandbox, "GET", "/v1/user/balance") for _ in range(152)]
        assert [answer.status for answer in answers[:150]] == [200] * 150
        assert answers[-1].status == 429
        assert (answers[-1].json()["id"], answers[-1].json()["name"]) == ("rate_limit_exceeded", "rate_limit_exceeded")
        other = {"headers": {"authorization": "Bearer another"}}
        assert (await called(sandbox, "GET", "/v1/user/balance", **other)).status == 200


async def test_a_call_without_a_key_is_told_in_the_gateways_shape(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        answer = await called(sandbox, "GET", "/v1/user/account", headers={"authorization": ""})
        assert (answer.status, answer.json()["message"]) == (401, "missing authorization header")
