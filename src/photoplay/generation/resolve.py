"""The operator decides what nobody could find out: made, not made, or written off. What that does to money is told first."""

from decimal import Decimal
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from photoplay.core import clock
from photoplay.core.db import after_commit
from photoplay.core.money import in_words
from photoplay.generation.advance import locked, to_failed
from photoplay.generation.errors import GenerationNotFound, NotUncertain, NumberWrong
from photoplay.generation.look_up import is_of_another
from photoplay.generation.orders import order_of
from photoplay.generation.queries import orders_of
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Status
from photoplay.generation.submit import note_answer
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.generation.tickets import ticket_by_number
from photoplay.providers import Order, ProviderError, Ticket

NOT_MADE: Final = "not_made"
WRITTEN_OFF: Final = "written_off"


class Resolution(BaseModel):
    """What the operator found out about an uncertain order."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["made", "not-made", "written-off"]
    number: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="For `made`: the vendor's own number of the order, as its dashboard shows it.",
    )


class ResolutionView(BaseModel):
    """What a resolution does, or has done, to money. `studio_pays_usd` is null where nobody knows what was billed."""

    generation_id: str
    order_id: str
    outcome: str
    effect: str
    released_credits: int | None
    released_usd: Decimal
    owner_pays_credits: int | None
    owner_pays_usd: Decimal
    studio_pays_usd: Decimal | None
    is_done: bool


async def resolve(
    runtime: Runtime, generation_id: str, wanted: Resolution, *, is_preview: bool = False
) -> ResolutionView:
    """Ends the uncertainty of a generation, whosever it is. With `is_preview` only its effect is told.

    `made` asks the vendor for the number first. Raises `GenerationNotFound`, `NotUncertain`, and `NumberWrong` when the
    vendor does not know the number, or it is another order's.
    """
    row, order = await runtime.db.read(lambda session: _rows(session, generation_id, wanted))
    sent = await order_of(runtime, row, order)
    ticket = await _ticket(runtime, order, sent, wanted) if wanted.outcome == "made" else None
    if not is_preview:
        await runtime.db.write(
            lambda session: _apply(session, runtime, generation_id, wanted, sent=sent, ticket=ticket)
        )
    return _view(runtime, row, order, wanted, is_done=not is_preview)


def _rows(session: Session, generation_id: str, wanted: Resolution) -> tuple[GenerationRow, OrderRow]:
    row, orders = session.get(GenerationRow, generation_id), orders_of(session, generation_id)
    if row is None:
        raise GenerationNotFound("There is no such generation.")
    order = orders[-1] if orders else None
    if order is None or order.status != "unknown":
        raise NotUncertain("There is nothing to resolve: it is known what became of its order.")
    if Status(row.status).is_final and wanted.outcome != "made":
        raise NotUncertain("It has been given up already. If its result turns up, say that it was made.")
    return row, order


async def _ticket(runtime: Runtime, order: OrderRow, sent: Order, wanted: Resolution) -> Ticket:
    if wanted.number is None:
        raise NumberWrong("Say the vendor's number of the order, so that its result can be fetched.")
    try:
        ticket = ticket_by_number(runtime, sent, wanted.number)
        await runtime.providers[order.provider].check(ticket, sent, runtime.http)
    except ProviderError as error:
        raise NumberWrong(f"Nothing was changed. {error.message}") from error
    if await is_of_another(runtime, order, ticket):
        raise NumberWrong("Nothing was changed. This number is another generation's order.")
    return ticket


def _apply(
    session: Session, runtime: Runtime, generation_id: str, wanted: Resolution, *, sent: Order, ticket: Ticket | None
) -> None:
    locked(session, generation_id)
    row, order = _rows(session, generation_id, wanted)
    if ticket is not None:
        note_answer(session, runtime, sent, ticket)
    elif wanted.outcome == "not-made":
        order.status, order.code, order.ended_at = "refused", NOT_MADE, clock.now()
        message = "The vendor did not take this. You are not charged."
        to_failed(session, runtime.hub, row, code=NOT_MADE, message=message, retryable=True)
    else:
        order.ended_at = clock.now()
        message = "We could not find out whether the vendor took this, and have given it up. You are not charged."
        to_failed(session, runtime.hub, row, code=WRITTEN_OFF, message=message, retryable=True)
    runtime.wake_after(session, generation_id)
    after_commit(session, runtime.rescue_soon)


def _view(
    runtime: Runtime, row: GenerationRow, order: OrderRow, wanted: Resolution, *, is_done: bool
) -> ResolutionView:
    had_ended, is_made = Status(row.status).is_final, wanted.outcome == "made"
    gives_back = not had_ended and not is_made
    pays = is_made and not had_ended
    studio: Decimal | None = Decimal(0)
    if wanted.outcome == "written-off":
        studio = None
    elif is_made and (had_ended or row.price_credits is not None):
        studio = order.quoted_usd
    return ResolutionView(
        generation_id=row.id,
        order_id=order.id,
        outcome=wanted.outcome,
        effect=_effect(runtime, row, order, wanted),
        released_credits=None if row.price_credits is None else row.price_credits * gives_back,
        released_usd=row.held_usd if gives_back else Decimal(0),
        owner_pays_credits=None if row.price_credits is None else row.price_credits * pays,
        owner_pays_usd=order.quoted_usd if pays and row.price_credits is None else Decimal(0),
        studio_pays_usd=studio,
        is_done=is_done,
    )


def _effect(runtime: Runtime, row: GenerationRow, order: OrderRow, wanted: Resolution) -> str:
    vendor, about = runtime.vendors.title_of(order.provider), in_words(order.quoted_usd)
    held = f"{row.price_credits} credits" if row.price_credits is not None else in_words(row.held_usd)
    match wanted.outcome:
        case "made" if Status(row.status).is_final:
            return f"Its result is fetched from {vendor} and kept for its owner, who pays nothing. The studio bears about {about}."
        case "made":
            return f"Its result is fetched from {vendor} and kept. Its owner pays at most the hold of {held}."
        case "not-made":
            return f"The hold of {held} goes back to its owner. No cost is booked."
        case _:
            return f"The hold of {held} goes back to its owner. {vendor} may have billed about {about}: that stays unknown."
