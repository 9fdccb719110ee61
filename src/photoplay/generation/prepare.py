"""From a request to what can be priced and ordered: the model chosen, params checked, inputs found, notices asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from photoplay import catalog
from photoplay.accounts import Viewer
from photoplay.assets import AssetView, source_file_of
from photoplay.catalog import Offer
from photoplay.core.ids import new_seed
from photoplay.credits import AccountView, QuoteRequest, QuoteView, account_of
from photoplay.generation.dress import dress
from photoplay.generation.errors import InputMissing
from photoplay.generation.queries import find_row, generation_view
from photoplay.generation.runtime import Runtime
from photoplay.generation.schemas import InputRef, MediaRequest
from photoplay.operations import Operation, find_operation
from photoplay.providers import Advises, Json, Limits, Notice


@dataclass(frozen=True)
class Prepared:
    """A request that is known to be right. `items` has the params of each generation, seeds filled in.

    `words` is the prompt as it was asked for, before `presets` changed it.
    """

    operation: Operation
    offer: Offer
    items: Sequence[Mapping[str, Json]]
    words: str
    presets: Sequence[Mapping[str, str]]
    inputs: Sequence[Mapping[str, Any]]
    aspect: float | None
    seconds: float
    notices: Sequence[Notice]
    account: AccountView

    def to_price(self) -> list[QuoteRequest]:
        """What the quote is made of."""
        return [QuoteRequest(self.offer, self.operation.name, params, self.seconds) for params in self.items]


async def prepare(runtime: Runtime, viewer: Viewer, request: MediaRequest) -> Prepared:
    """Checks a request without writing anything.

    Raises `UnknownOperation`, `UnknownPreset`, `PresetCannot`, `UnknownModel`, `ModelCannot`, `ModelUnavailable`,
    `InvalidParams`, `InputMissing`, `AssetNotFound`: each before anything is held or sent.
    """
    operation = find_operation(request.operation)
    dressed = await dress(runtime, viewer, request)
    request = dressed.request
    offer = _choose(runtime, request)
    params = catalog.check_params(offer, request.operation, request.params)
    sources, account, learnt = await runtime.db.read(
        lambda session: (
            _find_inputs(session, viewer, operation, request.inputs),
            account_of(session, viewer.user_id),
            catalog.learnt_seconds(session, offer.card.id, operation.name, params),
        )
    )
    limits = offer.card.limits.get(operation.name, Limits())
    for source in sources.values():
        _check_input(source, limits)
    return Prepared(
        operation=operation,
        offer=offer,
        items=[_with_seed(params, position) for position in range(request.count)],
        words=dressed.words,
        presets=dressed.used,
        inputs=[_frozen(role, source) for role, source in sources.items()],
        aspect=_aspect(params, sources),
        seconds=learnt or offer.card.typical_seconds.get(operation.name, 30.0),
        notices=[*dressed.notices, *await _advice(runtime, offer, operation, params)],
        account=account,
    )


def _choose(runtime: Runtime, request: MediaRequest) -> Offer:
    if request.model != "auto":
        return runtime.catalog.choose(request.model, request.operation)
    able = runtime.catalog.orderable(request.operation)
    if not able:
        raise catalog.ModelUnavailable(f"No model on offer does {request.operation}.")
    return min(able, key=lambda offer: (min((rule.cost_usd for rule in offer.prices), default=0), offer.card.id))


async def quote(runtime: Runtime, viewer: Viewer, request: MediaRequest) -> QuoteView:
    """What a request will cost; nothing is written or spent. Raises as `prepare`."""
    prepared = await prepare(runtime, viewer, request)
    return runtime.quoter.quote(prepared.to_price(), metered=prepared.account.metered, notices=prepared.notices)


def _find_inputs(
    session: Session, viewer: Viewer, operation: Operation, given: Mapping[str, InputRef]
) -> dict[str, AssetView]:
    unknown = [name for name in given if operation.role(name) is None]
    missing = [role.name for role in operation.roles if role.required and role.name not in given]
    if unknown or missing:
        fields = dict.fromkeys(unknown, f"{operation.title} takes no such input.")
        fields |= dict.fromkeys(missing, f"{operation.title} needs this input.")
        raise InputMissing(f"The inputs do not fit {operation.name}.", fields=fields)
    found = {name: _find_input(session, viewer, ref) for name, ref in given.items()}
    for name, source in found.items():
        role = operation.role(name)
        if role is not None and source.kind != role.kind:
            wrong = f"{operation.title} needs {role.kind.value} here, and this is {source.kind}."
            raise InputMissing(f"The inputs do not fit {operation.name}.", fields={name: wrong})
    return found


def _find_input(session: Session, viewer: Viewer, ref: InputRef) -> AssetView:
    if ref.asset is not None:
        return source_file_of(session, viewer.user_id, ref.asset)
    view = generation_view(session, find_row(session, viewer.user_id, ref.generation or ""))
    if not view.assets:
        raise InputMissing("This generation has no result that could be used. Wait until it has succeeded.")
    return view.assets[0]


def _check_input(source: AssetView, limits: Limits) -> None:
    pixels = (source.width or 0) * (source.height or 0)
    if limits.input_pixels is not None and pixels > limits.input_pixels:
        megapixels = limits.input_pixels / 1_000_000
        raise InputMissing(
            f"The picture is {source.width} x {source.height}; this model takes up to {megapixels:g} megapixels."
        )


def _with_seed(params: Mapping[str, Json], position: int) -> dict[str, Json]:
    if "seed" not in params:
        return dict(params)
    seed = params["seed"]
    return {**params, "seed": new_seed() if not isinstance(seed, int) else seed + position}


def _frozen(role: str, source: AssetView) -> dict[str, Any]:
    return {
        "role": role,
        "asset_id": source.id,
        "sha256": source.sha256,
        "mime": source.mime,
        "size_bytes": source.size_bytes,
        "width": source.width,
        "height": source.height,
        "title": source.title,
    }


def _aspect(params: Mapping[str, Json], sources: Mapping[str, AssetView]) -> float | None:
    aspect = params.get("aspect")
    if isinstance(aspect, str):
        width, height = aspect.split(":")
        return int(width) / max(1, int(height))
    for source in sources.values():
        if source.width and source.height:
            return source.width / source.height
    return None


async def _advice(runtime: Runtime, offer: Offer, operation: Operation, params: Mapping[str, Json]) -> Sequence[Notice]:
    provider = runtime.providers[offer.provider]
    if isinstance(provider, Advises):
        return await provider.advise(offer.card.id, operation.name, params)
    return ()
