"""The inputs on Create: what was given by the address of the page or by a form, and which role of the operation each fills."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from photoplay import assets
from photoplay.accounts import Viewer
from photoplay.assets import AssetNotFound
from photoplay.generation import InputRef
from photoplay.operations import InputRole, Operation
from photoplay.web.marks import file_of

_FILMS: Final = (".mp4", ".mov", ".webm")
_SOUNDS: Final = (".mp3", ".wav", ".flac", ".ogg", ".m4a")


@dataclass(frozen=True)
class Given:
    """One input: an asset, or a file at an address. `role` is empty until the operation gives it one."""

    role: str
    kind: str
    title: str
    picture: str | None
    reference: str

    @property
    def is_address(self) -> bool:
        """Whether it is still to be fetched."""
        return _is_address(self.reference)

    @property
    def value(self) -> str:
        """As the form carries it: `source:ast_...`."""
        return f"{self.role}:{self.reference}" if self.role else self.reference


@dataclass(frozen=True)
class Slot:
    """One role of the operation with what fills it."""

    name: str
    title: str
    kind: str
    is_required: bool
    most: int
    given: tuple[Given, ...]

    @property
    def has_room(self) -> bool:
        """Whether it takes one more."""
        return len(self.given) < self.most


def given_of(session: Session, viewer: Viewer, values: Iterable[str]) -> list[Given]:
    """What was given, in its order: `role:reference` or a bare reference. What is not there any more is left out."""
    found = []
    for value in dict.fromkeys(values):
        role, separator, rest = value.partition(":")
        is_bare = not separator or role in ("http", "https")
        given = _given(session, viewer, "" if is_bare else role, value if is_bare else rest)
        if given is not None:
            found.append(given)
    return found


def slots_of(operation: Operation, given: Sequence[Given]) -> tuple[tuple[Slot, ...], tuple[Given, ...]]:
    """The roles with what fills them, and what the operation has no place for."""
    taken: dict[str, list[Given]] = {role.name: [] for role in operation.roles}
    spare = []
    for one in sorted(given, key=lambda one: not one.role):
        role = _place_for(operation, one, taken)
        if role is None:
            spare.append(replace(one, role=""))
        else:
            taken[role.name].append(replace(one, role=role.name))
    slots = tuple(
        Slot(role.name, role.title or "Picture", role.kind, role.required, role.most, tuple(taken[role.name]))
        for role in operation.roles
    )
    return slots, tuple(spare)


def references_of(slots: Iterable[Slot]) -> dict[str, InputRef | list[InputRef]]:
    """The inputs as a request names them."""
    return {
        slot.name: _reference(slot.given[0]) if slot.most == 1 else [_reference(one) for one in slot.given]
        for slot in slots
        if slot.given
    }


def _given(session: Session, viewer: Viewer, role: str, reference: str) -> Given | None:
    if _is_address(reference):
        path = reference.partition("?")[0].lower()
        kind = "video" if path.endswith(_FILMS) else "audio" if path.endswith(_SOUNDS) else "image"
        return Given(role, kind, reference.partition("://")[2][:60], None, reference)
    try:
        asset = assets.asset_of(session, viewer.user_id, reference)
    except AssetNotFound:
        return None
    still = {"image": "thumb", "video": "poster"}.get(asset.kind)
    picture = file_of(asset, still) if still else None
    return Given(role, asset.kind, asset.title or asset.prompt or "Upload", picture, asset.id)


def _place_for(operation: Operation, one: Given, taken: dict[str, list[Given]]) -> InputRole | None:
    fitting = [role for role in operation.roles if role.kind == one.kind and len(taken[role.name]) < role.most]
    named = next((role for role in fitting if role.name == one.role), None)
    return named or next(iter(fitting), None)


def _reference(one: Given) -> InputRef:
    return InputRef(address=one.reference) if one.is_address else InputRef(asset=one.reference)


def _is_address(reference: str) -> bool:
    return reference.startswith(("http://", "https://"))
