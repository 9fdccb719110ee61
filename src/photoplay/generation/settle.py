"""Ends a generation well: assets, status, money and event in one transaction. Twice is once."""

import re
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from photoplay.assets import NewAsset, create_asset
from photoplay.core import clock
from photoplay.core.db import after_commit
from photoplay.generation.advance import note_rescued, to_succeeded
from photoplay.generation.parcel import Parcel
from photoplay.generation.runtime import Runtime
from photoplay.generation.status import Status
from photoplay.generation.submit import is_owed
from photoplay.generation.tables import GenerationRow
from photoplay.generation.take_over import held_with
from photoplay.operations import MediaKind, find_operation

TITLE_CHARACTERS: Final = 80


async def settle(runtime: Runtime, order_id: str, parcel: Parcel) -> None:
    """Writes the assets of a stored parcel and settles the hold at what was billed, or at the quoted price where not told."""
    await runtime.db.write(lambda session: _settle(session, runtime, order_id, parcel))


def _settle(session: Session, runtime: Runtime, order_id: str, parcel: Parcel) -> None:
    """A generation has succeeded; or it had ended, and its files came all the same."""
    row, order = held_with(session, order_id, runtime.lease.id)
    had_ended = Status(row.status).is_final
    if had_ended and not is_owed(order):
        return
    cost = parcel.billed_usd if parcel.billed_usd is not None else order.quoted_usd
    order.status, order.billed_usd, order.error = "delivered", cost, None
    order.received_sha256, order.ended_at = parcel.received_sha256, clock.now()
    made = [
        create_asset(session, _new_asset(row, parcel, position, cost_usd=cost if position == 0 else Decimal(0)))
        for position in range(len(parcel.files))
    ]
    if had_ended:
        note_rescued(session, runtime.hub, row, order, assets=made)
        return
    if row.started_at is not None:
        seconds = (clock.now() - row.started_at).total_seconds()
        runtime.lessons.learn(session, row.model, row.operation, row.params, seconds=seconds)
    to_succeeded(session, runtime.hub, row, order, assets=made)
    if row.feeds:
        after_commit(session, runtime.link_soon)


def _new_asset(row: GenerationRow, parcel: Parcel, position: int, *, cost_usd: Decimal) -> NewAsset:
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
        cost_usd=cost_usd,
        price_credits=row.price_credits if position == 0 else None,
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
