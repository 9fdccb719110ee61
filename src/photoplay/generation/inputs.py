"""Finds the input files of a request: assets, results of generations, and files at addresses, which become assets first."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from photoplay import assets
from photoplay.accounts import Viewer
from photoplay.assets import AssetView, Mask, Shelf, Uploader
from photoplay.core import clock
from photoplay.core.errors import BadInput, TooLarge, Unprocessable
from photoplay.core.http import FetchFailed
from photoplay.generation.errors import InputMissing
from photoplay.generation.queries import find_row, generation_view
from photoplay.generation.runtime import Runtime
from photoplay.generation.schemas import InputRef
from photoplay.operations import InputRole, MediaKind, Operation
from photoplay.providers import Limits, ModelCard

FETCH_SECONDS: Final = 15.0
REUSED_FOR: Final = timedelta(minutes=15)
"""As long as a quote holds, an address that was fetched is not fetched again: what was priced is what is used."""
_SOURCE, _MASK = "source", "mask"
_A_FRAME_SECONDS: Final = 0.05
"""Films come out a frame longer or shorter than they were asked for."""
_UNUSABLE: Final = (BadInput, TooLarge, Unprocessable, FetchFailed)
_WORDS: Final = {MediaKind.IMAGE: "a picture", MediaKind.VIDEO: "a film", MediaKind.AUDIO: "a sound"}

Refs = Mapping[str, InputRef | list[InputRef]]


@dataclass(frozen=True)
class Expected:
    """The largest result that an earlier item of the batch may have: a link is priced by it until that item has ended."""

    item: int
    kind: MediaKind
    width: int | None
    height: int | None
    duration_seconds: float | None
    size_bytes: int = 0
    title: str = ""

    @property
    def id(self) -> str:
        """What tells it from other inputs of its role."""
        return f"item {self.item}"


@dataclass(frozen=True)
class Source:
    """One input file of a request, of the kind that its role takes. `field` is where the request named it."""

    role: InputRole
    field: str
    asset: AssetView | Expected
    mask: Mask | None = None
    """What goes to the vendor instead of the asset's own file."""

    @property
    def size_bytes(self) -> int:
        """Of the file that goes to the vendor."""
        return self.asset.size_bytes if self.mask is None else self.mask.size_bytes

    def frozen(self) -> dict[str, Any]:
        """What a generation keeps of it, once it is there."""
        assert isinstance(self.asset, AssetView)
        file = self.asset if self.mask is None else self.mask
        return {
            "role": self.role.name,
            "asset_id": self.asset.id,
            "rendition": "original" if self.mask is None else assets.MASK,
            "sha256": file.sha256,
            "mime": file.mime,
            "size_bytes": file.size_bytes,
            "width": file.width,
            "height": file.height,
            "duration_seconds": self.asset.duration_seconds,
            "title": self.asset.title,
        }


@dataclass(frozen=True)
class _Named:
    """One input as the request names it."""

    role: InputRole
    field: str
    ref: InputRef


async def find_inputs(
    runtime: Runtime, viewer: Viewer, operation: Operation, given: Refs, *, earlier: Sequence[Expected] = ()
) -> tuple[Source, ...]:
    """The files of a request in the order of the operation's roles; the same file twice in a role counts once.

    What is named by address is fetched and becomes an asset of the viewer; `earlier` is what the items before it in its
    batch will make. Raises `InputMissing` with a sentence for each field that is wrong, `AssetNotFound`,
    `GenerationNotFound`.
    """
    named = _named(operation, given)
    if not named:
        return ()
    kept = await runtime.db.read(lambda session: {one.field: _kept(session, viewer, one, earlier) for one in named})
    fetched = await _fetch_all(runtime, viewer, [one for one in named if one.ref.address is not None])
    found = [Source(one.role, one.field, kept[one.field] or fetched[one.field]) for one in named]
    sources = list({(source.role.name, source.asset.id): source for source in found}.values())
    _refuse(operation, {source.field: wrong for source in sources if (wrong := _wrong_kind(operation, source))})
    return tuple([await _as_mask(runtime, viewer, source, sources) for source in sources])


