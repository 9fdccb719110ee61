"""Which model makes it: named, its heir, or chosen by price, speed or rank, with reasons."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, Literal

import pytest

from photoplay.catalog import (
    Catalog,
    Choice,
    Circumstances,
    InvalidParams,
    ModelCannot,
    ModelUnavailable,
    Offer,
    Tally,
    UnknownModel,
    Wanted,
    choose,
)
from photoplay.providers import Json
from tests.catalog.offered import BARE, RULE, Offering, a_catalog, vendors

CATALOG = a_catalog()
PREFERENCES: Final[tuple[Literal["cheapest", "best"], ...]] = ("cheapest", "best")


def chosen(
    model: str = "auto", operation: str = "text-to-image", around: Circumstances | None = None, **changes: Any
) -> Choice:
    params = {"prompt": "a pier", **changes.pop("params", {})}
    wanted = Wanted(model=model, operation=operation, params=params, **changes)
    return choose(CATALOG, wanted, around or Circumstances())


def ids(choice: Choice) -> list[str]:
    return [one.model for one in choice.candidates]


@pytest.mark.parametrize(
    ("prefer", "params", "first"),
    [
        ("cheapest", {}, "paint:bare"),
        ("cheapest", {"quality": "fast"}, "paint:full"),
        ("fastest", {}, "paint:bare"),
        ("best", {}, "paint:full"),
    ],
)
def test_the_best_by_need_is_chosen_and_the_rest_may_make_it_instead(
    prefer: Any, params: dict[str, Any], first: str
) -> None:
    choice = chosen(prefer=prefer, params=params)
    assert choice.chosen.offer.card.id == first
    assert sorted(ids(choice)) == ["paint:bare", "paint:full"]
    assert [one.offer.card.id for one in choice.substitutes] == ids(choice)[1:]


def test_the_reasons_are_told_with_price_speed_and_rank() -> None:
    reasons = [one.reason for one in chosen().candidates]
    assert reasons == [
        "The cheapest of 2 that can do it: $0.03, about 2 s, rank 40 of 100.",
        "$0.04, about 9 s, rank 90 of 100.",
    ]


def test_what_was_picked_here_moves_a_rank_and_the_reason_says_how_often() -> None:
    few = {"paint:bare": Tally(9, 9, 4.5), "paint:full": Tally(9, 0, 4.5)}
    assert ids(chosen(prefer="best", around=Circumstances(picks=few))) == ["paint:full", "paint:bare"]
    many = {"paint:bare": Tally(90, 88, 30.0), "paint:full": Tally(90, 2, 45.0)}
    reasons = [one.reason for one in chosen(prefer="best", around=Circumstances(picks=many)).candidates]
    assert reasons == [
        "The best ranked of 2 that can do it: $0.04, about 9 s, rank 72 of 100, chosen 2 of 90 times here.",
        "$0.03, about 2 s, rank 65 of 100, chosen 88 of 90 times here.",
    ]


def test_what_is_above_the_ceiling_at_its_high_end_is_left_out() -> None:
    choice = chosen(prefer="best", params={"quality": "hd"}, ceiling_usd=Decimal("0.16"))
    assert ids(choice) == ["paint:bare"]
    assert [(one.model, one.reason) for one in choice.left_out] == [("paint:full", "above the ceiling: $0.06 to $0.17")]


def test_where_all_are_above_the_ceiling_the_cheapest_is_quoted() -> None:
    assert ids(chosen(prefer="best", ceiling_usd=Decimal("0.001"))) == ["paint:bare"]


def test_who_cannot_be_used_now_is_left_out_with_the_reason() -> None:
    around = Circumstances(trouble=lambda offer: "Paint needs a key." if offer.card.id == "paint:bare" else None)
    choice = chosen(around=around)
    assert (ids(choice), choice.left_out[0].reason) == (["paint:full"], "Paint needs a key.")
    with pytest.raises(ModelUnavailable, match=r"No model can do text-to-image now: All need keys\."):
        chosen(around=Circumstances(trouble=lambda offer: "All need keys."))


def test_whose_limits_do_not_allow_it_is_left_out() -> None:
    choice = chosen(params={"aspect": "5:4"})
    assert (ids(choice), choice.left_out[0].model) == (["paint:bare"], "paint:full")
    with pytest.raises(InvalidParams) as refused:
        chosen(params={"aspect": "5:4:3"})
    assert "aspect" in refused.value.fields


def test_learnt_times_decide_what_is_fastest() -> None:
    def _learnt(offer: Offer, params: Mapping[str, Json]) -> float | None:
        return 1.0 if offer.card.id == "paint:full" else None

    assert chosen(prefer="fastest", around=Circumstances(seconds=_learnt)).chosen.offer.card.id == "paint:full"


def test_what_the_quote_chose_is_chosen_again_while_it_can_make_it() -> None:
    assert chosen(quoted="paint:full").chosen.offer.card.id == "paint:full"
    assert chosen(quoted="paint:old").chosen.offer.card.id == "paint:bare"


def test_a_named_model_is_taken_and_made_by_others_only_when_that_is_allowed() -> None:
    assert chosen("paint:full").substitutes == ()
    allowed = chosen("paint:full", failover=True)
    assert [one.offer.card.id for one in allowed.substitutes] == ["paint:bare"]
    assert chosen("auto", failover=False).substitutes == ()


@pytest.mark.parametrize("name", ["paint:full", "PAINT:FULL", "full", "full-1", "Full 1", "DALL-E 9", "dall_e_9"])
def test_a_model_is_found_by_what_people_call_it(name: str) -> None:
    assert CATALOG.find(name).card.id == "paint:full"


@pytest.mark.parametrize("name", ["", ":", "nobody:nothing", "paint:", "full:paint"])
def test_a_name_that_nobody_has_is_unknown(name: str) -> None:
    with pytest.raises(UnknownModel):
        chosen(name)


def test_a_retired_model_names_its_heir_and_the_difference_in_price() -> None:
    with pytest.raises(ModelUnavailable) as refused:
        chosen("paint:old")
    assert refused.value.message == (
        'Paint Old was retired by its vendor on 2026-05-12. "paint:full" takes its place. It costs from $0.02 an image '
        'instead of $0.08 an image. Name it, or send "allow_heir": true.'
    )


def test_the_heir_makes_it_where_that_is_allowed_and_the_quote_says_so() -> None:
    for name in ("paint:old", "paint:older"):
        choice = chosen(name, allow_heir=True, params={"quality": "standard"})
        assert choice.chosen.offer.card.id == "paint:full"
        assert [notice.code for notice in choice.notices] == ["model_replaced"]
        assert choice.substitutes == ()


def test_an_heir_that_does_not_do_the_operation_is_none() -> None:
    with pytest.raises(ModelUnavailable, match="No other model is named in its place"):
        chosen("paint:older", "text-to-video", allow_heir=True)


def test_what_never_could_be_ordered_says_why() -> None:
    with pytest.raises(ModelUnavailable, match=r"Site Only is not available: It has no API\. No other model"):
        chosen("paint:site-only", allow_heir=True)


def test_a_model_that_ends_soon_is_made_with_a_warning() -> None:
    choice = chosen("film:reel", "text-to-video", params={"duration": 10})
    assert [notice.message for notice in choice.notices] == ['Reel ends on 2026-12-24. "film:next" takes its place.']


def test_a_model_that_does_something_else_names_those_that_do_it() -> None:
    with pytest.raises(ModelCannot, match="Models that do: film:reel"):
        chosen("paint:full", "text-to-video")


def test_heirs_that_name_each_other_end_nowhere() -> None:
    paint, _film = vendors()
    paint.text += """
