"""Tries an account at a vendor, without ordering anything."""

from photoplay.catalog.errors import CannotTest
from photoplay.catalog.health import CheckView, note_check
from photoplay.catalog.vendor_accounts import VendorAccounts
from photoplay.catalog.vendor_views import without_secrets
from photoplay.core.db import Database
from photoplay.core.http import Http
from photoplay.providers import Health, ProviderError, ProviderSettings, Tests


async def try_account(
    db: Database, http: Http, vendors: VendorAccounts, *, provider_name: str, account_id: str
) -> CheckView:
    """Asks the vendor and keeps what it says. Raises `UnknownProvider`, `AccountNotFound`, `SealBroken`, `CannotTest`."""
    subject, access = await db.read(lambda session: vendors.test_subject(session, provider_name, account_id))
    provider: object = vendors.provider(provider_name)
    if not isinstance(provider, Tests):
        raise CannotTest("This vendor has nothing that could be asked for free. The first order will show it.")
    health = await _ask(provider, access, http)
    return await db.write(lambda session: note_check(session, subject, health))


async def _ask(provider: Tests, access: ProviderSettings, http: Http) -> Health:
    if access.missing():
        return Health(is_ok=False, message=f"Without a key nothing can be asked: {', '.join(access.missing())}.")
    try:
        health = await provider.test(access, http)
    except ProviderError as error:
        return Health(is_ok=False, message=without_secrets(error.message, access))
    return Health(health.is_ok, without_secrets(health.message, access), health.balance)
