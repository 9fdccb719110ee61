"""What was made and what it cost, and how far bills lie from estimates."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from photoplay import assets, generation
from photoplay.core import clock
from tests.factories import a_house
from tests.scripted import ScriptedProvider


async def test_a_bill_more_than_one_percent_off_is_a_warning_and_usage_outlives_its_media(tmp_path: Path) -> None:
    provider = ScriptedProvider(billed_usd=Decimal("0.0402"))
    async with a_house(tmp_path, provider) as house:
        runtime, since = house.studio.runtime, clock.now() - timedelta(hours=1)
        first = await house.end((await house.ask(model="scripted:paid")).id)
        near = (await generation.drift_since(runtime, since))[0]
        assert (near.estimated_usd, near.booked_usd, near.drift_percent, near.is_warning) == (
            Decimal("0.04"), Decimal("0.0402"), Decimal("0.50"), False,
        )  # fmt: skip
        provider.billed_usd = Decimal("0.05")
        await house.end((await house.ask(model="scripted:paid")).id)
        far = (await generation.drift_since(runtime, since))[0]
        assert (far.orders, far.drift_percent, far.is_warning, far.reported_usd) == (2, Decimal("12.75"), True, None)
        await runtime.db.write(lambda session: assets.trash_assets(session, house.owner.user_id, [first.assets[0].id]))
        await runtime.db.write(lambda session: assets.purge_trash(session, clock.now() + timedelta(days=1)))
        used = await runtime.db.read(lambda session: generation.usage_since(session, since))
        assert [(one.model, one.succeeded, one.cost_usd) for one in used] == [("scripted:paid", 2, Decimal("0.0902"))]
        assert await runtime.db.read(lambda session: generation.usage_since(session, clock.now())) == []
