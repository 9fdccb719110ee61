"""Presets that people saved for themselves, and finding presets of both sorts by name."""

import difflib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from zlib import crc32

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from photoplay.catalog._catalog import Catalog
from photoplay.catalog.errors import PresetCannot, PresetNameTaken, PresetNotFound, TooManyPresets, UnknownPreset
from photoplay.catalog.presets import Preset, PresetCategory, Sketch, studio_presets
from photoplay.catalog.tables import PresetRow
from photoplay.core import clock
from photoplay.core.ids import new_id
from photoplay.core.rows import insert_into
from photoplay.operations import find_operation

MOST: Final = 200
_PARAMS_CHARACTERS: Final = 20_000
_NEAR: Final = 3
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class PresetView(Preset):
    """A preset as the doors tell it. `is_mine`: you saved it, so you can change and delete it."""

    is_mine: bool = False


class NewPreset(BaseModel):
    """What to save. `name` is made of the title where none is given; `{prompt}` in `words` stands for later words."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    name: Name | None = None
    category: PresetCategory = "own"
    operations: list[str] = Field(min_length=1, max_length=40)
    words: Words = ""
    params: dict[str, Any] = Field(default_factory=dict)
    model: str | None = Field(default=None, max_length=120, pattern=r"^[^\x00]*$")
    sketch: Sketch | None = None

    @field_validator("params")
    @classmethod
    def _fit_to_keep(cls, params: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps(params, ensure_ascii=False)
        if len(text) > _PARAMS_CHARACTERS or "\\u0000" in text:
            raise ValueError(f"At most {_PARAMS_CHARACTERS} characters, and no NUL character.")
        return {name: value for name, value in params.items() if name != "prompt"}


class PresetEdit(BaseModel):
    """What to change of a preset; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    title: Title | None = None
    words: Words | None = None


def presets_of(session: Session, owner_id: str, operation: str | None = None) -> list[PresetView]:
    """What this owner saved, the newest first, and then what comes with the studio; those that are for an operation."""
    views = [*_saved_by(session, owner_id), *map(_shown, studio_presets().values())]
    return [view for view in views if operation is None or operation in view.operations]


def _saved_by(session: Session, owner_id: str) -> list[PresetView]:
    query = select(PresetRow).where(PresetRow.owner_id == owner_id).order_by(PresetRow.id.desc())
    return [_view(row) for row in session.scalars(query)]


@dataclass(frozen=True)
class PresetNaming:
    """A preset that names a model. `owner_id`: who saved it; None: it comes with the studio."""

    model: str
    name: str
    title: str
    owner_id: str | None


def presets_naming(session: Session, catalog: Catalog, models: Collection[str]) -> list[PresetNaming]:
    """Everybody's presets that name one of these models, by its id or another of its names."""
    saved = session.scalars(select(PresetRow).where(PresetRow.model.is_not(None)).order_by(PresetRow.id))
    named: list[tuple[str | None, str, str, str | None]]
    named = [(row.model, row.name, row.title, row.owner_id) for row in saved]
    named += [(one.model, one.name, one.title, None) for one in studio_presets().values() if one.model is not None]
    found = [PresetNaming(catalog.id_of(model or ""), name, title, owner) for model, name, title, owner in named]
    return [one for one in found if one.model in models]


def move_presets(
    session: Session, catalog: Catalog, model: str, heir: str, *, only: Collection[str] | None = None
) -> list[str]:
    """Everybody's saved presets that name a model, by any of its names, name its heir from now on; of them only these.

    Returns the ids of those that were moved.
    """
    saved = session.scalars(select(PresetRow).where(PresetRow.model.is_not(None)).with_for_update())
    moved = [row for row in saved if catalog.id_of(row.model or "") == model and (only is None or row.id in only)]
    for row in moved:
        row.model = heir
    return [row.id for row in moved]


def preset_of(session: Session, owner_id: str, name: str) -> PresetView:
    """One preset, of the studio or of this owner. Raises `PresetNotFound`."""
    found = studio_presets().get(name)
    return _shown(found) if found else _view(_row(session, owner_id, name))


