"""Makes an asset row with its files, in the transaction that settles its generation or ends its upload."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy.orm import Session

from photoplay.assets.blobs import keep_blobs
from photoplay.assets.queries import asset_view
from photoplay.assets.schemas import AssetView
from photoplay.assets.search import index_words
from photoplay.assets.tables import AssetRow, ParentRow, RenditionRow
from photoplay.core import clock
from photoplay.core.ids import new_id
from photoplay.core.rows import insert_rows
from photoplay.operations import MediaKind
from photoplay.providers import FileRole, Json
from photoplay.storage import Blob


@dataclass(frozen=True)
class NewRendition:
    """A derived file that is stored already."""

    role: FileRole
    blob: Blob
    mime: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class NewAsset:
    """All there is to know of a file that is stored already. `parents` are (role, asset id)."""

    owner_id: str
    kind: MediaKind
    blob: Blob
    mime: str
    title: str
    prompt: str
    operation: str
    model: str
    model_name: str
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    fps: float | None = None
    params: Mapping[str, Json] = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)
    presets: Sequence[Mapping[str, str]] = ()
    seed: int | None = None
    cost_usd: Decimal | None = None
    price_credits: int | None = None
    generation_id: str | None = None
    campaign_id: str | None = None
    position: int = 0
    thumbhash: str | None = None
    findings: Sequence[Mapping[str, str]] = ()
    credentials: Mapping[str, Json] | None = None
    parents: Sequence[tuple[str, str]] = ()
    renditions: Sequence[NewRendition] = ()


def create_assets(session: Session, news: Sequence[NewAsset]) -> list[AssetView]:
    """Writes the assets with their parents, renditions and words; at least one."""
    rows = [_row(new) for new in news]
    renditions = [[_rendition(row.id, one) for one in new.renditions] for row, new in zip(rows, news, strict=True)]
    parents = [
        ParentRow(asset_id=row.id, parent_id=parent, role=role)
        for row, new in zip(rows, news, strict=True)
        for role, parent in new.parents
    ]
    keep_blobs(session, [blob for new in news for blob in (new.blob, *(one.blob for one in new.renditions))])
    insert_rows(session, rows)
    insert_rows(session, parents)
    insert_rows(session, [one for several in renditions for one in several])
    index_words(session, rows)
    return [
        asset_view(row, made, [parent for _role, parent in new.parents])
        for row, made, new in zip(rows, renditions, news, strict=True)
    ]


def _row(new: NewAsset) -> AssetRow:
    at = clock.now()
    return AssetRow(
        id=new_id("ast"),
        owner_id=new.owner_id,
        kind=new.kind.value,
        mime=new.mime,
        size_bytes=new.blob.size_bytes,
        width=new.width,
        height=new.height,
        duration_seconds=new.duration_seconds,
        fps=new.fps,
        sha256=new.blob.sha256,
        title=new.title[:200],
        prompt=new.prompt,
        operation=new.operation,
        model=new.model,
        model_name=new.model_name,
        params=dict(new.params),
        facts=dict(new.facts),
        presets=[dict(preset) for preset in new.presets],
        seed=new.seed,
        cost_usd=new.cost_usd,
        price_credits=new.price_credits,
        generation_id=new.generation_id,
        campaign_id=new.campaign_id,
        position=new.position,
        thumbhash=new.thumbhash,
        rating=None,
        findings=[dict(finding) for finding in new.findings],
        credentials=dict(new.credentials) if new.credentials is not None else None,
        month=f"{at:%Y-%m}",
        is_trashed=False,
        is_finished=False,
        finish_attempts=0,
        created_at=at,
        deleted_at=None,
    )


def _rendition(asset_id: str, new: NewRendition) -> RenditionRow:
    return RenditionRow(
        asset_id=asset_id,
        role=new.role,
        sha256=new.blob.sha256,
        mime=new.mime,
        size_bytes=new.blob.size_bytes,
        width=new.width,
        height=new.height,
    )
