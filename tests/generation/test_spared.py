"""What was not paid twice is counted: a restart that comes to where an order is sent looks it up instead."""

from decimal import Decimal
from pathlib import Path

from photoplay import generation
from photoplay.core import clock
from photoplay.generation.submit import submit
from photoplay.providers import Order, Waiting
from tests.factories import a_house
from tests.scripted import ScriptedProvider


async def test_a_restart_that_would_have_ordered_again_counts_once_and_orders_nothing(tmp_path: Path) -> None:
    def _never_ready(order: Order) -> Waiting:
        return Waiting(progress=10)

    async with a_house(tmp_path, ScriptedProvider(on_check=_never_ready)) as house:
        began = clock.now()
        for model in ("scripted:paid", "scripted:free"):
            waiting = await house.until((await house.ask(model=model)).id, lambda view: view.progress == 10)
            assert (await submit(house.studio.runtime, waiting.id)).next == "accepted"
        spared = await house.studio.runtime.db.read(
            lambda session: generation.spared_since(session, house.owner.user_id, began)
        )
        assert (spared.times, spared.cost_usd) == (1, Decimal("0.04"))
        assert len(house.provider.submitted) == 2
