"""Money by campaign and client: charged where it was asked for, held to their budgets, and told in full."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from photoplay import campaigns, credits, generation
from photoplay.accounts import Viewer
from photoplay.campaigns import CampaignArchived, CampaignChange, CampaignNotFound, CampaignView, NewCampaign, NewClient
from photoplay.core import clock
from photoplay.credits import BudgetExceeded, NewBudget
from photoplay.generation import BatchItem, BatchRequest
from photoplay.generation.request import hash_of
from photoplay.providers import Failed, Order
from tests.chained import ChainVendor
from tests.factories import House, a_house, picture
from tests.scripted import ScriptedProvider

NOVEMBER = datetime(2026, 11, 30, 23, 59, 30, tzinfo=UTC)


async def a_campaign(
    house: House, who: Viewer | None = None, *, name: str = "Summer", client: str = "Acme"
) -> CampaignView:
    owner_id = (who or house.owner).user_id

    def _add(session: Any) -> CampaignView:
        known = {one.name: one.id for one in campaigns.clients_of(session, owner_id)}
        client_id = known.get(client) or campaigns.add_client(session, owner_id, NewClient(name=client)).id
        return campaigns.add_campaign(session, owner_id, NewCampaign(name=name, client_id=client_id))

    return await house.studio.runtime.db.write(_add)


async def budget(house: House, who: Viewer, **wanted: Any) -> None:
    def _set(session: Any) -> None:
        credits.set_budget(session, credits.terms_of(session, who.user_id), NewBudget.model_validate(wanted))

    await house.studio.runtime.db.write(_set)


async def spend(house: House, campaign_id: str, **more: Any) -> generation.SpendView:
    owner_id = house.owner.user_id
    return await house.studio.runtime.db.read(
        lambda session: generation.campaign_spend(session, owner_id, campaign_id, **more)
    )


@pytest.mark.usefixtures("on_both_databases")
async def test_of_50_at_once_exactly_one_gets_the_last_dollar_of_a_campaign(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        summer, other = await a_campaign(house), await a_campaign(house, name="Winter")
        await budget(house, house.owner, scope="campaign", subject_id=summer.id, amount_usd="0.05")
        asked = await asyncio.gather(
            *(house.ask(model="scripted:paid", campaign_id=summer.id) for _one in range(50)), return_exceptions=True
        )
        assert Counter(type(answer) for answer in asked)[BudgetExceeded] == 49
        assert {answer.details["left"] for answer in asked if isinstance(answer, BudgetExceeded)} == {"0.010000"}
        won = next(view for view in asked if not isinstance(view, BaseException))
        assert (await house.end(won.id)).status == "succeeded"
        assert len(house.provider.submitted) == 1
        for free in (None, other.id):
            await house.end((await house.ask(model="scripted:paid", campaign_id=free)).id)
        assert await house.studio.runtime.db.read(credits.audit) == []


async def test_a_clients_budget_counts_all_its_campaigns_says_what_is_left_and_starts_anew(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        mara = await house.member(granted=1000)
        summer, winter = await a_campaign(house, mara), await a_campaign(house, mara, name="Winter")
        await budget(house, mara, scope="client", subject_id=summer.client_id, amount_credits=10)
        with clock.set_clock(lambda: NOVEMBER):
            for campaign in (summer, winter):
                await house.ask(mara, model="scripted:paid", campaign_id=campaign.id)
            with pytest.raises(BudgetExceeded) as refused:
                await house.ask(mara, model="scripted:paid", campaign_id=winter.id)
            assert refused.value.message == (
                'The client "Acme" has a budget of 10 credits a month. What is left of it is 2, and this may cost 4. '
                "It starts anew on 1 December 2026 at 00:00 UTC. Nothing was charged."
            )
            assert refused.value.details["left"] == 2
        with clock.set_clock(lambda: NOVEMBER.replace(month=12, day=1)):
            await house.ask(mara, model="scripted:paid", campaign_id=winter.id)


@pytest.mark.usefixtures("on_both_databases")
async def test_what_was_spent_is_told_by_kind_and_model_and_failed_work_gives_back(tmp_path: Path) -> None:
    fails = {"is": False}

    def _check(order: Order) -> None:
        if fails["is"]:
            raise Failed("The vendor could not make it.")

    async with a_house(tmp_path, ScriptedProvider(on_check=_check)) as house:
        summer = await a_campaign(house)
        await budget(house, house.owner, scope="campaign", subject_id=summer.id, amount_usd="1", period="total")
        made = await house.end((await house.ask(model="scripted:paid", campaign_id=summer.id)).id)
        await house.end((await house.ask(campaign_id=summer.id)).id)
        fails["is"] = True
        await house.end((await house.ask(model="scripted:paid", campaign_id=summer.id)).id)
        told = await spend(house, summer.id)
        assert (told.spent_usd, told.held_usd, told.generations) == (Decimal("0.04"), Decimal(0), 2)
        assert [(one.model, one.succeeded, one.spent_usd) for one in told.by_model] == [
            ("scripted:paid", 1, Decimal("0.04")),
            ("scripted:free", 1, Decimal(0)),
        ]
        assert [(one.kind, one.spent_usd) for one in told.by_kind] == [("image", Decimal("0.04"))]
        assert [one.left_usd for one in told.budgets] == [Decimal("0.96")]
        assert (await spend(house, summer.id, month="2020-01")).spent_usd == 0
        client = await house.studio.runtime.db.read(
            lambda session: generation.client_spend(session, house.owner.user_id, summer.client_id)
        )
        assert (client.spent_usd, client.name) == (told.spent_usd, "Acme")
        listed = await house.studio.runtime.db.read(
            lambda session: campaigns.clients_of(session, house.owner.user_id, with_archived=True)
        )
        assert [(one.name, one.campaigns) for one in listed] == [("Acme", 1)]
        by_campaign = await house.studio.runtime.db.read(
            lambda session: credits.spent_by_campaign(session, house.owner.user_id)
        )
        assert by_campaign[summer.id].settled_usd == told.spent_usd
        assert (made.campaign_id, made.assets[0].campaign) == (summer.id, summer.id)


async def test_a_retry_and_every_link_of_a_chain_stay_in_their_campaign(tmp_path: Path) -> None:
    vendor = ChainVendor()
    async with a_house(tmp_path, vendor) as house:
        summer, winter = await a_campaign(house), await a_campaign(house, name="Winter")
        draw = picture(model="studio:draw").model_dump(include={"operation", "model", "params"})
        edit = {"operation": "image-to-image", "model": "studio:edit", "params": {"prompt": "redder"}}
        items = [draw, {**edit, "inputs": {"source": {"item": 0}}}, {**draw, "campaign_id": winter.id}]
        wanted = BatchRequest(items=[BatchItem.model_validate(one) for one in items], campaign_id=summer.id)
        taken = await generation.request_batch(house.studio.runtime, house.owner, wanted)
        ended = [await house.end(one.id) for one in taken.batch.items]
        assert [one.campaign_id for one in ended] == [summer.id, summer.id, winter.id]
        assert [one.status for one in ended] == ["succeeded"] * 3
        again = await generation.retry(house.studio.runtime, house.owner, ended[0].id)
        repeated = await house.end(again.batch.items[0].id)
        assert (repeated.campaign_id, repeated.assets[0].campaign) == (summer.id, summer.id)
        told = await spend(house, summer.id)
        assert told.spent_usd == sum((one.cost_usd or Decimal(0) for one in (*ended[:2], repeated)), Decimal(0))
        assert await house.studio.runtime.db.read(credits.audit) == []


async def test_an_unknown_foreign_or_archived_campaign_is_refused_before_anything_is_held(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        mara = await house.member(granted=100)
        summer = await a_campaign(house)
        for who, campaign_id in ((house.owner, "cmp_none"), (mara, summer.id)):
            with pytest.raises(CampaignNotFound):
                await house.ask(who, model="scripted:paid", campaign_id=campaign_id)
        await house.studio.runtime.db.write(
            lambda session: campaigns.change_campaign(
                session, house.owner.user_id, summer.id, CampaignChange(archived=True)
            )
        )
        with pytest.raises(CampaignArchived, match='The campaign "Summer" is archived'):
            await house.ask(model="scripted:paid", campaign_id=summer.id)
        for who in (house.owner, mara):
            entries = await house.studio.runtime.db.read(
                lambda session, who=who: credits.entries_of(session, who.user_id)
            )
            assert [entry.kind for entry in entries if entry.kind != "grant"] == []
        assert house.provider.submitted == []


def test_a_request_without_a_campaign_has_the_hash_it_had_before_there_were_any() -> None:
    """An Idempotency-Key that was used before an upgrade still gives its first answer."""
    assert hash_of(picture()) == "6dfa98df51f03bd4baf7d21206257410ee8b1e589ce9135a5c4d21510f3f8396"
