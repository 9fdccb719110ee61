"""The local provider: orders, news, cancel, a killed child, a restart, and honest notices."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from photoplay.core.files import sha256_of
from photoplay.core.http import Http
from photoplay.makers import LANES
from photoplay.providers import (
    Advises,
    Announces,
    Closes,
    Delivery,
    Failed,
    Input,
    Invalid,
    LocalFile,
    Order,
    Ticket,
    Waiting,
)
from photoplay.providers.local import LocalProvider

PATIENCE_SECONDS = 60


@dataclass
class Desk:
    """A provider with its news, and a folder for orders."""

    folder: Path
    http: Http = field(default_factory=Http)
    provider: LocalProvider = field(default_factory=LocalProvider)
    news: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)

    def order(self, name: str, operation: str = "text-to-image", model: str = "local:scene", **params: Any) -> Order:
        """An order with a folder of its own."""
        spool = self.folder / name
        spool.mkdir(exist_ok=True)
        inputs = params.pop("inputs", ())
        return Order(name, model, operation, {"seed": 5, **params}, inputs=inputs, spool=spool)

    async def end_of(self, ticket: Ticket, order: Order) -> Delivery:
        """Looks whenever there is news, until the delivery comes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while isinstance(answer := await self.provider.check(ticket, order, self.http), Waiting):
                await self.news.get()
        return answer

    async def begun(self, order: Order) -> tuple[Ticket, Waiting]:
        """A film of which the first frame can be seen."""
        ticket = await self.provider.submit(order, self.http)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                await self.news.get()
                answer = await self.provider.check(ticket, order, self.http)
                assert isinstance(answer, Waiting)
                if answer.previews:
                    return ticket, answer


@asynccontextmanager
async def desk_in(folder: Path) -> AsyncIterator[Desk]:
    desk = Desk(folder)
    desk.provider.on_news(desk.news.put_nowait)
    try:
        yield desk
    finally:
        await desk.provider.close()
        await desk.http.close()


def film(desk: Desk, name: str, **params: Any) -> Order:
    return desk.order(
        name,
        "text-to-video",
        **{"prompt": "abstract silk", "size": "540p", "duration_seconds": 8, "aspect": "16:9", **params},
    )


