"""Waiting for an accepted order."""

from pathlib import Path

from photoplay.providers import NotConfigured, Order
from tests.factories import a_house
from tests.scripted import ScriptedProvider


async def test_a_key_that_went_missing_does_not_end_an_order_that_was_taken(tmp_path: Path) -> None:
    checks: list[str] = []

    def _check(order: Order) -> None:
        checks.append(order.id)
        if len(checks) < 3:
            raise NotConfigured("The key of the vendor is missing.")

    async with a_house(tmp_path, ScriptedProvider(on_check=_check)) as house:
        ended = await house.end((await house.ask(model="scripted:paid")).id)
        assert (ended.status, len(house.provider.submitted)) == ("succeeded", 1)
