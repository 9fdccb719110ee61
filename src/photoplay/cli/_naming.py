"""Clients and campaigns by the names that people gave them."""

from typing import Any, Final

from photoplay.cli._client import Client
from photoplay.core.errors import BadInput

CLIENTS: Final = "/api/v1/clients"
CAMPAIGNS: Final = "/api/v1/campaigns"


async def campaign_named(client: Client, named: str) -> dict[str, Any]:
    """The campaign of this name or id, also an archived one. Raises `BadInput`."""
    items = (await client.call("GET", f"{CAMPAIGNS}?archived=true"))["items"]
    found: dict[str, Any] | None = next((one for one in items if named in (one["id"], one["name"])), None)
    if found is None:
        raise BadInput(f'You have no campaign "{named}". `photoplay campaigns list` shows all. Nothing was charged.')
    return found


async def name_campaign(client: Client, wanted: dict[str, Any]) -> None:
    """Puts the id of a campaign where a request has its name. Raises `BadInput`."""
    if wanted.get("campaign_id"):
        wanted["campaign_id"] = (await campaign_named(client, wanted["campaign_id"]))["id"]
