"""From rows to what a provider gets, and back: orders, their inputs and their tickets."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from photoplay.accounts import link_epoch_of
from photoplay.generation.runtime import Runtime
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.providers import Input, Order, ProviderSettings, Ticket
from photoplay.storage import blob_key


async def order_of(runtime: Runtime, row: GenerationRow, order: OrderRow) -> Order:
    """The order as it was sent, built from what is frozen in the rows, with the account it was given to.

    Its spool folder exists. Raises `SealBroken` when the account's keys cannot be opened.
    """
    spool = runtime.spool_of(order.id)
    spool.mkdir(parents=True, exist_ok=True)
    return Order(
        id=order.id,
        model=order.model,
        operation=row.operation,
        params=order.request["params"],
        inputs=tuple(_input(runtime, entry, address) for entry, address in await _with_links(runtime, row)),
        spool=spool,
        access=await access_of(runtime, order),
        webhook=_webhook(runtime, order),
        described=runtime.catalog.find(order.model).described,
    )


async def access_of(runtime: Runtime, order: OrderRow) -> ProviderSettings:
    """The account at the vendor that an order was given to, also after it was switched off. Raises `SealBroken`."""
    vendors = runtime.vendors
    known = vendors.access_at_hand(order.provider, order.account_id)
    if known is not None:
        return known
    return await runtime.db.read(lambda session: vendors.access(session, order.provider, order.account_id))


def ticket_of(order: OrderRow) -> Ticket:
    """The ticket of an accepted order."""
    return Ticket(order.ticket or {})


def _webhook(runtime: Runtime, order: OrderRow) -> str | None:
    return runtime.public.hook(order.provider, order.id) if runtime.receives(order.provider) else None


async def _with_links(runtime: Runtime, row: GenerationRow) -> list[tuple[dict[str, Any], str | None]]:
    """Each input with a link to it that its vendor can reach, where the studio has a public address."""
    if not row.inputs or not runtime.public.are_there:
        return [(entry, None) for entry in row.inputs]
    epoch = await runtime.db.read(lambda session: link_epoch_of(session, row.owner_id))
    return [(entry, _link(runtime, entry, epoch)) for entry in row.inputs]


def _link(runtime: Runtime, entry: dict[str, Any], epoch: int) -> str | None:
    role = entry.get("rendition", "original")
    return runtime.public.link(entry["asset_id"], role, entry["sha256"], entry["mime"], epoch=epoch)


def _input(runtime: Runtime, entry: dict[str, Any], address: str | None) -> Input:
    key = blob_key(entry["sha256"])

    def _open() -> AsyncIterator[bytes]:
        return runtime.storage.open_range(key)

    local: Callable[[], Path | None] = lambda: runtime.storage.local_path(key)  # noqa: E731
    return Input(
        role=entry["role"],
        mime=entry["mime"],
        size_bytes=entry["size_bytes"],
        sha256=entry["sha256"],
        open=_open,
        local_path=local,
        address=address,
        width=entry["width"],
        height=entry["height"],
        clear=runtime.media.clear_mask if entry["role"] == "mask" else None,
    )