def check_inputs(
    card: ModelCard, operation: Operation, sources: Sequence[Source], *, is_reachable: bool, factor: object = None
) -> None:
    """Refuses what a model does not take, before anything is spent: `InputMissing` with a sentence for each field.

    `is_reachable`: vendors can fetch files from this studio. `factor`: how many times larger a picture shall become.
    """
    limits = card.limits.get(operation.name, Limits())
    wrong: dict[str, str] = {}
    for source in sources:
        count = sum(source.role is other.role for other in sources)
        reason = _beyond(card, limits, source, count) or _grows_beyond(card, limits, source, factor)
        if reason is None and not is_reachable and set(card.takes.get(source.role.name, ())) == {"address"}:
            reason = (
                f"{card.name} fetches its input from a public address, and this studio has none. Set "
                "PHOTOPLAY_PUBLIC_URL to the address under which it can be reached from outside, or choose another model."
            )
        if reason is not None:
            wrong[source.field] = reason
    _refuse(operation, wrong)


def _named(operation: Operation, given: Refs) -> list[_Named]:
    lists = {name: refs if isinstance(refs, list) else [refs] for name, refs in given.items()}
    wrong = {name: f"{operation.title} takes no such input." for name in lists if operation.role(name) is None}
    for role in operation.roles:
        count = len(lists.get(role.name, ()))
        if role.required and not count:
            wrong[role.name] = f"{operation.title} needs this input."
        elif count > role.most:
            wrong[role.name] = f"{operation.title} takes {_files(role.most)} here; these are {count}."
    _refuse(operation, wrong)
    return [
        _Named(role, f"{role.name}.{at}" if isinstance(given[role.name], list) else role.name, ref)
        for role in operation.roles
        for at, ref in enumerate(lists.get(role.name, ()))
    ]


def _kept(session: Session, viewer: Viewer, named: _Named, earlier: Sequence[Expected]) -> AssetView | Expected | None:
    """What the studio has already, or will have when its turn comes; None for an address."""
    ref = named.ref
    if ref.address is not None:
        return None
    if ref.item is not None:
        return _earlier(named, ref.item, earlier)
    if ref.generation is None:
        return assets.source_file_of(session, viewer.user_id, ref.asset or ref.upload or "")
    view = generation_view(session, find_row(session, viewer.user_id, ref.generation))
    if not view.assets:
        waits = "This generation has no result that could be used. Wait until it has succeeded."
        raise InputMissing(waits, fields={named.field: waits})
    return view.assets[0]


def _earlier(named: _Named, item: int, earlier: Sequence[Expected]) -> Expected:
    found = next((one for one in earlier if one.item == item), None)
    if found is None:
        wrong = f"Item {item} is not an earlier item of this batch with one result. Items are counted from 0."
        raise InputMissing(wrong, fields={named.field: wrong})
    return found


async def _fetch_all(runtime: Runtime, viewer: Viewer, named: Sequence[_Named]) -> dict[str, AssetView]:
    """The assets by field; each address is fetched once. Raises `InputMissing` with all fields that cannot be used."""
    if not named:
        return {}
    addresses = list(dict.fromkeys(one.ref.address or "" for one in named))
    answers = await asyncio.gather(*(_fetch(runtime, viewer, address) for address in addresses))
    by_address = dict(zip(addresses, answers, strict=True))
    runtime.finish_soon()
    found = {one.field: by_address[one.ref.address or ""] for one in named}
    wrong = {field: answer for field, answer in found.items() if isinstance(answer, str)}
    if wrong:
        raise InputMissing("An input cannot be used. Nothing was ordered, and nothing is charged.", fields=wrong)
    return {field: answer for field, answer in found.items() if not isinstance(answer, str)}


async def _fetch(runtime: Runtime, viewer: Viewer, address: str) -> AssetView | str:
    """The asset of an address, or a sentence that says why it has none."""
    since, address_sha256 = clock.now() - REUSED_FOR, assets.hash_of_address(address)
    known = await runtime.db.read(lambda session: assets.fetched_since(session, viewer.user_id, address_sha256, since))
    if known is not None:
        return known
    uploader = Uploader(_shelf(runtime), max_bytes=runtime.settings.upload_bytes)
    try:
        return await uploader.fetch(viewer.user_id, address, runtime.http, timeout_seconds=FETCH_SECONDS)
    except _UNUSABLE as error:
        return error.message


