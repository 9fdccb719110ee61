"""Kling against its simulator: an order is taken once under our id, and every fault ends as it must."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from photoplay.core.http import FetchFailed
from photoplay.media import sniff
from photoplay.providers import (
    Absent,
    ContentRefused,
    Failed,
    Forged,
    Forgotten,
    Invalid,
    NotConfigured,
    OutcomeUnknown,
    Throttled,
    Ticket,
)
from photoplay.providers.kling import Kling, KlingProvider, signed_token
from tests.sandboxed import a_sandbox

VENDOR = "kling"
FILM = {
    "prompt": "a lake",
    "aspect": "16:9",
    "size": "720p",
    "duration_seconds": 3.0,
    "seed": 7,
    "generate_audio": False,
}
PICTURE = {"prompt": "a lake", "aspect": "4:3", "size": 1024, "seed": 7, "negative_prompt": ""}
ORDERS: list[tuple[str, str, tuple[str, ...], dict[str, Any], str, str]] = [
    (
        "kling-v3",
        "text-to-video",
        (),
        {**FILM, "generate_audio": True, "negative_prompt": "rain"},
        "video/mp4",
        "0.378",
    ),
    ("kling-v3", "image-to-video", ("source", "last"), {**FILM, "aspect": None, "prompt": ""}, "video/mp4", "0.252"),
    ("kling-v3-omni", "reference-to-video", ("reference", "reference"), FILM, "video/mp4", "0.252"),
    ("kling-v2-5-turbo", "text-to-video", (), {**FILM, "size": "1080p", "duration_seconds": 5}, "video/mp4", "0.35"),
    ("kling-v3", "text-to-image", (), PICTURE, "image/png", "0.028"),
    ("kling-v3", "image-to-image", ("source",), {"prompt": "as snow", "seed": 7}, "image/png", "0.028"),
]


def test_the_token_is_the_one_of_the_published_example() -> None:
    assert signed_token("ak_demo", "sk_demo", datetime.fromtimestamp(1_766_000_000, UTC)) == (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJha19kZW1vIiwiZXhwIjoxNzY2MDAxODAwLCJuYmYiOjE3NjU5OTk5OTV9"
        ".oj-plzKMovyLB_pCdPJ5o7bft237i77Qes9rxRQugAg"
    )


async def test_every_operation_is_made_under_our_id(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        kling = KlingProvider()
        made: dict[str, Any] = {}
        for model, operation, roles, params, mime, cost in ORDERS:
            inputs = tuple(sandbox.picture(role) for role in roles)
            order = sandbox.order(kling, f"kling:{model}", operation, inputs=inputs, **params)
            delivery = await sandbox.deliver(kling, order)
            assert delivery.files[0].mime == mime, operation
            made.setdefault(mime, (order, delivery))
            line = sandbox.bill(VENDOR)[-1]
            assert (line["reference"], Decimal(line["cost_usd"])) == (order.id, Decimal(cost))
        for mime, (order, delivery) in made.items():
            assert sniff((await sandbox.bytes_of(order, delivery))[:64]).mime == mime


async def test_words_that_call_no_picture_are_followed_by_the_names_of_all(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        kling = KlingProvider()
        pictures = tuple(sandbox.picture("reference") for _number in range(2))
        for prompt, wrong in (
            ("a lake", ""),
            ("<<<image_1>>> by <<<image_2>>>", ""),
            ("<<<image_1>>> <<<image_3>>>", "calls"),
        ):
            params = FILM | {"prompt": prompt}
            order = sandbox.order(kling, "kling:kling-v3-omni", "reference-to-video", inputs=pictures, **params)
            if wrong:
                with pytest.raises(Invalid, match=wrong):
                    await kling.submit(order, sandbox.http)
            else:
                await kling.submit(order, sandbox.http)
        assert len(sandbox.bill(VENDOR)) == 2


@pytest.mark.parametrize("fault", ["answer-lost", "error-after"])
async def test_an_order_whose_answer_was_lost_is_sent_again_and_paid_once(fault: Any, tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        kling = KlingProvider()
        order = sandbox.order(kling, "kling:kling-v3", "text-to-video", **FILM)
        assert await kling.find(order, sandbox.http) == Absent()
        sandbox.fault(VENDOR, fault)
        with pytest.raises(OutcomeUnknown):
            await kling.submit(order, sandbox.http)
        found = await kling.find(order, sandbox.http)
        assert await kling.submit(order, sandbox.http) == found
        assert isinstance(found, Ticket)
        assert (await sandbox.until_done(kling, found, order)).files
        assert len(sandbox.bill(VENDOR)) == 1


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("refused-content", ContentRefused, "risk control"),
        ("failed", Failed, "Internal error"),
    ],
)
async def test_a_bad_end_is_told_and_not_billed(
    fault: Any, error: type[ContentRefused], words: str, tmp_path: Path
) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        kling = KlingProvider()
        sandbox.fault(VENDOR, fault)
        with pytest.raises(error, match=words) as end:
            await sandbox.deliver(kling, sandbox.order(kling, "kling:kling-v3", "text-to-image", **PICTURE))
        assert (end.value.billed_usd, sandbox.bill(VENDOR)) == (Decimal(0), [])


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("throttled", Throttled),
        ("bad-key", NotConfigured),
        ("no-credit", NotConfigured),
        ("never-arrived", OutcomeUnknown),
        ("server-error", OutcomeUnknown),
    ],
)
async def test_a_fault_says_what_it_proves(fault: Any, error: type[Exception], tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        kling = KlingProvider()
        order = sandbox.order(kling, "kling:kling-v3", "text-to-image", **PICTURE)
        sandbox.fault(VENDOR, fault)
        with pytest.raises(error):
            await kling.submit(order, sandbox.http)
        assert sandbox.bill(VENDOR) == []
        assert await kling.find(order, sandbox.http) == Absent()


async def test_keys_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        kling, access = KlingProvider(), Kling.at_sandbox(sandbox.url)
        assert (await kling.test(access, sandbox.http)).balance == "812.5 units"
        wrong = access.model_copy(update={"secret_key": SecretStr("another")})
        with pytest.raises(NotConfigured, match="refused the keys"):
            await kling.test(wrong, sandbox.http)


async def test_what_does_not_fit_is_refused_and_a_dead_link_is_not_a_file(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        kling = KlingProvider()
        wrong = sandbox.order(kling, "kling:kling-v2-6", "text-to-video", **FILM)
        with pytest.raises(Invalid, match="mode is invalid"):
            await kling.submit(wrong, sandbox.http)
        with pytest.raises(Forgotten, match="does not know"):
            await kling.check(Ticket({"id": "gone", "route": "videos/text2video"}), wrong, sandbox.http)
        order = sandbox.order(kling, "kling:kling-v3", "text-to-image", **PICTURE)
        delivery = await sandbox.deliver(kling, order)
        sandbox.fault(VENDOR, "file-expired")
        with pytest.raises(FetchFailed):
            await sandbox.bytes_of(order, delivery)


async def test_what_was_ordered_lately_is_listed_with_our_ids(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path) as sandbox:
        kling = KlingProvider()
        order = sandbox.order(kling, "kling:kling-v3", "text-to-video", **FILM)
        ticket = await kling.submit(order, sandbox.http)
        listed = await kling.recent(datetime(2026, 1, 1, tzinfo=UTC), order.access, sandbox.http)
        assert listed == ((order.id, ticket),)


def test_a_call_names_our_order_and_is_the_same_when_it_comes_twice() -> None:
    kling, access, now = KlingProvider(), Kling(), datetime(2026, 11, 21, tzinfo=UTC)
    task = {"task_id": "7", "task_status": "succeed", "updated_at": 5, "task_info": {"external_task_id": "gen_1-1"}}
    first, second = (kling.verify({}, json.dumps(task).encode(), access, secret="s", now=now) for _time in range(2))
    assert (first, first.reference) == (second, "gen_1-1")
    for body in (b"[]", b"{}", b"no"):
        with pytest.raises(Forged):
            kling.verify({}, body, access, secret="s", now=now)


async def test_kling_calls_the_address_that_it_was_given(tmp_path: Path) -> None:
    called: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def _hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        called.set_result(await reader.readexactly(length))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(_hear, "127.0.0.1", 0)
    async with server, a_sandbox(tmp_path) as sandbox:
        kling = KlingProvider()
        host, port = server.sockets[0].getsockname()
        order = sandbox.order(kling, "kling:kling-v3", "text-to-image", **PICTURE)
        order = replace(order, webhook=f"http://{host}:{port}/hooks")
        await kling.submit(order, sandbox.http)
        async with asyncio.timeout(10):
            body = await called
        callback = kling.verify({}, body, order.access, secret="s", now=datetime(2026, 11, 21, tzinfo=UTC))
        assert callback.reference == order.id
