"""Where the next order of a generation goes, after answers that prove nothing was taken: once more, another account, another model.

Nothing here follows an unknown outcome: such an order is looked up, never given to anybody else.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from photoplay import catalog, events
from photoplay.catalog import (
    Fitted,
    InputSize,
    InvalidParams,
    ModelCannot,
    ModelUnavailable,
    Offer,
    Price,
    PriceUnknown,
    UnknownModel,
    VendorAccount,
)
from photoplay.core import clock
from photoplay.generation.breaker import resting, wait_before
from photoplay.generation.queries import view_of_moved
from photoplay.generation.room import fewest, last_used, rooms_at, tokens_for
from photoplay.generation.runtime import Runtime
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.providers import Json, NotConfigured, Notice, ProviderError, Throttled, Unavailable

MOST_RETRIES: Final = 3
SHORT_WAIT_SECONDS: Final = 30.0
"""A longer wait for the same account is worth a try elsewhere."""
_SKEW: Final = timedelta(minutes=1)
"""Clocks of machines may differ by so much."""
MODEL_CHANGED: Final = "model_changed"
"""The notice of a generation that another of its candidates makes."""
VENDOR_OFF: Final = "vendor_off"
"""The code of a generation that had not been sent when its vendor was switched off."""
NOT_TAKEN: Final = {Throttled: "vendor_busy", Unavailable: "vendor_unavailable", NotConfigured: "not_configured"}
"""The answers after which another may be asked, with their codes."""


@dataclass(frozen=True)
class Pause:
    """Nothing can be sent for so long. `word`: what the person reads meanwhile."""

    seconds: float
    word: str = ""
    is_vendors_fault: bool = False
    message: str = ""


@dataclass(frozen=True)
class DeadEnd:
    """Nobody is left who could be asked."""

    code: str
    message: str


def retry_after_refusal(error: ProviderError, row: GenerationRow, given: Sequence[OrderRow]) -> float | None:
    """Seconds until the same account is asked again; None when it has been asked often enough, or asking is no use."""
    retries = sum(order.retry_at is not None for order in _here(row, given))
    if isinstance(error, NotConfigured) or retries >= MOST_RETRIES:
        return None
    told = error.retry_after_seconds if isinstance(error, Throttled) else None
    return 2.0 * 2**retries * random.uniform(0.8, 1.2) if told is None else told


def next_way(
    session: Session, runtime: Runtime, row: GenerationRow, given: Sequence[OrderRow]
) -> VendorAccount | Pause | DeadEnd:
    """The account that gets the next order; or how long to wait; or that there is nobody.

    Gives the generation to the next of its candidates, which is then on the row, where its model cannot make it soon.
    """
    while True:
        way = _way_on(session, runtime, row, given)
        match way:
            case VendorAccount():
                return way
            case Pause(is_vendors_fault=False):
                return way
            case Pause() | DeadEnd():
                if not change_model(session, runtime, row, given, because=way.message):
                    return way


def change_model(
    session: Session, runtime: Runtime, row: GenerationRow, given: Sequence[OrderRow], *, because: str
) -> bool:
    """Gives a generation to the next of its candidates that can make it now for what is held. False: there is none."""
    tried = {order.model for order in given} | {row.model}
    for model in row.candidates or ():
        if model in tried:
            continue
        substitute = _substitute(runtime, row, model)
        if substitute is not None and _can_take(session, runtime, substitute.offer.provider):
            _apply(session, runtime, row, substitute, because)
            return True
    return False


def cost_of(runtime: Runtime, row: GenerationRow) -> Decimal:
    """What an order of this generation costs on the model that it now has, where the vendor does not tell."""
    if not any(notice["code"] == MODEL_CHANGED for notice in row.notices):
        return row.quoted_usd
    price = _price(runtime.catalog.find(row.model), row, row.params)
    return row.quoted_usd if price is None else price.expected


@dataclass(frozen=True)
class _Substitute:
    offer: Offer
    fitted: Fitted


def _here(row: GenerationRow, given: Sequence[OrderRow]) -> list[OrderRow]:
    return [order for order in given if order.model == row.model]


def _way_on(
    session: Session, runtime: Runtime, row: GenerationRow, given: Sequence[OrderRow]
) -> VendorAccount | Pause | DeadEnd:
    if not runtime.catalog.is_on(row.provider):
        title = runtime.vendors.title_of(row.provider)
        return DeadEnd(VENDOR_OFF, f"{title} was switched off before this was sent. Nothing was charged.")
    here, now = _here(row, given), clock.now()
    last = here[-1] if here else None
    if last is not None and last.retry_at is not None and last.retry_at > now and not _was_set_back(last, now):
        return Pause((last.retry_at - now).total_seconds(), "Trying again soon")
    seconds, why = wait_before(session, row.provider)
    if seconds > 0:
        return Pause(seconds, "Its vendor is resting", is_vendors_fault=True, message=why)
    offer = runtime.catalog.find(row.model)
    found = rooms_at(session, runtime, row.provider, tokens=tokens_for(runtime, row))
    rooms = [room for room in found if offer.is_at(room.account.id)]
    if not rooms:
        return DeadEnd("not_configured", runtime.vendors.needs_key_for(row.provider) or "No account there can be used.")
    spent = {order.account_id for order in here if order.retry_at is None and order.code in NOT_TAKEN.values()}
    fresh = [room for room in rooms if room.account.id not in spent]
    if not fresh and last is not None:
        return DeadEnd(last.code or "vendor_failed", last.error or "")
    free = [room for room in fresh if room.left is None or room.left > 0]
    if not free:
        return Pause(max(0.05, min(room.wait_seconds for room in fresh)), "Waiting for its vendor's limit")
    same = [room for room in free if last is not None and last.retry_at and room.account.id == last.account_id]
    order = [room.account.id for room in rooms]
    used = last_used(session, row.provider) if len(rooms) > 1 else None
    return fewest(same or free, used, order).account


def _was_set_back(order: OrderRow, now: datetime) -> bool:
    """Whether an order seems to end later than now: then its pause says nothing about how long to wait."""
    return order.ended_at is not None and order.ended_at > now + _SKEW


def _substitute(runtime: Runtime, row: GenerationRow, model: str) -> _Substitute | None:
    """The candidate with what was asked for fitted to it, when it makes that for what is held."""
    try:
        offer = runtime.catalog.choose(model, row.operation)
        fitted = catalog.fit(offer, row.operation, row.asked)
    except (InvalidParams, UnknownModel, ModelCannot, ModelUnavailable):
        return None
    price = _price(offer, row, fitted.params)
    return None if price is None or price.high > row.held_usd else _Substitute(offer, fitted)


def _price(offer: Offer, row: GenerationRow, params: Mapping[str, Json]) -> Price | None:
    sizes = [
        InputSize(entry["role"], entry["width"], entry["height"], entry.get("duration_seconds")) for entry in row.inputs
    ]
    try:
        return offer.price(row.operation, params, sizes)
    except PriceUnknown:
        return None


def _can_take(session: Session, runtime: Runtime, provider: str) -> bool:
    return not resting(session, [provider]) and bool(runtime.vendors.usable(session, provider))


def _apply(session: Session, runtime: Runtime, row: GenerationRow, to: _Substitute, because: str) -> None:
    """A generation goes on with another of its candidate models; nothing was taken by the one before."""
    before, card = row.model_name, to.offer.card
    row.model, row.model_name, row.provider = card.id, card.name, to.offer.provider
    row.lane = f"{to.offer.provider}/{card.lanes.get(row.operation, '')}"
    row.params = dict(to.fitted.params)
    row.seconds_expected = card.typical_seconds.get(row.operation, row.seconds_expected)
    changed = Notice(MODEL_CHANGED, f"Made by {card.name} instead of {before}: {because.rstrip('.')}.")
    row.notices = [*row.notices, asdict(changed), *(asdict(notice) for notice in to.fitted.notices)]
    session.flush()
    view = view_of_moved(row).model_dump(mode="json")
    events.record(session, runtime.hub, row.owner_id, "generation.rerouted", {"generation": view})
