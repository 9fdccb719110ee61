"""What was made and what it cost, and how far bills lie from estimates."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from photoplay import assets, generation
from photoplay.bootstrap import shipped_providers
from photoplay.core import clock
from photoplay.core.settings import Settings
from photoplay.generation import DriftView
from photoplay.providers import Failed, Order
from tests.factories import House, a_house
from tests.sandboxed import a_sandbox
from tests.scripted import ScriptedProvider

BILLED_BY_OTHER_NAMES = ("fal:flux-schnell", "stability:stable-image-core", "openai:gpt-image-2.6-flare-background")


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


async def test_what_vendors_report_stands_beside_what_was_booked_also_where_they_call_a_model_otherwise(
    tmp_path: Path,
) -> None:
    vendors = [one for one in shipped_providers(Settings(data=tmp_path)) if one.name in ("fal", "stability", "openai")]
    async with (
        a_sandbox(tmp_path / "vendors", is_small=True) as sandbox,
        a_house(tmp_path / "studio", others=tuple(vendors), sandbox=sandbox.url) as house,
    ):
        asked = [(await house.ask(model=model)).id for model in BILLED_BY_OTHER_NAMES]
        for generation_id in asked:
            assert (await house.end(generation_id)).status == "succeeded"
        found = await _drift(house)
        assert sorted(view.model for view in found) == sorted(BILLED_BY_OTHER_NAMES)
        for view in found:
            assert view.reported_usd == view.booked_usd
            assert (view.orders, view.report_percent, view.at_work, view.cost_unknown) == (1, Decimal(0), 0, 0)


async def test_a_charge_without_an_order_is_a_warning(tmp_path: Path) -> None:
    async with a_sandbox(tmp_path / "vendors", is_small=True) as sandbox:
        sandbox.world.take("fal", "fal-ai/flux/schnell", seconds=1, cost_usd=Decimal("0.003"))
        async with a_house(tmp_path / "studio", sandbox=sandbox.url) as house:
            (view,) = await _drift(house)
            assert (view.orders, view.booked_usd, view.reported_usd, view.is_warning) == (
                0, Decimal(0), Decimal("0.003"), True,
            )  # fmt: skip


@pytest.mark.usefixtures("on_both_databases")
@pytest.mark.parametrize("billed", [None, Decimal("0.04")])
async def test_what_came_to_nothing_at_no_cost_is_no_drift(tmp_path: Path, billed: Decimal | None) -> None:
    provider = ScriptedProvider(billed_usd=billed)
    async with a_house(tmp_path, provider) as house:
        await house.end((await house.ask(model="scripted:paid")).id)
        provider.on_check = _fail_for_nothing
        await house.end((await house.ask(model="scripted:paid")).id)
        (view,) = await _drift(house)
        assert (view.orders, view.estimated_usd, view.booked_usd, view.is_warning) == (
            1, Decimal("0.04"), Decimal("0.04"), False,
        )  # fmt: skip


def _fail_for_nothing(order: Order) -> None:
    raise Failed("It broke there.", billed_usd=Decimal(0))


async def _drift(house: House) -> list[DriftView]:
    return await generation.drift_since(house.studio.runtime, clock.now() - timedelta(hours=1))
