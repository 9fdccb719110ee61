"""Pictures that a vendor shows while it still answers reach those who look on."""

import asyncio
from pathlib import Path

from photoplay.core.http import Http
from photoplay.providers import Delivery, LocalFile, Order, Ticket
from tests.factories import a_house
from tests.scripted import ScriptedProvider, png


class Streaming(ScriptedProvider):
    """Shows two pictures, and answers when it is told to."""

    go_on: asyncio.Event

    async def submit(self, order: Order, http: Http) -> Ticket | Delivery:
        """As a vendor does that streams."""
        for number in range(2):
            path = Path(order.spool) / f"partial-{number}.png"
            path.write_bytes(png(8, 8, shade=number * 50))
            order.on_preview(LocalFile(path, "image/png", role="preview"))
        await self.go_on.wait()
        return self.deliver(order)


async def test_partial_pictures_are_shown_while_the_vendor_still_answers(tmp_path: Path) -> None:
    provider = Streaming()
    provider.go_on = asyncio.Event()
    async with a_house(tmp_path, provider) as house:
        view = await house.ask()
        shown = await house.until(view.id, lambda seen: seen.preview is not None and seen.word == "Painting")
        provider.go_on.set()
        ended = await house.end(view.id)
        assert shown.phase == "submitting"
        assert (ended.status, ended.preview) == ("succeeded", None)
