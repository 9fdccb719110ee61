"""Small drawings and words of the templates."""

from dataclasses import dataclass

import pytest

from photoplay.core import clock as time_source
from photoplay.web.marks import counted, in_line, ratio, swatches
from photoplay.web.templating import clock, moment, money, size, wait


@dataclass
class Frame:
    """Something with a state."""

    status: str


def test_a_wide_aspect_is_drawn_wide() -> None:
    assert 'width="15.5" height="8.7"' in ratio("16:9")


def test_a_colour_cannot_carry_markup() -> None:
    assert "<script>" not in swatches(["<script>"])
    assert swatches([]) == ""


@pytest.mark.parametrize(("place", "words"), [(0, "Next in line"), (2, "Second in line"), (9, "Number 9 in line")])
def test_a_place_in_the_queue_is_said_in_words(place: int, words: str) -> None:
    assert in_line(place) == words


def test_only_what_is_not_over_is_counted() -> None:
    frames = [Frame("queued"), Frame("running"), Frame("queued"), Frame("succeeded"), Frame("failed")]
    assert counted(frames) == "1 running, 2 queued"
    assert counted([]) == ""


@pytest.mark.parametrize(
    ("amount", "words"),
    [("0", "$0.00"), ("3.12", "$3.12"), ("50", "$50.00"), ("0.0004", "$0.0004"), ("1204.5", "$1,204.50")],
)
def test_money_has_two_places_and_more_only_below_a_cent(amount: str, words: str) -> None:
    assert money(amount) == words


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (9, "9 s"), (95, "2 min"), (7200, "2 h")])
def test_a_wait_is_said_in_the_unit_that_fits(seconds: float, words: str) -> None:
    assert wait(seconds) == words


def test_lengths_and_sizes_read_as_people_write_them() -> None:
    assert (clock(8.2), clock(3671)) == ("0:08", "1:01:11")
    assert (size(900), size(1_300_000)) == ("900 B", "1.3 MB")


def test_a_moment_begins_small_inside_a_sentence() -> None:
    now = time_source.now()
    assert f">Today {now:%H:%M}</time>" in moment(now)
    assert f"data-in-sentence>today {now:%H:%M}</time>" in moment(now, in_sentence=True)
