"""The inputs on Create: what was given by the address of the page or by a form, and which role of the operation each fills."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from photoplay import assets
from photoplay.accounts import Viewer
from photoplay.assets import AssetNotFound, AssetView
from photoplay.generation import InputRef
from photoplay.operations import InputRole, Operation
from photoplay.web.marks import file_of

_FILMS: Final = (".mp4", ".mov", ".webm")
_SOUNDS: Final = (".mp3", ".wav", ".flac", ".ogg", ".m4a")
_WORDS: Final = {"image": "Picture", "video": "Film", "audio": "Sound"}
_STILLS: Final = {"image": "thumb", "video": "poster"}


@dataclass(frozen=True)
class Given:
    """One input: an asset, or a file at an address. `role` is empty until the operation gives it one."""

    role: str
    kind: str
    title: str
    picture: str | None
    reference: str
    asset: AssetView | None = None

    @property
    def value(self) -> str:
        """As the form carries it: `source:ast_...`."""
        return f"{self.role}:{self.reference}" if self.role else self.reference

    @property
    def original(self) -> str:
        """The address of the file itself; empty where it is still to be fetched."""
        return file_of(self.asset, "original") if self.asset else ""


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

    @property
    def is_mask(self) -> bool:
        """Whether it can be painted."""
        return self.name == "mask"


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


def slots_of(
    operation: Operation, given: Sequence[Given], limits: Mapping[str, int] | None = None
) -> tuple[tuple[Slot, ...], tuple[Given, ...]]:
    """The roles with what fills them, and what the operation has no place for. `limits`: what a model takes, by role."""
    roles = [role for role in (_limited(role, limits) for role in operation.roles) if role.most > 0]
    taken: dict[str, list[Given]] = {role.name: [] for role in roles}
    spare = []
    for one in sorted(given, key=lambda one: not one.role):
        role = _place_for(roles, one, taken)
        if role is None:
            spare.append(replace(one, role=""))
        else:
            taken[role.name].append(replace(one, role=role.name))
    slots = tuple(
        Slot(role.name, _title(role), role.kind, role.required, role.most, tuple(taken[role.name])) for role in roles
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
    if asset.deleted_at is not None:
        return None
    still = _STILLS.get(asset.kind)
    picture = file_of(asset, still) if still else None
    return Given(role, asset.kind, asset.title or asset.prompt or "Upload", picture, asset.id, asset)


def _limited(role: InputRole, limits: Mapping[str, int] | None) -> InputRole:
    """A role as a model takes it; a required one is always there."""
    if limits is None:
        return role
    return replace(role, most=max(int(role.required), min(role.most, limits.get(role.name, 1))))


def _place_for(roles: Sequence[InputRole], one: Given, taken: dict[str, list[Given]]) -> InputRole | None:
    fitting = [role for role in roles if role.kind == one.kind and len(taken[role.name]) < role.most]
    named = next((role for role in fitting if role.name == one.role), None)
    return named or next((role for role in fitting if role.name != "mask"), None)


def _title(role: InputRole) -> str:
    return role.title.partition(":")[0] or _WORDS[role.kind]


def _reference(one: Given) -> InputRef:
    return InputRef(address=one.reference) if _is_address(one.reference) else InputRef(asset=one.reference)


def _is_address(reference: str) -> bool:
    return reference.startswith(("http://", "https://"))
