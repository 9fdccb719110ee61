"""Whatever is sent, the answer is a refusal with the shape that is promised, never a breakdown."""

import io
from pathlib import Path
from typing import Any

import pytest

from photoplay.providers import Notice
from tests.scripted import ScriptedProvider
from tests.web.served import PICTURE, Answer, a_served_house

HUGE = "x" * 200_000
NUL = "a\0b"
REQUESTS: tuple[tuple[str, Any], ...] = (
    ("unknown field", PICTURE | {"wat": 1}),
    ("unknown param", PICTURE | {"params": {"prompt": "a", "wat": 1}}),
    ("no operation", {"params": {}}),
    ("unknown operation", PICTURE | {"operation": "text-to-gold"}),
    ("operation of a wrong type", PICTURE | {"operation": 7}),
    ("unknown model", PICTURE | {"model": "nobody:nothing"}),
    ("retired model", PICTURE | {"model": "scripted:gone"}),
    ("params of a wrong type", PICTURE | {"params": []}),
    ("no prompt", PICTURE | {"params": {}}),
    ("empty prompt", PICTURE | {"params": {"prompt": "  "}}),
    ("huge prompt", PICTURE | {"params": {"prompt": HUGE}}),
    ("prompt with NUL", PICTURE | {"params": {"prompt": NUL}}),
    ("prompt of a wrong type", PICTURE | {"params": {"prompt": ["a"]}}),
    ("negative size", PICTURE | {"params": {"prompt": "a", "size": -64}}),
    ("endless size", PICTURE | {"params": {"prompt": "a", "size": 10**400}}),
    ("negative seed", PICTURE | {"params": {"prompt": "a", "seed": -1}}),
    ("endless seed", PICTURE | {"params": {"prompt": "a", "seed": 10**30}}),
    ("aspect of nothing", PICTURE | {"params": {"prompt": "a", "aspect": "0:0"}}),
    ("nothing wide", PICTURE | {"params": {"prompt": "a", "aspect": "0:9"}}),
    ("count 0", PICTURE | {"count": 0}),
    ("count 51", PICTURE | {"count": 51}),
    ("priority 99", PICTURE | {"priority": 99}),
    ("input that is not taken", PICTURE | {"inputs": {"source": {"asset": "ast_1"}}}),
    ("input of a wrong shape", PICTURE | {"inputs": {"source": "ast_1"}}),
    ("input named twice", PICTURE | {"inputs": {"source": {"asset": "a", "generation": "b"}}}),
    ("ceiling below nothing", PICTURE | {"ceiling": {"max_cost_usd": "-1"}}),
    ("ceiling of the other unit", PICTURE | {"ceiling": {"max_price_credits": 4}}),
    ("ceiling that is no number", PICTURE | {"ceiling": {"max_cost_usd": "NaN"}}),
    ("quote that is no quote", PICTURE | {"quote": "a.b.c"}),
    ("retry of nothing", PICTURE | {"retry_of": "gen_nothing"}),
    ("a list", [PICTURE]),
    ("a number", 7),
    ("null", None),
)
BODIES = (
    ("nothing", b"", "application/json"),
    ("half an object", b'{"operation": ', "application/json"),
    ("no UTF-8", b'{"operation": "\xff\xfe"}', "application/json"),
    ("half a character", b'{"operation": "text-to-image", "params": {"prompt": "\\ud800"}}', "application/json"),
    ("half a character for a name", b'{"operation": "\\ud800"}', "application/json"),
    ("half a character for a model", b'{"operation": "text-to-image", "model": "\\ud800"}', "application/json"),
    ("half a character for a preset", b'{"operation": "text-to-image", "preset": "\\ud800"}', "application/json"),
    ("a deep well", b"[" * 100_000, "application/json"),
    ("a form", b"operation=text-to-image", "application/x-www-form-urlencoded"),
    ("plain text", b'{"operation": "text-to-image"}', "text/plain"),
    ("XML", b"<operation/>", "application/xml"),
)
PATHS = (
    "/api/v1/generations/nothing",
    "/api/v1/generations/gen_" + "x" * 5000,
    "/api/v1/generations/%00",
    "/api/v1/generations/..%2f..%2fetc%2fpasswd",
    "/api/v1/generations?limit=0",
    "/api/v1/generations?limit=-1",
    "/api/v1/generations?limit=many",
    "/api/v1/generations?cursor=nonsense",
    "/api/v1/generations?cursor=%00",
    "/api/v1/generations?status=dreaming",
    "/api/v1/batches/nothing",
    "/api/v1/assets/nothing",
    "/api/v1/assets?cursor=nonsense",
    "/api/v1/assets?cursor=gen_01k9zzzzzzzzzzzzzzzzzzzzzz",
    "/api/v1/assets?limit=100000",
    "/api/v1/assets?kind=smell",
    "/api/v1/assets?state=lost",
    "/api/v1/assets?order=random",
    "/api/v1/assets?from=yesterday",
    "/api/v1/assets?from=2026-11-21",
    "/api/v1/assets?q=" + "a" * 300,
    "/api/v1/assets/timeline?to=never",
    "/api/v1/assets/nothing/file?rendition=gold",
    "/api/v1/assets/nothing/recipe",
    "/api/v1/generations/nothing/receipt",
    "/api/v1/ledger?limit=0",
    "/api/v1/ledger?cursor=nonsense",
    "/api/v1/ledger?month=9999-12",
    "/api/v1/ledger.csv?month=2026-99",
    "/api/v1/ledger.csv?month=9999-12",
    "/api/v1/models?operation=text-to-gold",
    "/api/v1/scenes/nothing/source",
    "/api/v1/scenes/..%2fsettings/source",
    "/api/v1/nothing",
)


