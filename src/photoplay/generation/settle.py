"""Ends a generation well: assets, status, money and event in one transaction. Twice is once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Final

from sqlalchemy.orm import Session

from photoplay.assets import NewAsset, create_assets
from photoplay.core import clock
from photoplay.core.db import after_commit
from photoplay.generation.advance import Success, all_locked_with, all_to_succeeded, note_rescued, price_for
from photoplay.generation.errors import TakenOver
from photoplay.generation.parcel import Parcel
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Status
from photoplay.generation.submit import is_owed
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.operations import MediaKind, find_operation

TITLE_CHARACTERS: Final = 80


@dataclass(frozen=True)
class _Arrived:
    """A stored parcel and the order that it is the result of."""

    row: GenerationRow
    order: OrderRow
    parcel: Parcel


async def settle(runtime: Runtime, order_id: str, parcel: Parcel) -> None:
    """Writes the assets of a stored parcel and settles the hold at what was billed, or at the quoted price where not told."""
    await runtime.db.write_each(_settle, runtime, (order_id, parcel))


def _settle(session: Session, runtime: Runtime, parcels: Sequence[tuple[str, Parcel]]) -> Sequence[TakenOver | None]:
    """Generations have succeeded; or they had ended, and their files came all the same."""
    found = all_locked_with(session, [order_id for order_id, _parcel in parcels])
    arrived = [_Arrived(*rows, parcel) for rows, (_order_id, parcel) in zip(found, parcels, strict=True)]
    # its generation and a rescue may bring one result home in the same moment
    once = {one.order.id: one for one in arrived}
    mine = [one for one in once.values() if one.row.worker_id == runtime.lease.id]
    rescued = [one for one in mine if Status(one.row.status).is_final and is_owed(one.order)]
    made = [one for one in mine if not Status(one.row.status).is_final]
    for success in _kept(session, rescued):
        note_rescued(session, runtime.hub, success)
    for one in made:
        _learn(session, runtime, one.row)
    all_to_succeeded(session, runtime.hub, _kept(session, made))
    if any(one.row.feeds for one in made):
        after_commit(session, runtime.link_soon)
    return [None if one.row.worker_id == runtime.lease.id else TakenOver(one.row.id) for one in arrived]


def _kept(session: Session, arrived: Sequence[_Arrived]) -> list[Success]:
    """Notes what came for each order, and makes assets of its files."""
    if not arrived:
        return []
    news = [_note_arrival(one) for one in arrived]
    made = iter(create_assets(session, [new for several in news for new in several]))
    return [
        Success(one.row, one.order, list(islice(made, len(several))))
        for one, several in zip(arrived, news, strict=True)
    ]


def _note_arrival(one: _Arrived) -> list[NewAsset]:
    order, parcel = one.order, one.parcel
    cost = parcel.billed_usd if parcel.billed_usd is not None else order.quoted_usd
    order.status, order.billed_usd, order.error = "delivered", cost, None
    order.received_sha256, order.ended_at = parcel.received_sha256, clock.now()
    return [
        _new_asset(one.row, parcel, position, cost if position == 0 else None) for position in range(len(parcel.files))
    ]


def _learn(session: Session, runtime: Runtime, row: GenerationRow) -> None:
    if row.started_at is not None:
        seconds = (clock.now() - row.started_at).total_seconds()
        runtime.lessons.learn(session, row.model, row.operation, row.params, seconds=seconds)


def _new_asset(row: GenerationRow, parcel: Parcel, position: int, billed_usd: Decimal | None) -> NewAsset:
    """`billed_usd`: what the order cost, for the one file that it is noted at."""
    stored, seed = parcel.files[position], row.params.get("seed")
    facts = {name: value for name, value in parcel.metadata.items() if name != "thumbhash"}
    return NewAsset(
        owner_id=row.owner_id,
        kind=MediaKind(stored.kind),
        blob=stored.blob,
        mime=stored.mime,
        title=_title(row),
        prompt=row.prompt,
        operation=row.operation,
        model=row.model,
        model_name=row.model_name,
        width=stored.width,
        height=stored.height,
        duration_seconds=stored.duration_seconds,
        fps=stored.fps,
        params=row.params,
        facts=facts,
        presets=row.presets,
        seed=seed if isinstance(seed, int) else None,
        cost_usd=Decimal(0) if billed_usd is None else billed_usd,
        price_credits=None if billed_usd is None else price_for(row, billed_usd),
        generation_id=row.id,
        campaign_id=row.campaign_id,
        position=position,
        thumbhash=stored.thumbhash,
        findings=list(stored.findings),
        credentials=stored.credentials,
        parents=[(entry["role"], entry["asset_id"]) for entry in row.inputs],
        renditions=stored.renditions,
    )


def _title(row: GenerationRow) -> str:
    """The first words of the prompt, or what was done to which picture."""
    words = re.split(r"(?<=[.!?])\s|\n", row.prompt.strip(), maxsplit=1)[0]
    if words and not row.inputs:
        short = words if len(words) <= TITLE_CHARACTERS else words[:TITLE_CHARACTERS].rsplit(" ", 1)[0] + " ..."
        return short[:1].upper() + short[1:]
    source = row.inputs[0]["title"] if row.inputs else ""
    return f"{source}, {find_operation(row.operation).title.lower()}"[:200]
