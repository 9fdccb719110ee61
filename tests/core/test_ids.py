"""Ids rise with time, also while a clock is trimmed, and do not stay in a future that was a mistake."""

from datetime import UTC, datetime, timedelta

from photoplay.core import clock
from photoplay.core.ids import id_at, millis_of, new_id

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_ids_rise_also_when_the_clock_is_set_back_a_little() -> None:
    with clock.set_clock(lambda: NOON):
        first = [new_id("ast") for _number in range(200)]
    with clock.set_clock(lambda: NOON - timedelta(seconds=20)):
        later = [new_id("ast") for _number in range(200)]
    assert first + later == sorted(set(first + later))


def test_after_a_clock_that_was_hours_ahead_ids_tell_the_true_time() -> None:
    with clock.set_clock(lambda: NOON + timedelta(hours=30)):
        new_id("ast")
    with clock.set_clock(lambda: NOON):
        made = new_id("ast")
    assert id_at("ast", NOON) <= made < id_at("ast", NOON + timedelta(seconds=1))
    assert millis_of(made) == int(NOON.timestamp() * 1000)
