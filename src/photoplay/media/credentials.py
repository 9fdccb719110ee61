"""C2PA content credentials: signing a file, and reading back what is signed. Only the child process imports this."""

import functools
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import c2pa

from photoplay import __version__
from photoplay.media._contract import Marks, MediaType
from photoplay.media.certificate import Certificate, ensure_certificate
from photoplay.media.formats import OGG, WEBM
from photoplay.media.xmp import SOURCE_TYPE_BASE

Json = Mapping[str, Any]
Relation = Literal["parentOf", "inputTo"]

_NO_PLACE = (WEBM, OGG)
_IN_MEMORY_BYTES = 32_000_000


class NotSigned(Exception):
    """The file cannot carry a signature; it is otherwise unharmed."""


@dataclass(frozen=True)
class Ingredient:
    """A file that went into the signed one."""

    path: Path
    mime: str
    title: str
    relation: Relation


@dataclass(frozen=True)
class Claim:
    """What is signed: a title, what was done, and from which files. Actions name ingredients by their position."""

    title: str
    actions: tuple[Json, ...]
    ingredients: tuple[Ingredient, ...]


def has_place(found: MediaType) -> bool:
    """Whether C2PA has a place in this kind of container."""
    return found not in _NO_PLACE


def created(marks: Marks, ingredients: Sequence[Ingredient]) -> list[Json]:
    """What was done, for a file that we made: from nothing, from inputs, or by editing what was there before."""
    agent = {"name": marks.model, **({"version": marks.model_version} if marks.model_version else {})}
    done = {
        "digitalSourceType": f"{SOURCE_TYPE_BASE}{marks.source}",
        "softwareAgent": agent,
        "when": marks.made_at.isoformat(timespec="seconds"),
    }
    if any(one.relation == "parentOf" for one in ingredients):
        return [_opened(), {"action": "c2pa.edited", **done}]
    inputs = [str(number) for number, _ in enumerate(ingredients)]
    return [{"action": "c2pa.created", **done, **({"parameters": {"ingredientIds": inputs}} if inputs else {})}]


def noted(ingredients: int) -> list[Json]:
    """What was done to a file that its vendor had signed: our note was added. Ingredient "0" is that file."""
    inputs = [str(number) for number in range(1, ingredients)]
    return [
        _opened(),
        {"action": "c2pa.edited.metadata", **({"parameters": {"ingredientIds": inputs}} if inputs else {})},
    ]


def compressed() -> list[Json]:
    """What was done for a rendition."""
    return [_opened(), {"action": "c2pa.transcoded"}]


def _opened() -> Json:
    return {"action": "c2pa.opened", "parameters": {"ingredientIds": ["0"]}}


def sign(source: Path, target: Path, found: MediaType, claim: Claim, *, folder: Path) -> None:
    """Writes the source with a signed manifest to the target. Raises `NotSigned`."""
    if not has_place(found):
        raise NotSigned("the container has no place for it")
    manifest = {
        "claim_generator_info": [{"name": "Photoplay", "version": __version__}],
        "title": claim.title,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": list(claim.actions)}}],
    }
    try:
        with _signer(folder) as signer, c2pa.Builder(manifest, _context(folder)) as builder:
            for number, ingredient in enumerate(claim.ingredients):
                _add(builder, ingredient, str(number))
            with _for_reading(source) as before, _for_writing(target, source.stat().st_size) as after:
                builder.sign(signer, found.mime, before, after)
    except c2pa.C2paError as trouble:
        raise NotSigned(str(trouble)) from trouble


def _for_reading(path: Path) -> BinaryIO:
    """A file, in memory where it is small: C2PA asks for it in hundreds of pieces, each from another place."""
    return io.BytesIO(path.read_bytes()) if path.stat().st_size <= _IN_MEMORY_BYTES else path.open("rb")


@contextmanager
def _for_writing(path: Path, size_bytes: int) -> Iterator[BinaryIO]:
    """A new file of about this size, which is written at once at the end where it is small."""
    if size_bytes > _IN_MEMORY_BYTES:
        with path.open("w+b") as file:
            yield file
        return
    memory = io.BytesIO()
    yield memory
    path.write_bytes(memory.getbuffer())


def _add(builder: c2pa.Builder, ingredient: Ingredient, label: str) -> None:
    words = {"title": ingredient.title, "relationship": ingredient.relation, "label": label}
    with _for_reading(ingredient.path) as file:
        builder.add_ingredient(words, ingredient.mime, file)


@dataclass(frozen=True)
class Signature:
    """What C2PA finds in a file."""

    state: str
    """Trusted (ours), Valid, or Invalid."""
    store: Json
    """The manifests as C2PA tells them; empty where they cannot even be read."""


def read(path: Path, found: MediaType, folder: Path) -> Signature | None:
    """The signature of a file, checked; None if there is none."""
    if not has_place(found):
        return None
    try:
        with path.open("rb") as file:
            reader = c2pa.Reader.try_create(found.mime, file, context=_context(folder))
            if reader is None:
                return None
            with reader:
                return Signature(str(reader.get_validation_state()), json.loads(reader.json()))
    except c2pa.C2paError:
        return Signature("Invalid", {})


@functools.cache
def _certificate(folder: Path) -> Certificate:
    return ensure_certificate(folder)


@functools.cache
def _context(folder: Path) -> c2pa.Context:
    """No thumbnails (a hundred times the size), our own root trusted, and never a look into the network."""
    settings = {
        "version": 1,
        "builder": {"thumbnail": {"enabled": False}},
        "trust": {"user_anchors": _certificate(folder).root},
        "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
    }
    return c2pa.Context(c2pa.Settings.from_dict(settings))


def _signer(folder: Path) -> c2pa.Signer:
    certificate = _certificate(folder)
    info = c2pa.C2paSignerInfo(
        alg=b"es256", sign_cert=certificate.chain.encode(), private_key=certificate.key.encode(), ta_url=None
    )
    return c2pa.Signer.from_info(info)
