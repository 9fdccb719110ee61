"""A deploy while orders are on their way to a vendor that answers with the result: nothing becomes uncertain."""

import asyncio
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, text

from photoplay import generation
from photoplay.core.settings import Settings
from photoplay.providers.openai import provider
from tests.factories import PATIENCE_SECONDS, a_house, settings_for
from tests.sandboxed import a_sandbox
from tests.vendors import add_account

OPEN: Final = 50
PACE: Final = 0.7
"""OpenAI's pictures then take between five and six seconds."""


async def test_a_stop_during_fifty_open_sends_leaves_no_order_uncertain_and_each_charged_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with a_sandbox(tmp_path / "sandbox", pace=PACE) as sandbox:
        openai = provider(Settings(data=data))
        async with a_house(data, others=(openai,), stop_seconds=60) as house:
            access = {"api_key": "sandbox", "address": f"{sandbox.url}/openai/v1"}
            await add_account(house, "openai", "sandbox", settings=access, in_flight=OPEN)
            db, runtime = house.studio.runtime.db, house.studio.runtime
            await db.write(lambda session: generation.pause(session, "openai", reason=""))
            for number in range(OPEN):
                params = {"prompt": f"calm ocean {number}", "quality": "low"}
                await house.ask(model="openai:gpt-image-1-mini", params=params)
            await db.write(lambda session: generation.go_on(session, runtime, "openai"))
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(runtime.open_submits.ids()) < OPEN:  # noqa: ASYNC110 - a send tells nobody that it is open
                    await asyncio.sleep(0.01)
        bill = [line["reference"] for line in sandbox.bill("openai")]
    engine = create_engine(settings_for(data).database_address)
    with engine.connect() as connection:
        orders = {row[0]: row[1] for row in connection.execute(text("SELECT id, status FROM orders"))}
        uncertain = connection.execute(text("SELECT count(*) FROM generations WHERE status = 'uncertain'")).scalar_one()
    engine.dispose()
    assert (set(orders.values()), len(orders), uncertain) == ({"delivered"}, OPEN, 0)
    assert sorted(bill) == sorted(orders)
