"""A vendor's simulator calls the studio over HTTP, signed as the vendor signs, and its faults do no harm."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from photoplay.core.settings import Settings
from photoplay.providers.replicate import provider
from tests.factories import PATIENCE_SECONDS
from tests.sandboxed import a_sandbox
from tests.web.served import Served, a_served_house

MODEL = "replicate:black-forest-labs/flux-dev"
HERE = "127.0.0.1"


async def _calls(served: Served) -> int:
    """How many calls were proved to be the vendor's and taken, each once."""
    count = text("select count(*) from calls")
    return int(await served.house.studio.runtime.db.read(lambda session: session.execute(count).scalar_one()))


@pytest.mark.parametrize(
    ("fault", "kept"),
    [(None, 2), ("webhook-twice", 2), ("webhook-early", 2), ("webhook-forged", 1), ("webhook-lost", 1)],
)
async def test_calls_of_a_vendor_are_taken_as_they_come(tmp_path: Path, fault: Any, kept: int) -> None:
    settings: dict[str, Any] = {"private_hosts": (HERE,), "is_public": True}
    async with a_sandbox(tmp_path / "sandbox") as sandbox:
        replicate = provider(Settings(data=tmp_path / "data"))
        async with a_served_house(tmp_path / "data", others=(replicate,), sandbox=sandbox.url, **settings) as served:
            if fault is not None:
                sandbox.fault("replicate", fault)
            done = await served.owner.make(model=MODEL)
            assert done["status"] == "succeeded"
            assert len(sandbox.bill("replicate")) == 1
            async with asyncio.timeout(PATIENCE_SECONDS):
                while await _calls(served) != kept:  # noqa: ASYNC110 - the calls come by HTTP from another server
                    await asyncio.sleep(0.02)
