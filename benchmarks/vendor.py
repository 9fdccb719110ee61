"""A vendor that costs next to nothing: OpenAI's words, 1.4 MB PNGs made beforehand, in the answer or at an address.

`python -m benchmarks.vendor SECONDS` prints its address and serves until it is told to stop. No two pictures are alike.
Below `/v1` they come in the answer, below `/by-address/v1` at an address, whatever was asked for.
"""

import asyncio
import base64
import itertools
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from aiohttp import web

from photoplay.sandbox.stock import stamped

EDGE: Final = 1024
_LEVELS: Final = 11
"""So many values a channel has, evenly mixed: that makes a picture of 1.4 MB."""
_numbers = itertools.count(1)


@contextmanager
def running_vendor(*command: str) -> Iterator[str]:
    """The address of a simulated vendor that runs as a process of its own, and prints where."""
    process = subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield next(line.strip() for line in process.stdout if line.strip().startswith("http://"))
    finally:
        process.terminate()
        process.wait()


async def serve(seconds: float) -> None:
    """Answers each order after `seconds`, on a port that is free."""
    picture = _picture()
    whole = len(picture) // 3 * 3 - 12
    begun = base64.b64encode(picture[:whole])

    async def _order(request: web.Request) -> web.Response:
        await request.json()
        await asyncio.sleep(seconds)
        number = next(_numbers)
        if request.path.startswith("/by-address"):
            url = f"{request.url.origin()}/pictures/{number}.png"
            return web.json_response({"created": number, "data": [{"url": url}]})
        ended = base64.b64encode(stamped(picture, "image/png", str(number))[whole:])
        head, tail = b'{"created":1,"data":[{"b64_json":"', b'"}],"output_format":"png","usage":null}'
        return web.Response(body=b"".join((head, begun, ended, tail)), content_type="application/json")

    async def _file(request: web.Request) -> web.Response:
        return web.Response(body=stamped(picture, "image/png", request.path), content_type="image/png")

    app = web.Application()
    orders = [web.post(f"{begins}/v1/images/generations", _order) for begins in ("", "/by-address")]
    app.add_routes([*orders, web.get("/pictures/{name}", _file)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


def _picture() -> bytes:
    """A PNG of noise, 1024 x 1024."""
    noise = random.Random(1).randbytes(EDGE * EDGE * 3).translate(bytes(value % _LEVELS * 20 for value in range(256)))
    rows = b"".join(b"\0" + noise[start : start + EDGE * 3] for start in range(0, len(noise), EDGE * 3))
    head = struct.pack(">IIBBBBB", EDGE, EDGE, 8, 2, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
