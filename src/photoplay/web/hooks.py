"""Where vendors call when an order has news: `POST /hooks/{provider}/{token}`. The token and the signature are the proof."""

from collections import deque
from datetime import datetime, timedelta
from math import ceil
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from photoplay import generation
from photoplay.core import clock
from photoplay.core.errors import TooMany
from photoplay.web.deps import StudioDep

router = APIRouter(include_in_schema=False)
MOST: Final = 600
WITHIN: Final = timedelta(minutes=1)
_ADDRESSES: Final = 10_000


class TooManyCalls(TooMany):
    """More calls came to the hooks from one address than vendors send."""

    code = "too_many_calls"


class Pace:
    """How often an address has called lately, in memory."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._calls: dict[str, deque[datetime]] = {}

    def check(self, address: str) -> None:
        """Counts a call. Raises `TooManyCalls` when this address has to wait."""
        if len(self._calls) > _ADDRESSES:
            self._calls.clear()
        calls, now = self._calls.setdefault(address, deque()), clock.now()
        while calls and calls[0] <= now - WITHIN:
            calls.popleft()
        if len(calls) >= self._most:
            seconds = ceil((calls[0] + WITHIN - now).total_seconds())
            raise TooManyCalls(f"Too many calls. Try again in {seconds} s.", retry_after_seconds=seconds)
        calls.append(now)


def pace_of(request: Request) -> Pace:
    """The pace of this process."""
    pace: Pace = request.app.state.hook_pace
    return pace


@router.post("/hooks/{provider}/{token}", status_code=204)
async def receive(
    request: Request, studio: StudioDep, pace: Annotated[Pace, Depends(pace_of)], provider: str, token: str
) -> Response:
    """Takes one call of a vendor. What it says is not believed: whoever waits for the order asks the vendor now."""
    pace.check(request.client.host if request.client else "")
    body = await request.body()
    headers = {name.lower(): value for name, value in request.headers.items()}
    await generation.receive_call(studio.runtime, provider, token, headers=headers, body=body)
    return Response(status_code=204)