[models."paint:a"]
name = "A"
operations = ["text-to-image"]
lifecycle = { state = "retired", heir = "paint:b" }
[models."paint:b"]
name = "B"
operations = ["text-to-image"]
lifecycle = { state = "retired", heir = "paint:a" }
"""
    catalog = Catalog([paint])
    assert catalog.heir_of(catalog.find("paint:a"), "text-to-image") is None


def test_of_models_that_cost_the_same_those_of_this_machine_come_first() -> None:
    price = f'{{{{ operation = "text-to-image", unit = "free", {RULE} }}}}'
    free = '[models."{id}"]\nrank = {rank}\nprices = [' + price + "]"
    offerings = [
        Offering(
            name=name,
            text=free.format(id=f"{name}:one", rank=rank),
            offered=(replace(BARE, id=f"{name}:one", typical_seconds={"text-to-image": 1.0}),),
        )
        for name, rank in (("custom-server", 60), ("local", 10))
    ]
    params = {"prompt": "a pier"}
    by_need = {
        prefer: choose(Catalog(offerings), Wanted("auto", "text-to-image", params, prefer=prefer), Circumstances())
        for prefer in PREFERENCES
    }
    assert {prefer: choice.chosen.offer.card.id for prefer, choice in by_need.items()} == {
        "cheapest": "local:one",
        "best": "custom-server:one",
    }
