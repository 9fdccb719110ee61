"""Reads assets, always as one viewer's. Lists go by the id, which rises with time: any page costs the same."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVarTuple

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

import photoplay
from photoplay.assets.addresses import ADDRESS_HASH, media_address
from photoplay.assets.errors import AssetNotFound
from photoplay.assets.schemas import AssetView, MonthCount, NoteView, Page, RecipeView, TimelineView, UsedPreset
from photoplay.assets.search import by_age, has_words, newer_than, older_than, with_words
from photoplay.assets.tables import AssetRow, ParentRow, RenditionRow
from photoplay.core.ids import id_at

Ts = TypeVarTuple("Ts")


@dataclass(frozen=True)
class AssetFilter:
    """Which assets, and in which order. `made_from` and `made_before` are aware times; `words` are looked for in prompts.

    `campaigns` are ids of which an asset has one; None: whatever it was charged to.
    """

    kind: str | None = None
    model: str | None = None
    state: Literal["kept", "trashed"] = "kept"
    made_from: datetime | None = None
    made_before: datetime | None = None
    words: str = ""
    order: Literal["newest", "oldest"] = "newest"
    campaigns: tuple[str, ...] | None = None


def asset_of(session: Session, owner_id: str, asset_id: str) -> AssetView:
    """One asset of this owner, also from the trash. Raises `AssetNotFound`."""
    return _views(session, [find_row(session, owner_id, asset_id)])[0]


def find_row(session: Session, owner_id: str, asset_id: str) -> AssetRow:
    """The row of an asset of this owner. Raises `AssetNotFound`."""
    row = session.get(AssetRow, asset_id)
    if row is None or row.owner_id != owner_id:
        raise AssetNotFound("There is no such asset. It may have been deleted.")
    return row


def assets_of(
    session: Session, owner_id: str, wanted: AssetFilter, *, cursor: str | None = None, limit: int = 50
) -> Page[AssetView]:
    """One page of the owner's assets. `cursor` is the id of the last item seen."""
    query = _filtered(session, select(AssetRow), owner_id, wanted)
    age, newest = by_age(session, wanted.words), wanted.order == "newest"
    if cursor:
        query = query.where((older_than if newest else newer_than)(session, wanted.words, cursor))
    rows = session.scalars(query.order_by(age.desc() if newest else age).limit(limit + 1)).all()
    return Page(items=_views(session, rows[:limit]), next_cursor=rows[limit - 1].id if len(rows) > limit else None)


def timeline_of(session: Session, owner_id: str, wanted: AssetFilter) -> TimelineView:
    """How many of the owner's assets each month has."""
    query = _filtered(session, select(AssetRow.month, func.count()), owner_id, wanted)
    months = session.execute(query.group_by(AssetRow.month).order_by(AssetRow.month.desc())).all()
    items = [MonthCount(month=month, count=count) for month, count in months]
    if wanted.order == "oldest":
        items.reverse()
    return TimelineView(items=items, total=sum(item.count for item in items))


def models_of(session: Session, owner_id: str) -> list[str]:
    """The models of what somebody keeps, in the order of their ids. One step in an index for each, however much is kept."""
    kept = (AssetRow.owner_id == owner_id, AssetRow.is_trashed.is_(False))
    models: list[str] = []
    while model := session.scalar(
        select(func.min(AssetRow.model)).where(*kept, AssetRow.model > (models[-1] if models else ""))
    ):
        models.append(model)
    return models


def count_assets(session: Session, owner_id: str, wanted: AssetFilter) -> int:
    """How many of the owner's assets fit."""
    return session.scalar(_filtered(session, select(func.count()), owner_id, wanted)) or 0


def neighbours(
    session: Session, owner_id: str, asset_id: str, wanted: AssetFilter
) -> tuple[str | None, str | None, int]:
    """The assets before and after this one in a filtered list, and its place in it, counted from 1."""
    newer, older = newer_than(session, wanted.words, asset_id), older_than(session, wanted.words, asset_id)
    age, base = by_age(session, wanted.words), _filtered(session, select(AssetRow.id), owner_id, wanted)
    higher = session.scalar(base.where(newer).order_by(age).limit(1))
    lower = session.scalar(base.where(older).order_by(age.desc()).limit(1))
    count = _filtered(session, select(func.count()), owner_id, wanted)
    if wanted.order == "newest":
        return higher, lower, (session.scalar(count.where(newer)) or 0) + 1
    return lower, higher, (session.scalar(count.where(older)) or 0) + 1


def assets_by_generation(session: Session, generation_ids: Sequence[str]) -> dict[str, list[AssetView]]:
    """The assets of generations the caller may see, by generation; trashed ones are left out."""
    query = select(AssetRow).where(AssetRow.generation_id.in_(generation_ids), AssetRow.is_trashed.is_(False))
    found: dict[str, list[AssetView]] = defaultdict(list)
    for view in _views(session, session.scalars(query.order_by(AssetRow.position, AssetRow.id)).all()):
        found[view.generation_id or ""].append(view)
    return found


def children_of(session: Session, owner_id: str, asset_id: str, *, limit: int = 50) -> list[AssetView]:
    """The owner's assets that were made from this one, the newest first."""
    query = (
        select(AssetRow)
        .join(ParentRow, ParentRow.asset_id == AssetRow.id)
        .where(ParentRow.parent_id == asset_id, AssetRow.owner_id == owner_id, AssetRow.is_trashed.is_(False))
        .order_by(AssetRow.id.desc())
        .limit(limit)
    )
    return _views(session, session.scalars(query).unique().all())