def _is_refusal(answer: Answer) -> bool:
    error = answer.error
    assert error["message"].endswith("."), error
    assert all(text.endswith(".") for text in error.get("fields", {}).values()), error
    return 400 <= answer.status < 500


async def test_no_request_for_media_is_wrong_in_a_way_that_breaks(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        for door in ("/api/v1/quotes", "/api/v1/generations"):
            for name, body in REQUESTS:
                if door == "/api/v1/quotes" and name.startswith(("quote", "retry", "ceiling of")):
                    continue
                answer = await served.owner.call("POST", door, body)
                assert _is_refusal(answer), (door, name, answer)
            for name, data, mime in BODIES:
                answer = await served.owner.call("POST", door, data=data, headers={"Content-Type": mime})
                assert _is_refusal(answer), (door, name, answer)
        assert (await served.owner.get("/api/v1/generations")).json["items"] == []


async def test_no_address_is_wrong_in_a_way_that_breaks(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        for path in PATHS:
            assert _is_refusal(await served.owner.get(path)), path


async def test_other_requests_are_refused_in_words(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        owner = served.owner
        refused = (
            ("DELETE", "/api/v1/models", None, 405),
            ("POST", "/api/v1/assets/bulk", {"ids": [], "action": "delete"}, 422),
            ("POST", "/api/v1/assets/bulk", {"ids": ["ast_1"], "action": "burn"}, 422),
            ("POST", "/api/v1/assets/bulk", {"ids": [f"ast_{n}" for n in range(1001)], "action": "delete"}, 422),
            ("PATCH", "/api/v1/assets/ast_nothing", {"rating": 9}, 422),
            ("PATCH", "/api/v1/assets/ast_nothing", {"owner_id": "usr_1"}, 422),
            ("PATCH", "/api/v1/assets/ast_nothing", {"title": NUL}, 422),
            ("PATCH", "/api/v1/assets/ast_nothing", {"title": "A title"}, 404),
            ("POST", "/api/v1/generations/gen_nothing/cancel", None, 404),
            ("POST", "/api/v1/generations/gen_nothing/retry", None, 404),
            ("POST", "/api/v1/keys", {"name": ""}, 422),
            ("DELETE", "/api/v1/keys/key_nothing", None, 404),
            ("POST", "/api/v1/scenes/reading", {"prompt": HUGE}, 422),
            ("POST", "/api/v1/generations?wait=forever", PICTURE, 422),
            ("POST", "/api/v1/generations?wait=-1", PICTURE, 422),
            ("PATCH", "/api/v1/admin/pricing", {"warn_above_credits": 10**30}, 422),
            ("PATCH", "/api/v1/admin/pricing", {"approve_above_credits": 10**30}, 422),
            ("POST", "/api/v1/admin/users", {"name": "Mara", "plan": "\ud800"}, 404),
        )
        for method, path, body, status in refused:
            answer = await owner.call(method, path, body)
            assert (answer.status, _is_refusal(answer)) == (status, True), (method, path, answer)


async def test_a_thousand_unknown_ids_are_left_out(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        body = {"ids": [f"ast_{number}" for number in range(1000)], "action": "delete"}
        answer = await served.owner.call("POST", "/api/v1/assets/bulk", body)
        assert (answer.status, answer.json) == (200, {"ids": []})


async def test_a_body_without_end_is_cut_off(tmp_path: Path) -> None:
    async with a_served_house(tmp_path) as served:
        headers = {"Content-Type": "application/json"}
        body = io.BytesIO(b" " * 2_000_000)
        told = await served.owner.call("POST", "/api/v1/quotes", data=body, headers=headers)
        assert (told.status, told.error["code"]) == (413, "too_large")

        async def _drip() -> Any:
            for _piece in range(40):
                yield b" " * 100_000

        untold = await served.owner.call("POST", "/api/v1/quotes", data=_drip(), headers=headers)
        assert (untold.status, untold.error["code"]) == (413, "too_large")


class _Broken(ScriptedProvider):
    async def advise(self, model: str, operation: str, params: object) -> tuple[Notice, ...]:
        """Stumbles."""
        raise RuntimeError("a secret of the house")


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
async def test_what_breaks_inside_is_said_without_a_trace(tmp_path: Path, accept: str) -> None:
    async with a_served_house(tmp_path, _Broken()) as served:
        answer = await served.owner.call("POST", "/api/v1/quotes", PICTURE, headers={"Accept": accept})
        assert (answer.status, answer.error["code"], answer.error["retryable"]) == (500, "internal", True)
        assert b"secret" not in answer.body
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