def save_preset(session: Session, owner_id: str, new: NewPreset) -> PresetView:
    """Keeps a preset for its owner. Raises `PresetNameTaken`, `TooManyPresets`, `UnknownOperation`."""
    name = new.name or _name_of(new.title)
    for operation in new.operations:
        find_operation(operation)
    count = session.scalar(select(func.count()).where(PresetRow.owner_id == owner_id)) or 0
    if count >= MOST:
        raise TooManyPresets(f"You have {MOST} presets, which is the most. Delete one you no longer use.")
    values = {
        **new.model_dump(mode="json", exclude={"sketch"}),
        "id": new_id("pre"),
        "owner_id": owner_id,
        "name": name,
        "sketch": new.sketch.model_dump(mode="json") if new.sketch else None,
        "created_at": clock.now(),
    }
    statement = insert_into(session, PresetRow).values(**values).on_conflict_do_nothing().returning(PresetRow.id)
    if name in studio_presets() or session.scalar(statement) is None:
        raise PresetNameTaken(f'There is a preset named "{name}" already. Choose another name.')
    return _view(_row(session, owner_id, name))


def edit_preset(session: Session, owner_id: str, name: str, edit: PresetEdit) -> PresetView:
    """Changes its title or words; its name stays. Raises `PresetNotFound`."""
    row = _row(session, owner_id, name)
    row.title = row.title if edit.title is None else edit.title
    row.words = row.words if edit.words is None else edit.words
    return _view(row)


def delete_preset(session: Session, owner_id: str, name: str) -> None:
    """Forgets it. What was made with it keeps its words. Raises `PresetNotFound`."""
    session.delete(_row(session, owner_id, name))


def find_presets(session: Session, owner_id: str, names: Sequence[str], operation: str) -> list[Preset]:
    """These presets, of the studio or of this owner. Raises `UnknownPreset` with near names, `PresetCannot`."""
    known: Mapping[str, Preset] = {view.name: view for view in presets_of(session, owner_id)}
    return [_find(known, name, operation) for name in names]


def find_studio_presets(names: Sequence[str], operation: str) -> list[Preset] | None:
    """These presets where all of them come with the studio, without asking the database. Raises `PresetCannot`."""
    known = studio_presets()
    return [_find(known, name, operation) for name in names] if all(name in known for name in names) else None


def _find(known: Mapping[str, Preset], name: str, operation: str) -> Preset:
    preset = known.get(name)
    if preset is None:
        raise _unknown(name, known)
    if operation not in preset.operations:
        raise PresetCannot(
            f'The preset "{preset.title}" is not for {operation}, but for {", ".join(preset.operations)}.'
        )
    return preset


def _unknown(name: str, known: Iterable[str]) -> UnknownPreset:
    near = difflib.get_close_matches(name, list(known), n=_NEAR, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else " `photoplay presets` lists them."
    return UnknownPreset(f'There is no preset "{name[:60]}".{hint}', near=near)


def _row(session: Session, owner_id: str, name: str) -> PresetRow:
    row = session.scalar(select(PresetRow).where(PresetRow.owner_id == owner_id, PresetRow.name == name))
    if row is None:
        raise PresetNotFound(
            "It comes with the studio and cannot be changed. Save your own."
            if name in studio_presets()
            else "There is no such preset."
        )
    return row


def _view(row: PresetRow) -> PresetView:
    return PresetView(
        name=row.name,
        title=row.title,
        category=row.category,  # type: ignore[arg-type]
        operations=tuple(row.operations),
        words=row.words,
        params=row.params,
        model=row.model,
        sketch=Sketch.model_validate(row.sketch) if row.sketch else _sketch_of(row.name),
        is_mine=True,
    )


def _sketch_of(name: str) -> Sketch:
    """Colours that stay with a name, from those of the studio's presets."""
    colors = [preset.sketch.colors for preset in studio_presets().values() if preset.category == "mood"]
    return Sketch(colors=colors[crc32(name.encode()) % len(colors)])


def _shown(preset: Preset) -> PresetView:
    return PresetView(**dict(preset))


def _name_of(title: str) -> str:
    """The title in small letters and hyphens; "preset" where it has neither letters nor digits."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-") or "preset"