def recipe_of(session: Session, owner_id: str, asset_id: str) -> RecipeView:
    """Everything needed to make this asset again. Raises `AssetNotFound`."""
    row = find_row(session, owner_id, asset_id)
    parents = session.scalars(select(ParentRow).where(ParentRow.asset_id == asset_id)).all()
    return RecipeView(
        asset_id=row.id,
        operation=row.operation,
        model=row.model,
        prompt=row.prompt,
        params=row.params,
        seed=row.seed,
        facts=row.facts,
        presets=[UsedPreset.model_validate(preset) for preset in row.presets],
        inputs=[{"role": parent.role, "asset": parent.parent_id} for parent in parents],
        campaign=row.campaign_id,
        made_at=row.created_at,
        photoplay_version=photoplay.__version__,
    )


def source_file_of(session: Session, owner_id: str, asset_id: str) -> AssetView:
    """An asset that is to be the input of an operation. Raises `AssetNotFound`, also when it lies in the trash."""
    row = find_row(session, owner_id, asset_id)
    if row.is_trashed:
        raise AssetNotFound("This asset lies in the trash. Restore it to use it.")
    return _views(session, [row])[0]


def fetched_since(session: Session, owner_id: str, address_sha256: str, since: datetime) -> AssetView | None:
    """The owner's newest asset that was fetched from this address since then, if it is not in the trash."""
    facts: Any = AssetRow.facts
    query = select(AssetRow).where(
        AssetRow.owner_id == owner_id,
        AssetRow.is_trashed.is_(False),
        AssetRow.id >= id_at("ast", since),
        AssetRow.operation == "upload",
        facts[ADDRESS_HASH].as_string() == address_sha256,
    )
    row = session.scalar(query.order_by(AssetRow.id.desc()).limit(1))
    return None if row is None else _views(session, [row])[0]


def _filtered(session: Session, query: Select[*Ts], owner_id: str, wanted: AssetFilter) -> Select[*Ts]:
    query = query.where(AssetRow.owner_id == owner_id, AssetRow.is_trashed.is_(wanted.state == "trashed"))
    if wanted.kind:
        query = query.where(AssetRow.kind == wanted.kind)
    if wanted.model:
        query = query.where(AssetRow.model == wanted.model)
    if wanted.campaigns is not None:
        query = query.where(AssetRow.campaign_id.in_(wanted.campaigns))
    if wanted.made_from:
        query = query.where(newer_than(session, wanted.words, id_at("ast", wanted.made_from), or_same=True))
    if wanted.made_before:
        query = query.where(older_than(session, wanted.words, id_at("ast", wanted.made_before)))
    if has_words(wanted.words):
        return with_words(session, query, owner_id, wanted.words)
    return query.where(text("1 = 0")) if wanted.words else query


def _views(session: Session, rows: Sequence[AssetRow]) -> list[AssetView]:
    ids = [row.id for row in rows]
    renditions: dict[str, list[RenditionRow]] = defaultdict(list)
    parents: dict[str, list[str]] = defaultdict(list)
    if ids:
        for rendition in session.scalars(select(RenditionRow).where(RenditionRow.asset_id.in_(ids))):
            renditions[rendition.asset_id].append(rendition)
        for parent in session.scalars(select(ParentRow).where(ParentRow.asset_id.in_(ids))):
            parents[parent.asset_id].append(parent.parent_id)
    return [asset_view(row, renditions[row.id], parents[row.id]) for row in rows]


def asset_view(row: AssetRow, renditions: Iterable[RenditionRow], parents: list[str]) -> AssetView:
    """A row with its renditions and the ids of its parents, as the doors tell it."""
    files = {"original": media_address(row.id, "original", row.sha256, row.mime)}
    files |= {one.role: media_address(row.id, one.role, one.sha256, one.mime) for one in renditions}
    return AssetView(
        id=row.id,
        kind=row.kind,
        mime=row.mime,
        size_bytes=row.size_bytes,
        width=row.width,
        height=row.height,
        duration_seconds=row.duration_seconds,
        fps=row.fps,
        sha256=row.sha256,
        title=row.title,
        prompt=row.prompt,
        operation=row.operation,
        model=row.model,
        model_name=row.model_name,
        params=row.params,
        seed=row.seed,
        cost_usd=row.cost_usd,
        price_credits=row.price_credits,
        parents=parents,
        generation_id=row.generation_id,
        campaign=row.campaign_id,
        created_at=row.created_at,
        deleted_at=row.deleted_at,
        thumbhash=row.thumbhash,
        rating=row.rating,
        notes=[NoteView.model_validate(finding) for finding in row.findings],
        credentials=row.credentials,
        files=files,
    )


def stored_files(session: Session) -> list[tuple[str, int, str]]:
    """Of each stored file that an asset or a rendition refers to, once: its hash, size in bytes and what it is."""
    originals = session.execute(select(AssetRow.sha256, AssetRow.size_bytes, AssetRow.id)).all()
    columns = (RenditionRow.sha256, RenditionRow.size_bytes, RenditionRow.role, RenditionRow.asset_id)
    found = {sha256: (size, f"{role} of {asset}") for sha256, size, role, asset in session.execute(select(*columns))}
    found |= {sha256: (size, f"original of {asset}") for sha256, size, asset in originals}
    return [(sha256, size, used_as) for sha256, (size, used_as) in found.items()]
