"""Your API keys."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from photoplay import accounts
from photoplay.accounts import KeyView
from photoplay.assets import Page
from photoplay.web.deps import StudioDep, UnlimitedDep, ViewerDep

router = APIRouter(prefix="/api/v1", tags=["keys"])


class NewKey(BaseModel):
    """What the key is for."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")
    ]
    requests_per_minute: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Requests for media that it may make a minute; None: no limit of its own."""


class MadeKey(BaseModel):
    """A new key. `secret` is shown this once."""

    key: KeyView
    secret: str


@router.get("/keys", summary="Your API keys")
async def list_keys(studio: StudioDep, viewer: ViewerDep) -> Page[KeyView]:
    """Without the keys themselves: those are shown once, when they are made."""
    keys = await studio.runtime.db.read(lambda session: accounts.keys_of(session, viewer.user_id))
    return Page(items=keys, next_cursor=None)


@router.post("/keys", status_code=201, summary="Make an API key")
async def create(studio: StudioDep, viewer: UnlimitedDep, wanted: NewKey) -> MadeKey:
    """Keep the secret: it is not stored and not shown again. A key with a limit of its own makes none."""
    key, secret = await studio.runtime.db.write(
        lambda session: accounts.create_key(
            session, viewer.user_id, wanted.name, requests_per_minute=wanted.requests_per_minute
        )
    )
    return MadeKey(key=key, secret=secret)


@router.delete("/keys/{key_id}", status_code=204, summary="Revoke an API key")
async def revoke(studio: StudioDep, viewer: ViewerDep, key_id: str) -> Response:
    """It stops working at once."""
    await studio.runtime.db.write(lambda session: accounts.revoke_key(session, viewer.user_id, key_id))
    studio.doorkeeper.recheck(viewer.user_id)
    return Response(status_code=204)
