"""Where a payment provider calls: `POST /hooks/{provider}/checkout`. Its signature is the proof; told twice counts once."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from photoplay import credits
from photoplay.credits import NoCheckout
from photoplay.web.deps import StudioDep
from photoplay.web.hooks import Pace, pace_of

router = APIRouter(include_in_schema=False)


@router.post("/hooks/{provider}/checkout", status_code=204)
async def told(request: Request, studio: StudioDep, pace: Annotated[Pace, Depends(pace_of)], provider: str) -> Response:
    """Grants what was paid. Other news of the provider is heard and changes nothing."""
    pace.check(request.client.host if request.client else "")
    checkout = studio.checkout
    if checkout is None or checkout.name != provider:
        raise NoCheckout("No payments are taken by this provider here.")
    body = await request.body()
    paid = checkout.read_call({name.lower(): value for name, value in request.headers.items()}, body)
    if paid is not None:
        await studio.runtime.db.write(lambda session: credits.complete(session, studio.runtime.hub, paid))
    return Response(status_code=204)
