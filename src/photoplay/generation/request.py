"""Takes a request in: one transaction with the hold, the rows and the event. The price is known, the key makes it once."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from photoplay import campaigns, credits
from photoplay.accounts import Viewer
from photoplay.campaigns import ChargedTo
from photoplay.core import clock
from photoplay.core.ids import new_id
from photoplay.core.rows import insert_rows
from photoplay.credits import Ceiling, Charge, QuoteItem, QuoteView, Terms
from photoplay.generation.advance import announce_queued
from photoplay.generation.errors import KeyReused
from photoplay.generation.gates import hold_back
from photoplay.generation.inputs import Expected
from photoplay.generation.prepare import Prepared, prepare
from photoplay.generation.queries import batch_by_key, batch_items, find_row
from photoplay.generation.rates import check_rates
from photoplay.generation.runtime import Runtime
from photoplay.generation.schedule import time_to_run, waits_for_time
from photoplay.generation.schemas import BatchView, GenerationRequest, MediaRequest, WorkRequest
from photoplay.generation.spared import note_repeat
from photoplay.generation.status import Status
from photoplay.generation.tables import BatchRow, GenerationRow
from photoplay.providers import Json

_NOT_BEGUN: Final[dict[str, Any]] = {"run": 1, "word": "", "is_estimate": False}


@dataclass(frozen=True)
class Taken:
    """The batch that answers a request. `is_replay`: its key was seen before and nothing new was made."""

    batch: BatchView
    is_replay: bool


async def request(
    runtime: Runtime, viewer: Viewer, wanted: GenerationRequest, *, idempotency_key: str | None = None
) -> Taken:
    """Holds the price and queues the generations; returns at once.

    The same key with the same body gives the first answer again; with another body `KeyReused`. Raises what `prepare`
    raises, `GenerationNotFound` for an unknown `retry_of`, and `CeilingExceeded`, `CeilingUnit`, `InsufficientCredits`,
    `QuotaExceeded`, `BudgetExceeded`, `RateExceeded`, `PriceChanged`, `QuoteExpired`; then nothing is held and the key
    is not used.
    """
    body_hash, key = hash_of(wanted), idempotency_key
    known = await seen(runtime, viewer, key, body_hash)
    if known is not None:
        return known
    prepared = await prepare_work(runtime, viewer, wanted)
    quote = _agreed_quote(runtime, wanted, prepared)
    batch = batch_row(viewer, wanted.ceiling, quote, key=key, body_hash=body_hash)
    rows = [generation_row(batch, wanted, prepared, position=at, item=item) for at, item in enumerate(quote.items)]
    hold_back(rows, quote, second_thought=wanted.second_thought)
    return await admit(runtime, viewer, batch, rows, terms=prepared.terms)


async def admit(
    runtime: Runtime, viewer: Viewer, batch: BatchRow, rows: Sequence[GenerationRow], *, terms: Terms
) -> Taken:
    """Takes a batch in, as a whole or not at all; when its key was used meanwhile, gives what that made.

    Raises `InsufficientCredits`, `QuotaExceeded`, `BudgetExceeded`, `RateExceeded`, `KeyReused`.
    """
    try:
        return await runtime.db.write(
            lambda session: _take_in(session, runtime, batch, rows, viewer=viewer, terms=terms)
        )
    except IntegrityError:
        known = await seen(runtime, viewer, batch.idempotency_key, batch.body_hash)
        if known is None:
            raise
        return known


async def prepare_work(
    runtime: Runtime, viewer: Viewer, wanted: WorkRequest, earlier: Sequence[Expected] = ()
) -> Prepared:
    """As `prepare`. What is done again with the same words keeps the words that were asked for and their presets."""
    named = wanted.retry_of
    repeated = await runtime.db.read(lambda session: find_row(session, viewer.user_id, named)) if named else None
    prepared = await prepare(runtime, viewer, wanted, earlier)
    if repeated is not None and wanted.params.get("prompt") == repeated.params.get("prompt"):
        return replace(prepared, words=repeated.prompt, presets=repeated.presets)
    return prepared


async def seen(runtime: Runtime, viewer: Viewer, key: str | None, body_hash: str) -> Taken | None:
    """What a key has made before. Raises `KeyReused` where that was asked for in other words."""
    if key is None:
        return None
    known = await runtime.db.read(lambda session: _replay(session, viewer, key, body_hash))
    if known is not None:
        await runtime.db.write(lambda session: note_repeat(session, known.batch.batch_id))
    return known


def _agreed_quote(runtime: Runtime, wanted: GenerationRequest, prepared: Prepared) -> QuoteView:
    """The price of now: below the ceiling, and no dearer than the quote that came with the request."""
    asked = prepared.to_price()
    quote = prepared.quote(runtime.quoter)
    credits.check_ceiling(quote, wanted.ceiling, metered=prepared.terms.metered)
    if wanted.quote is not None:
        runtime.quoter.check_token(wanted.quote, asked, quote)
    return quote


def _take_in(
    session: Session,
    runtime: Runtime,
    batch: BatchRow,
    rows: Sequence[GenerationRow],
    *,
    viewer: Viewer,
    terms: Terms,
) -> Taken:
    insert_rows(session, [batch])
    insert_rows(session, rows)
    charged = _take_up(session, viewer, rows)
    charges = [Charge(row.id, row.held_usd, row.price_credits, charged.get(row.campaign_id or "")) for row in rows]
    credits.admit(session, terms, charges, api_key_id=viewer.key_id)
    check_rates(session, viewer, terms, {row.kind for row in rows})
    items = announce_queued(session, runtime.hub, rows)
    runtime.admit_after(session)
    return Taken(BatchView(batch_id=batch.id, items=items), is_replay=False)


def _take_up(session: Session, viewer: Viewer, rows: Sequence[GenerationRow]) -> Mapping[str, ChargedTo]:
    """The campaigns that these are charged to, which are open until the end of this transaction."""
    named = {row.campaign_id for row in rows if row.campaign_id is not None}
    return campaigns.take_up(session, viewer.user_id, named) if named else {}


def _replay(session: Session, viewer: Viewer, key: str, body_hash: str) -> Taken | None:
    batch = batch_by_key(session, viewer.user_id, key)
    if batch is None:
        return None
    if batch.body_hash != body_hash:
        raise KeyReused("This Idempotency-Key was used for another request. Use a new key for a new request.")
    return Taken(BatchView(batch_id=batch.id, items=batch_items(session, batch.id)), is_replay=True)


def hash_of(wanted: BaseModel) -> str:
    """A hash of what is asked for, without the quote that came with it. Without a campaign it is as before there were any."""
    facts: dict[str, Any] = wanted.model_dump(mode="json", exclude={"quote"})
    for one in (facts, *facts.get("items", ())):
        if one["campaign_id"] is None:
            del one["campaign_id"]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def batch_row(
    viewer: Viewer, ceiling: Ceiling | None, quote: QuoteView, *, key: str | None, body_hash: str
) -> BatchRow:
    """The row of a batch that is about to be taken in."""
    return BatchRow(
        id=new_id("bat"),
        owner_id=viewer.user_id,
        idempotency_key=key,
        body_hash=body_hash,
        quote=quote.model_dump(mode="json", exclude={"token"}),
        ceiling=ceiling.model_dump(mode="json") if ceiling else None,
        api_key_id=viewer.key_id,
        repeats=0,
        created_at=clock.now(),
    )


def generation_row(
    batch: BatchRow, wanted: WorkRequest, prepared: Prepared, *, position: int, item: QuoteItem, turn: int | None = None
) -> GenerationRow:
    """The row of one generation of a batch. `turn`: which of the results of its item, where that is not its position."""
    card, params = prepared.offer.card, prepared.items[position if turn is None else turn]
    run_at = time_to_run(wanted.run_at)
    return GenerationRow(
        id=new_id("gen"),
        **_of_batch(batch),
        position=position,
        operation=prepared.operation.name,
        kind=prepared.operation.output.value,
        model=card.id,
        model_name=card.name,
        provider=prepared.offer.provider,
        lane=f"{prepared.offer.provider}/{card.lanes.get(prepared.operation.name, '')}",
        prompt=(prepared.words if prepared.presets else "") or str(params.get("prompt") or ""),
        params=dict(params),
        asked=_asked(prepared.request, params),
        presets=[dict(preset) for preset in prepared.presets],
        inputs=[dict(entry) for entry in prepared.inputs],
        notices=[asdict(notice) for notice in prepared.notices],
        aspect=prepared.aspect,
        status=Status.QUEUED.value,
        waits_for=waits_for_time(run_at),
        run_at=run_at,
        priority=wanted.priority,
        **_NOT_BEGUN,
        seconds_expected=prepared.seconds,
        quoted_usd=item.cost_usd,
        held_usd=item.high_usd,
        price_credits=item.price_credits,
        is_flat=item.is_flat,
        retry_of=wanted.retry_of,
        campaign_id=wanted.campaign_id,
        links=[],
        feeds=[],
        candidates=prepared.candidates,
    )


def _of_batch(batch: BatchRow) -> dict[str, Any]:
    known = {"owner_id": batch.owner_id, "batch_id": batch.id, "api_key_id": batch.api_key_id}
    return {**known, "created_at": batch.created_at}


def _asked(request: MediaRequest, params: Mapping[str, Json]) -> dict[str, Json]:
    """The settings before they were fitted to a model, with the seed that was drawn: another model may make it from them."""
    return {**request.params, **({"seed": params["seed"]} if "seed" in params else {})}