async def _as_mask(runtime: Runtime, viewer: Viewer, source: Source, sources: Sequence[Source]) -> Source:
    """A mask in the form that every vendor gets: grey, 8 bits, as large as the picture it is for."""
    if source.role.name != _MASK or isinstance(source.asset, Expected):
        return source
    picture = next((one.asset for one in sources if one.role.name == _SOURCE), None)
    if isinstance(picture, AssetView) and (picture.width, picture.height) != (source.asset.width, source.asset.height):
        raise _wrong_mask(
            source,
            f"The mask is {source.asset.width} x {source.asset.height} and the picture is {picture.width} x "
            f"{picture.height}. Make the mask as large as the picture.",
        )
    try:
        mask = await assets.mask_of(_shelf(runtime), viewer.user_id, source.asset.id)
    except _UNUSABLE as error:
        raise _wrong_mask(source, error.message) from error
    if mask is None:
        raise _wrong_mask(
            source, "Nothing in the mask is white, so nothing would change. Paint white what is to change."
        )
    return replace(source, mask=mask)


def _wrong_mask(source: Source, message: str) -> InputMissing:
    return InputMissing("The mask does not fit.", fields={source.field: message})


def _wrong_kind(operation: Operation, source: Source) -> str | None:
    if source.asset.kind == source.role.kind:
        return None
    needs, has = _WORDS[source.role.kind], _WORDS[MediaKind(source.asset.kind)]
    return f"{operation.title} needs {needs} here, and this is {has}."


def _beyond(card: ModelCard, limits: Limits, source: Source, count: int) -> str | None:
    """What is too much for the model, in a sentence."""
    most = limits.input_count.get(source.role.name, 1)
    if count > most:
        return f"{card.name} takes {_files(most)} here; these are {count}."
    width, height = source.asset.width or 0, source.asset.height or 0
    if limits.input_pixels is not None and width * height > limits.input_pixels:
        megapixels = limits.input_pixels / 1_000_000
        return f"This is {width} x {height} pixels; {card.name} takes up to {megapixels:g} megapixels. Make it smaller."
    if limits.input_bytes is not None and source.size_bytes > limits.input_bytes:
        size, most_mb = source.size_bytes / 1_000_000, limits.input_bytes / 1_000_000
        return f"The file has {size:.1f} MB; {card.name} takes up to {most_mb:g} MB. Send a smaller one."
    seconds = source.asset.duration_seconds or 0
    if limits.input_seconds is not None and seconds > limits.input_seconds + _A_FRAME_SECONDS:
        return f"This lasts {seconds:.1f} s; {card.name} takes up to {limits.input_seconds:g} s. Send a shorter one."
    return None


def _grows_beyond(card: ModelCard, limits: Limits, source: Source, factor: object) -> str | None:
    """Whether a picture that is made larger would become too large, in a sentence that says what would not."""
    width, height = source.asset.width or 0, source.asset.height or 0
    if not isinstance(factor, int) or limits.result_pixels is None or source.role.name != _SOURCE:
        return None
    if width * height * factor**2 <= limits.result_pixels:
        return None
    most = limits.result_pixels / 1_000_000
    told = f"{factor} times larger this would be {width * factor} x {height * factor} pixels; {card.name} makes up to "
    smaller = [one for one in (4, 2) if one < factor and width * height * one**2 <= limits.result_pixels]
    instead = f"Take {smaller[0]} times, or send a smaller picture." if smaller else "Send a smaller picture."
    return f"{told}{most:.0f} megapixels. {instead}"


def _files(count: int) -> str:
    return {0: "no file", 1: "one file"}.get(count, f"{count} files")


def _refuse(operation: Operation, wrong: Mapping[str, str]) -> None:
    if wrong:
        raise InputMissing(f"The inputs do not fit {operation.name}.", fields=wrong)


def _shelf(runtime: Runtime) -> Shelf:
    return Shelf(runtime.db, runtime.storage, runtime.media, runtime.hub, runtime.settings.spool)
