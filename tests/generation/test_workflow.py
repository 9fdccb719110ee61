"""The life of a generation, from the request to its end."""

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from photoplay import assets, credits, generation
from photoplay.generation import AlreadyFinal, KeyReused
from photoplay.providers import (
    CannotTell,
    ContentRefused,
    Delivery,
    Failed,
    LocalFile,
    Order,
    OutcomeUnknown,
    Throttled,
    Ticket,
    Unavailable,
    Waiting,
)
from tests.factories import House, a_house, picture
from tests.scripted import ScriptedProvider


async def _account(house: House, owner_id: str | None = None) -> credits.AccountView:
    return await house.studio.runtime.db.read(
        lambda session: credits.account_of(session, owner_id or house.owner.user_id)
    )


@pytest.mark.usefixtures("on_both_databases")
async def test_a_request_becomes_an_asset_and_is_settled_at_its_price(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        made = await house.end((await house.ask(model="scripted:paid")).id)
        assert (made.status, made.cost_usd) == ("succeeded", Decimal("0.04"))
        assert [asset.kind for asset in made.assets] == ["image"]
        assert made.assets[0].credentials is not None
        account = await _account(house)
        assert (account.held_usd, account.spent_this_month_usd) == (0, Decimal("0.04"))


async def test_the_price_is_held_while_it_runs(tmp_path: Path) -> None:
    gate = {"open": False}
    provider = ScriptedProvider(on_check=lambda order: None if gate["open"] else Waiting(progress=10))
    async with a_house(tmp_path, provider) as house:
        asked = await house.ask(model="scripted:paid")
        await house.until(asked.id, lambda view: view.progress == 10)
        assert (await _account(house)).held_usd == Decimal("0.04")
        gate["open"] = True
        await house.end(asked.id)
        assert (await _account(house)).held_usd == 0


async def test_what_the_vendor_bills_is_what_is_settled(tmp_path: Path) -> None:
    async with a_house(tmp_path, ScriptedProvider(billed_usd=Decimal("0.031"))) as house:
        made = await house.end((await house.ask(model="scripted:paid")).id)
        assert made.cost_usd == Decimal("0.031")


async def test_the_same_key_gives_the_same_generation_and_another_body_is_refused(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        first = await house.ask(key="press-1")
        second = await house.ask(key="press-1")
        assert first.id == second.id
        with pytest.raises(KeyReused):
            await house.ask(key="press-1", params={"prompt": "another"})
        await house.end(first.id)
        assert (await house.ask(key="press-1")).id == first.id
        assert len(house.provider.submitted) == 1


@pytest.mark.usefixtures("on_both_databases")
async def test_the_same_key_at_the_same_moment_makes_one_generation(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        asked = await asyncio.gather(*(house.ask(key="press-1", model="scripted:paid") for _press in range(12)))
        assert len({view.id for view in asked}) == 1
        await house.end(asked[0].id)
        assert (await _account(house)).spent_this_month_usd == Decimal("0.04")


@pytest.mark.usefixtures("on_both_databases")
async def test_a_queued_generation_is_cancelled_at_once_and_free(tmp_path: Path) -> None:
    provider = ScriptedProvider(on_check=lambda order: Waiting())
    async with a_house(tmp_path, provider) as house:
        running = [await house.ask() for _number in range(8)]
        queued = await house.ask(model="scripted:paid")
        cancelled = await generation.cancel(house.studio.runtime, house.owner, queued.id)
        assert (cancelled.status, cancelled.cost_usd) == ("cancelled", 0)
        assert queued.id not in [order.rpartition("-")[0] for order in provider.submitted]
        for view in running:
            await generation.cancel(house.studio.runtime, house.owner, view.id)
            assert (await house.end(view.id)).status == "cancelled"


@pytest.mark.usefixtures("on_both_databases")
async def test_a_running_generation_is_cancelled_at_the_vendor(tmp_path: Path) -> None:
    async with a_house(tmp_path, ScriptedProvider(on_check=lambda order: Waiting(progress=5))) as house:
        asked = await house.ask(model="scripted:paid")
        await house.until(asked.id, lambda view: view.progress == 5)
        await generation.cancel(house.studio.runtime, house.owner, asked.id)
        ended = await house.end(asked.id)
        assert (ended.status, ended.cost_usd) == ("cancelled", 0)
        assert house.provider.cancelled == {f"{asked.id}-1"}
        assert (await _account(house)).held_usd == 0


async def test_what_has_ended_cannot_be_cancelled(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        made = await house.end((await house.ask()).id)
        with pytest.raises(AlreadyFinal):
            await generation.cancel(house.studio.runtime, house.owner, made.id)


async def test_a_refusal_fails_with_its_reason_and_releases_the_hold(tmp_path: Path) -> None:
    def _refuse(order: Order) -> None:
        raise ContentRefused("Its filter stopped the words.")

    async with a_house(tmp_path, ScriptedProvider(on_submit=_refuse)) as house:
        ended = await house.end((await house.ask(model="scripted:paid")).id)
        assert ended.error is not None
        assert (ended.status, ended.error.code, ended.error.message) == (
            "failed",
            "content_refused",
            "Its filter stopped the words.",
        )
        assert (await _account(house)).held_usd == 0


@pytest.mark.usefixtures("on_both_databases")
async def test_a_member_pays_nothing_for_what_failed_after_it_was_billed(tmp_path: Path) -> None:
    def _fail(order: Order) -> None:
        raise Failed("It broke at the vendor.", billed_usd=Decimal("0.04"))

    async with a_house(tmp_path, ScriptedProvider(on_check=_fail)) as house:
        mara = await house.member(granted=10)
        ended = await house.end((await house.ask(mara, model="scripted:paid")).id, mara)
        assert (ended.status, ended.cost_usd) == ("failed", Decimal("0.04"))
        account = await _account(house, mara.user_id)
        assert (account.available_credits, account.held_credits) == (10, 0)


async def test_a_member_without_credits_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        mara = await house.member(granted=3)
        with pytest.raises(credits.InsufficientCredits):
            await house.ask(mara, model="scripted:paid")
        assert house.provider.submitted == []
        assert (await _account(house, mara.user_id)).available_credits == 3


async def test_a_busy_vendor_is_asked_again_with_a_new_order(tmp_path: Path) -> None:
    def _busy_once(order: Order) -> None:
        if order.id.endswith("-1"):
            raise Throttled("Too many requests.", retry_after_seconds=0.01)

    async with a_house(tmp_path, ScriptedProvider(on_submit=_busy_once)) as house:
        ended = await house.end((await house.ask()).id)
        assert [order.status for order in ended.orders] == ["refused", "delivered"]


async def test_a_vendor_that_stays_away_fails_after_four_orders(tmp_path: Path) -> None:
    def _away(order: Order) -> None:
        raise Throttled("Still too many.", retry_after_seconds=0.01)

    async with a_house(tmp_path, ScriptedProvider(on_submit=_away)) as house:
        ended = await house.end((await house.ask()).id)
        assert ended.error is not None
        assert (ended.error.code, ended.error.retryable, len(ended.orders)) == ("vendor_busy", True, 4)


async def test_a_lost_answer_is_sent_again_only_with_the_same_key(tmp_path: Path) -> None:
    lost: list[str] = []

    def _lose_once(order: Order) -> None:
        if not lost:
            lost.append(order.id)
            raise OutcomeUnknown("The answer was lost.")

    async with a_house(tmp_path, ScriptedProvider(on_submit=_lose_once)) as house:
        ended = await house.end((await house.ask()).id)
        assert ended.status == "succeeded"
        assert house.provider.submitted == [f"{ended.id}-1", f"{ended.id}-1"]


@pytest.mark.usefixtures("on_both_databases")
async def test_a_lost_answer_without_a_key_becomes_uncertain_and_is_never_sent_again(tmp_path: Path) -> None:
    def _lose(order: Order) -> None:
        raise OutcomeUnknown("The answer was lost.")

    provider = ScriptedProvider(on_submit=_lose, found=lambda order: CannotTell(), recovery="none")
    async with a_house(tmp_path, provider) as house:
        asked = await house.ask(model="scripted:paid")
        uncertain = await house.until(asked.id, lambda view: view.status == "uncertain")
        assert (await _account(house)).held_usd == Decimal("0.04")
        assert provider.submitted == [f"{uncertain.id}-1"]


async def test_a_lost_order_that_the_vendor_lists_goes_on(tmp_path: Path) -> None:
    def _lose(order: Order) -> None:
        raise OutcomeUnknown("The answer was lost.")

    provider = ScriptedProvider(on_submit=_lose, found=lambda order: Ticket({"order": order.id}), recovery="search")
    async with a_house(tmp_path, provider) as house:
        ended = await house.end((await house.ask()).id)
        assert ended.status == "succeeded"
        assert len(provider.submitted) == 1


async def test_an_answer_with_the_file_in_it_needs_no_check(tmp_path: Path) -> None:
    provider = ScriptedProvider()
    provider.on_submit = provider.deliver
    async with a_house(tmp_path, provider) as house:
        ended = await house.end((await house.ask()).id)
        assert (ended.status, len(ended.assets)) == ("succeeded", 1)


async def test_a_result_that_is_no_media_fails_and_says_so(tmp_path: Path) -> None:
    def _junk(order: Order) -> Delivery:
        path = order.spool / "junk.png"
        path.write_bytes(b"this is not a picture at all" * 40)
        return Delivery((LocalFile(path, "image/png"),))

    async with a_house(tmp_path, ScriptedProvider(on_check=_junk)) as house:
        ended = await house.end((await house.ask()).id)
        assert ended.error is not None
        assert (ended.status, ended.error.code) == ("failed", "unusable_result")
        told = "What came back cannot be used: This is no picture, film or sound. You are not charged."
        assert ended.error.message == told


async def test_a_check_that_fails_in_between_changes_nothing(tmp_path: Path) -> None:
    checks: list[str] = []

    def _away_twice(order: Order) -> None:
        checks.append(order.id)
        if len(checks) < 3:
            raise Unavailable("The vendor is away.")

    async with a_house(tmp_path, ScriptedProvider(on_check=_away_twice)) as house:
        assert (await house.end((await house.ask()).id)).status == "succeeded"
        assert len(house.provider.submitted) == 1


@pytest.mark.usefixtures("on_both_databases")
async def test_several_at_once_get_seeds_of_their_own_and_one_batch(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        wanted = picture(count=3, params={"prompt": "sea", "seed": 7})
        taken = await generation.request(house.studio.runtime, house.owner, wanted)
        ended = [await house.end(item.id) for item in taken.batch.items]
        assert [view.params["seed"] for view in ended] == [7, 8, 9]
        assert {view.batch_id for view in ended} == {taken.batch.batch_id}


@pytest.mark.usefixtures("on_both_databases")
async def test_a_stranger_sees_neither_the_generation_nor_its_assets(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        mara = await house.member()
        made = await house.end((await house.ask()).id)
        with pytest.raises(generation.GenerationNotFound):
            await house.look(made.id, mara)
        with pytest.raises(generation.GenerationNotFound):
            await generation.cancel(house.studio.runtime, mara, made.id)
        with pytest.raises(assets.AssetNotFound):
            await house.studio.runtime.db.read(
                lambda session: assets.asset_of(session, mara.user_id, made.assets[0].id)
            )


async def test_retry_is_a_new_generation_with_the_same_request(tmp_path: Path) -> None:
    def _fail_first(order: Order) -> None:
        if len(provider.submitted) == 1:
            raise Failed("It broke.")

    provider = ScriptedProvider(on_check=_fail_first)
    async with a_house(tmp_path, provider) as house:
        failed = await house.end((await house.ask()).id)
        taken = await generation.retry(house.studio.runtime, house.owner, failed.id)
        again = await house.end(taken.batch.items[0].id)
        assert (again.status, again.retry_of, again.params) == ("succeeded", failed.id, failed.params)