async def test_a_picture_is_delivered_with_its_renditions_and_recipe(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        order = desk.order("one", prompt="calm ocean at sunset", size=128, aspect="16:9")
        ticket = await desk.provider.submit(order, desk.http)
        assert await desk.provider.submit(order, desk.http) == ticket
        delivery = await desk.end_of(ticket, order)
    assert delivery.billed_usd == Decimal(0)
    assert {file.role for file in delivery.files} == {"original", "webp", "thumb"}
    assert delivery.metadata["scene"] == "ocean"
    assert delivery.metadata["hour"] == 19.1
    assert "not people or products" in str(delivery.metadata["note"])
    picture = delivery.files[0]
    assert isinstance(picture, LocalFile)
    with Image.open(picture.path) as image:
        assert image.size == (128, 72) == (picture.width, picture.height)


async def test_the_same_order_begins_anew_after_a_restart_and_gives_the_same_picture(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as first:
        order = first.order("one", prompt="somewhere high and cold", size=96)
        ticket = await first.provider.submit(order, first.http)
        before = sha256_of((await first.end_of(ticket, order)).files[0].path)  # type: ignore[union-attr]
    async with desk_in(tmp_path) as second:
        found = await second.provider.find(order, second.http)
        assert found == ticket
        after = sha256_of((await second.end_of(ticket, order)).files[0].path)  # type: ignore[union-attr]
    assert before == after


async def test_a_film_shows_a_frame_and_a_loop_and_tells_how_far_it_is(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        order = film(desk, "film", size="64p", duration_seconds=1)
        ticket, seen = await desk.begun(order)
        assert seen.previews[0].mime in ("image/webp", "video/mp4")
        assert seen.word == "Painting"
        assert seen.progress is not None
        assert 0 <= seen.progress <= 99
        delivery = await desk.end_of(ticket, order)
    assert {file.role for file in delivery.files} == {"original", "poster", "thumb"}
    assert (delivery.files[0].mime, delivery.metadata["frames"]) == ("video/mp4", 24)


async def test_cancelled_film_stops_at_once_costs_nothing_and_leaves_no_file(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        order = film(desk, "film")
        ticket, _ = await desk.begun(order)
        await desk.provider.cancel(ticket, order, desk.http)
        assert list(order.spool.iterdir()) == []
        with pytest.raises(Failed, match="Cancelled") as told:
            await desk.provider.check(ticket, order, desk.http)
        assert told.value.billed_usd == Decimal(0)
        assert order.id in [desk.news.get_nowait() for _ in range(desk.news.qsize())]


async def test_an_order_cancelled_before_it_is_known_is_never_begun(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        order = film(desk, "film")
        await desk.provider.cancel(Ticket({"order": order.id}), order, desk.http)
        with pytest.raises(Failed, match="Cancelled"):
            await desk.provider.check(Ticket({"order": order.id}), order, desk.http)
        assert desk.provider.makers.pid("films") is None


async def test_a_picture_is_answered_while_a_film_is_painted(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        long = film(desk, "film")
        ticket, _ = await desk.begun(long)
        short = desk.order("picture", prompt="nebula", size=64)
        await desk.end_of(await desk.provider.submit(short, desk.http), short)
        assert isinstance(await desk.provider.check(ticket, long, desk.http), Waiting)


async def test_a_film_whose_renderer_is_killed_is_rendered_once_more(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        order = film(desk, "film", size="64p", duration_seconds=4)
        ticket, _ = await desk.begun(order)
        killed = desk.provider.makers.pid("films")
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        delivery = await desk.end_of(ticket, order)
        assert desk.provider.makers.pid("films") != killed
    assert delivery.metadata["frames"] == 96
    assert not [path for path in order.spool.iterdir() if path.name.startswith(".")]


async def test_a_renderer_that_is_killed_twice_fails_the_order_at_no_cost(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        order = film(desk, "film")
        ticket, _ = await desk.begun(order)
        os.kill(desk.provider.makers.pid("films") or 0, signal.SIGKILL)
        while desk.news.qsize():
            desk.news.get_nowait()
        await desk.news.get()
        os.kill(desk.provider.makers.pid("films") or 0, signal.SIGKILL)
        with pytest.raises(Failed, match="stopped twice") as told:
            await desk.end_of(ticket, order)
        assert told.value.billed_usd == Decimal(0)
        assert list(order.spool.iterdir()) == []


async def test_an_input_is_streamed_where_it_is_no_file_here(tmp_path: Path) -> None:
    source = tmp_path / "source.png"
    Image.linear_gradient("L").convert("RGB").resize((48, 32)).save(source)

    async def stream() -> AsyncIterator[bytes]:
        yield source.read_bytes()

    given = Input("source", "image/png", source.stat().st_size, "", open=stream, local_path=lambda: None)
    async with desk_in(tmp_path) as desk:
        order = desk.order("large", "upscale", "local:upscale", factor=2, inputs=(given,))
        delivery = await desk.end_of(await desk.provider.submit(order, desk.http), order)
    assert (delivery.files[0].width, delivery.files[0].height) == (96, 64)  # type: ignore[union-attr]


async def test_a_picture_that_cannot_be_read_is_the_fault_of_the_order(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"not a picture")

    async def stream() -> AsyncIterator[bytes]:
        yield b""

    given = Input("source", "image/png", 13, "", open=stream, local_path=lambda: broken)
    async with desk_in(tmp_path) as desk:
        order = desk.order("large", "upscale", "local:upscale", factor=2, inputs=(given,))
        with pytest.raises(Invalid, match="cannot be read"):
            await desk.end_of(await desk.provider.submit(order, desk.http), order)


async def test_what_cannot_be_painted_is_said_before_the_order(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        told = await desk.provider.advise("local:scene", "text-to-image", {"prompt": "a fox in a suit"})
        assert [notice.code for notice in told] == ["cannot_paint"]
        assert "This would become" in told[0].message
        assert await desk.provider.advise("local:scene", "text-to-image", {"prompt": "calm ocean"}) == ()
        assert await desk.provider.advise("local:voice", "text-to-speech", {"prompt": "A fox."}) == ()


async def test_a_plain_renderer_is_told_with_the_next_quote(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        order = desk.order("one", prompt="calm ocean", size=64, renderer="plain")
        await desk.end_of(await desk.provider.submit(order, desk.http), order)
        told = await desk.provider.advise("local:scene", "text-to-image", {"prompt": "calm ocean"})
    assert [notice.code for notice in told] == ["plain_renderer"]
    assert "photoplay doctor" in told[0].message


async def test_plain_words_are_read_without_a_child(tmp_path: Path) -> None:
    async with desk_in(tmp_path) as desk:
        reading = await desk.provider.read("storm over the ocean", {"hour": 3.0})
        assert (reading.scene, reading.hour) == ("ocean", 3.0)
        assert desk.provider.makers.pid("stills") is None


def test_every_operation_of_the_cards_has_a_lane_and_cards_are_recoverable() -> None:
    for card in LocalProvider.cards:
        assert card.recovery == "key"
        assert card.can_cancel
        assert set(card.operations) <= set(LANES)
        assert set(card.typical_seconds) == set(card.operations)


def test_the_provider_announces_advises_and_closes() -> None:
    assert isinstance(LocalProvider(), Announces)
    assert isinstance(LocalProvider(), Advises)
    assert isinstance(LocalProvider(), Closes)
