"""Results that lie at an address: fetched from where the owner said the vendor is, private or not; from nowhere else there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from photoplay.providers import Delivery, RemoteFile
from tests.factories import a_house
from tests.scripted import png
from tests.vendors import FIRST_KEY, Vendor, add_account


@asynccontextmanager
async def a_file_server(seen: list[dict[str, str]]) -> AsyncIterator[str]:
    """Gives a picture at `/out.png` on loopback, and notes the headers it was asked with."""

    async def _give(request: web.Request) -> web.Response:
        seen.append(dict(request.headers))
        return web.Response(body=png(), content_type="image/png")

    app = web.Application()
    app.router.add_get("/out.png", _give)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}"
    await runner.cleanup()


async def test_a_result_at_the_vendors_own_private_address_is_fetched_without_the_key(tmp_path: Path) -> None:
    seen: list[dict[str, str]] = []
    async with a_file_server(seen) as address:
        vendor = Vendor("one", on_check=lambda order: Delivery((RemoteFile(f"{address}/out.png", "image/png"),)))
        async with a_house(tmp_path, vendor) as house:
            await add_account(house, "one", FIRST_KEY, settings={"api_key": FIRST_KEY, "address": f"{address}/v1"})
            assert (await house.end((await house.ask(model="one:cheap")).id)).status == "succeeded"
        assert len(seen) == 1
        assert FIRST_KEY not in str(seen)


async def test_a_private_address_that_is_not_the_vendors_is_not_fetched(tmp_path: Path) -> None:
    seen: list[dict[str, str]] = []
    async with a_file_server(seen) as address:
        vendor = Vendor("one", on_check=lambda order: Delivery((RemoteFile(f"{address}/out.png", "image/png"),)))
        async with a_house(tmp_path, vendor) as house:
            await add_account(house, "one", FIRST_KEY)
            ended = await house.end((await house.ask(model="one:cheap")).id)
            assert ended.error is not None
            assert (ended.status, seen) == ("failed", [])
