"""Takes the calls of vendors: proved to be theirs, counted once, and never believed. They only wake who then asks."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from photoplay import jobs
from photoplay.catalog import note_call
from photoplay.core import clock
from photoplay.core.db import after_commit
from photoplay.core.errors import NotFound, Unauthenticated
from photoplay.core.log import Log
from photoplay.generation.order_ids import generation_of_order
from photoplay.generation.orders import access_of
from photoplay.generation.runtime import Runtime
from photoplay.generation.tables import OrderRow
from photoplay.generation.tickets import note_number
from photoplay.providers import Callback, Forged, ProviderSettings, Receives

_log = Log("hooks")


class HookNotFound(NotFound):
    """There is no such hook: the provider sends no calls, or the token is not one of this studio."""

    code = "hook_not_found"


class HookForged(Unauthenticated):
    """A call to a hook that is not proved to be the vendor's, or is too old."""

    code = "hook_forged"


async def receive_call(runtime: Runtime, provider: str, token: str, *, headers: Mapping[str, str], body: bytes) -> None:
    """Wakes the generation that a vendor's call is about; a call that came before its ticket waits for it.

    `headers` have their names in lower case. Raises `HookNotFound`, `HookForged`.
    """
    vendor: object = runtime.providers.get(provider)
    order_id = runtime.public.order_of_token(provider, token)
    if not isinstance(vendor, Receives) or order_id is None:
        raise HookNotFound("There is no such hook.")
    callback = await _verified(runtime, vendor, provider, order_id, token=token, headers=headers, body=body)
    await runtime.db.write(lambda session: _take(session, runtime, provider, order_id, callback))


async def _verified(
    runtime: Runtime,
    vendor: Receives,
    provider: str,
    order_id: str,
    *,
    token: str,
    headers: Mapping[str, str],
    body: bytes,
) -> Callback:
    reasons = []
    for access in await _accesses(runtime, provider, order_id):
        try:
            return vendor.verify(headers, body, access, secret=token, now=clock.now())
        except Forged as forged:
            reasons.append(forged.message)
    reason = " ".join(dict.fromkeys(reasons))
    _log.warning("hook.forged", provider=provider, order=order_id, reason=reason)
    await runtime.db.write(lambda session: note_call(session, provider, reason or "No account could check it."))
    raise HookForged("This call is not taken.")


async def _accesses(runtime: Runtime, provider: str, order_id: str) -> list[ProviderSettings]:
    """The account that an order was given to; without an order every account of the provider."""
    if not order_id:
        return await runtime.db.read(
            lambda session: [account.access for account in runtime.vendors.usable(session, provider)]
        )
    order = await runtime.db.read(lambda session: session.get(OrderRow, order_id))
    if order is None:
        raise HookNotFound("There is no such hook.")
    return [await access_of(runtime, order)]


def _take(session: Session, runtime: Runtime, provider: str, order_id: str, callback: Callback) -> None:
    """Wakes whoever waits for what a new call is about. One that was taken before, or is about nothing known, does nothing."""
    note_call(session, provider)
    if jobs.take_call(session, provider, key=callback.key, reference=callback.reference):
        subject = _subject(session, provider, order_id, callback)
        if subject is not None:
            runtime.wake_after(session, generation_of_order(subject))
            after_commit(session, runtime.rescue_soon)


def _subject(session: Session, provider: str, order_id: str, callback: Callback) -> str | None:
    """The order that a call is about; None as long as nothing is known of it."""
    if order_id:
        order = session.get(OrderRow, order_id)
        if order is not None:
            note_number(order, callback.reference)
        return order_id
    named = session.get(OrderRow, callback.reference)
    if named is not None and named.provider == provider:
        return named.id
    return jobs.subject_of_call(session, provider, callback.reference)
