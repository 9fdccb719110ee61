"""The choice of a model on its way through a studio: in the quote, on the generation, in the money."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from photoplay import credits, generation
from photoplay.catalog import ModelUnavailable
from photoplay.credits import QuoteView
from photoplay.generation import GenerationRequest
from photoplay.providers import ProviderSettings
from tests.catalog.offered import BARE, FULL, PAINT_DATA, Offering
from tests.factories import House, a_house, picture


class KeyNeeded(ProviderSettings):
    """An account that has no key."""

    paint_key: SecretStr = SecretStr("")


def paint(**changes: Any) -> Offering:
    return Offering(name="paint", text=PAINT_DATA, offered=(FULL, BARE), **changes)


def wanted(**changes: Any) -> GenerationRequest:
    return picture(**{"model": "auto", **changes})


async def quote_of(house: House, **changes: Any) -> QuoteView:
    return await generation.quote(house.studio.runtime, house.owner, wanted(**changes))


async def test_the_free_model_is_the_cheapest_and_its_substitutes_must_not_cost_more(tmp_path: Path) -> None:
    async with a_house(tmp_path, others=(paint(),)) as house:
        quote = await quote_of(house)
        assert (quote.model, quote.total_cost_usd, quote.high_usd) == ("scripted:free", 0, 0)
        assert [one.model for one in quote.candidates] == ["scripted:free", "paint:bare", "paint:full", "scripted:paid"]
        assert "scripted:gone" not in [one.model for one in quote.left_out]
        made = await house.ask(model="auto")
        assert (made.model, made.quoted_usd) == ("scripted:free", 0)


async def test_up_to_the_ceiling_any_of_them_may_make_it_and_the_dearest_is_held(tmp_path: Path) -> None:
    async with a_house(tmp_path, others=(paint(),)) as house:
        quote = await quote_of(house, prefer="best", ceiling={"max_cost_usd": "0.05"})
        assert (quote.model, quote.total_cost_usd, quote.high_usd) == ("paint:full", Decimal("0.04"), Decimal("0.04"))
        held = await quote_of(house, ceiling={"max_cost_usd": "0.03"})
        assert (held.model, held.total_cost_usd, held.high_usd) == ("scripted:free", 0, Decimal("0.03"))
        assert {one.model: one.reason for one in held.left_out}["paint:full"] == "above the ceiling: $0.04"


async def test_a_vendor_without_a_key_is_passed_over(tmp_path: Path) -> None:
    async with a_house(tmp_path, others=(paint(settings=KeyNeeded),)) as house:
        quote = await quote_of(house, prefer="best")
        assert quote.model == "scripted:free"
        assert {one.reason for one in quote.left_out} == {"Paint needs a key."}
        named = await quote_of(house, model="paint:full")
        assert [(notice.code, notice.message) for notice in named.notices] == [
            ("vendor_not_usable", "Paint needs a key.")
        ]


async def test_what_the_model_lacks_is_told_with_the_quote_and_on_the_generation(tmp_path: Path) -> None:
    async with a_house(tmp_path, others=(paint(),)) as house:
        params = {"prompt": "a pier", "width": 1344, "height": 768, "sampler": "k_euler"}
        quote = await quote_of(house, model="paint:full", params=params)
        told = [(notice.code, notice.message) for notice in quote.notices]
        assert [code for code, _message in told] == ["setting_translated", "setting_ignored"]
        made = await house.ask(model="paint:full", params=params)
        assert [(notice.code, notice.message) for notice in made.notices] == told
        assert (made.params["aspect"], made.params["size"]) == ("16:9", 1024)


async def test_a_member_pays_what_was_billed_of_a_range_and_never_more_than_was_held(tmp_path: Path) -> None:
    for billed, paid in (("0.08", 8), ("0.30", 17)):
        house_folder = tmp_path / billed
        async with a_house(house_folder, others=(paint(billed_usd=Decimal(billed)),)) as house:
            mara = await house.member(granted=100)
            asked = await house.ask(mara, model="paint:full", params={"prompt": "a pier", "quality": "hd"})
            assert asked.price_credits == 17
            done = await house.end(asked.id, mara)
            account = await house.studio.runtime.db.read(
                lambda session, who=mara: credits.account_of(session, who.user_id)
            )
            assert (done.price_credits, done.cost_usd) == (paid, Decimal(billed))
            assert (account.available_credits, account.held_credits) == (100 - paid, 0)


async def test_with_a_quote_auto_takes_the_model_that_was_quoted(tmp_path: Path) -> None:
    async with a_house(tmp_path, others=(paint(),)) as house:
        quote = await quote_of(house, prefer="best")
        made = await house.ask(model="auto", prefer="best", quote=quote.token)
        assert made.model == quote.model == "paint:full"


async def test_an_heir_makes_it_only_when_that_is_allowed(tmp_path: Path) -> None:
    async with a_house(tmp_path, others=(paint(),)) as house:
        with pytest.raises(ModelUnavailable, match='"paint:full" takes its place'):
            await house.ask(model="paint:old")
        made = await house.ask(model="paint:old", allow_heir=True)
        assert (made.model, made.notices[0].code) == ("paint:full", "model_replaced")
