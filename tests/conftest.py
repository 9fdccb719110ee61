"""What every test gets: async tests, a closed network, no blocking calls on the event loop, fixed seeds."""

import asyncio
import inspect
import os
import random
import signal
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from photoplay.core import garbage
from tests import sandboxed
from tests.guard import breaches, forget_breaches, install
from tests.servers import database, object_store, on_both_databases, postgres, postgres_url  # noqa: F401 - fixtures

settings.register_profile("house", derandomize=True, deadline=None, max_examples=50)
settings.register_profile("histories", derandomize=False, deadline=None, max_examples=10_000, print_blob=True)
settings.load_profile("house")
install()
sys.dont_write_bytecode = False  # or each program that a test starts compiles everything anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background has it ignored
garbage.hold_off()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long go first, so that at the end no process is left alone with one of them."""
    long = {item.path for item in items if item.get_closest_marker("slow") or "browser" in item.fixturenames}  # type: ignore[attr-defined]
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish() -> None:
    """What collecting has loaded stays; to walk it again and again was a tenth of the time."""
    garbage.settle()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs `async def test_...` in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: value for name, value in pyfuncitem.funcargs.items() if name in wanted}))
    return True


@pytest.fixture(autouse=True, scope="session")
def sandbox_stock(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One folder for what simulated vendors deliver, shared by the processes of a run."""
    base = tmp_path_factory.getbasetemp()
    stock = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sandbox-stock"
    stock.mkdir(exist_ok=True)
    sandboxed.STOCK[:] = [stock]


@pytest.fixture(autouse=True)
def guarded() -> Iterator[None]:
    """Fails a test that reached for the network or blocked the event loop, also when the code swallowed the error."""
    random.seed(20261121)
    forget_breaches()
    yield
    assert not breaches(), "\n".join(breaches())
