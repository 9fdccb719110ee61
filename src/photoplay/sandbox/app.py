"""The sandbox as one web app: every vendor below its own path, and `/_sandbox` to look at the bill and set faults."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol, cast

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from photoplay import sandbox
from photoplay.core.http import Http
from photoplay.sandbox.book import Book
from photoplay.sandbox.control import control_routes
from photoplay.sandbox.faults import Faults
from photoplay.sandbox.stock import Stock
from photoplay.sandbox.webhooks import Webhooks
from photoplay.sandbox.whole_requests import WholeRequests
from photoplay.sandbox.world import World


def open_world(folder: Path, url: str, *, pace: float = 1.0) -> World:
    """A sandbox that keeps its book and its media in `folder` and is reached at `url`."""
    faults = Faults()
    hooks = Webhooks(Http(), faults, pace)
    return World(url.rstrip("/"), Book(folder / "sandbox.sqlite3"), Stock(folder / "stock"), hooks, faults, pace)


def create_sandbox(world: World) -> Starlette:
    """The web app of a world. Its lifespan closes the world."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await world.webhooks.close()
        await world.webhooks.http.close()
        await world.stock.close()
        world.book.close()

    vendors = [Mount(module.PATH, routes=module.routes(world)) for module in _vendors()]
    routes = [Mount("/_sandbox", routes=control_routes(world)), *vendors]
    return Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(WholeRequests)])


def vendor_names() -> list[str]:
    """The simulated vendors."""
    return [module.VENDOR for module in _vendors()]


class _Vendor(Protocol):
    """A file of the folder `vendors`."""

    VENDOR: str
    PATH: str

    def routes(self, world: World) -> Sequence[BaseRoute]: ...


def _vendors() -> list[_Vendor]:
    folder = import_module(f"{sandbox.__name__}.vendors")
    names = sorted(module.name for module in iter_modules(folder.__path__) if not module.name.startswith("_"))
    return [cast(_Vendor, import_module(f"{folder.__name__}.{name}")) for name in names]
