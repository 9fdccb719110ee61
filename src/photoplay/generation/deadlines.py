"""When an order is looked up again, when an uncertain one is decided, and until when a result can be fetched."""

from datetime import datetime, timedelta
from typing import Final

from photoplay.core import clock
from photoplay.generation.tables import OrderRow
from photoplay.providers import ModelCard

LOOK_UPS_SECONDS: Final = (0.0, 10.0, 60.0, 300.0, 900.0, 3600.0)
HOURLY: Final = 3600.0
GIVEN_UP_AFTER_SECONDS: Final = 24 * 3600.0
"""An uncertain order is decided after this where nobody knows how long its vendor keeps results."""
LEAST_PATIENCE_SECONDS: Final = 24 * 3600.0
"""A result that its vendor has promised for less is asked for that long all the same: vendors often keep more."""


def next_look_up_at(order: OrderRow) -> datetime:
    """When an order of unknown outcome is looked up next, counted from when its vendor last told anything of it."""
    done = order.lookups
    after = LOOK_UPS_SECONDS[done] if done < len(LOOK_UPS_SECONDS) else None
    if after is None:
        after = LOOK_UPS_SECONDS[-1] + HOURLY * (done - len(LOOK_UPS_SECONDS) + 1)
    return (order.answered_at or order.sent_at) + timedelta(seconds=after)


def decided_by(card: ModelCard, order: OrderRow) -> datetime:
    """When an order of unknown outcome is given up, if nothing is found before."""
    since = order.answered_at or order.sent_at
    return since + timedelta(seconds=card.results_kept_for_seconds or GIVEN_UP_AFTER_SECONDS)


def can_be_absent(card: ModelCard, order: OrderRow) -> bool:
    """Whether a search that finds nothing proves anything yet: vendors list an order some time after they took it."""
    return clock.now() >= order.sent_at + timedelta(seconds=card.listed_within_seconds or 0)


def kept_until(card: ModelCard, order: OrderRow) -> datetime | None:
    """Until when the vendor promises to keep the result of an order that it took; None where it promises nothing."""
    if card.results_kept_for_seconds is None:
        return None
    since = order.ready_at or order.answered_at or order.sent_at
    return since + timedelta(seconds=card.results_kept_for_seconds)


def is_out_of_reach(card: ModelCard, order: OrderRow) -> bool:
    """Whether a result that could not be fetched is not to be hoped for any more."""
    until = kept_until(card, order)
    if until is None:
        return False
    since = order.ready_at or order.answered_at or order.sent_at
    return clock.now() > max(until, since + timedelta(seconds=LEAST_PATIENCE_SECONDS))
