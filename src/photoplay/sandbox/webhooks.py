"""Calls that simulated vendors make to their customers, on time, late, twice, early, forged or never, on demand."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from photoplay.core.calls import Call, CallFailed, make_call
from photoplay.core.http import Http
from photoplay.sandbox.faults import Faults

Signer = Callable[[bytes], Mapping[str, str]]
"""Signs a body: gives the headers that the vendor sends with it."""


@dataclass
class Webhooks:
    """Sends calls in tasks of its own; what is not delivered is tried twice more."""

    http: Http
    faults: Faults
    pace: float = 1.0
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    def send(self, vendor: str, url: str, body: bytes, sign: Signer, *, in_seconds: float) -> None:
        """Makes a call after some seconds. `sign` is asked at that time, as signatures carry the time."""
        task = asyncio.create_task(self._send(vendor, url, body, sign, in_seconds=in_seconds))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Forgets what is not sent yet."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send(self, vendor: str, url: str, body: bytes, sign: Signer, *, in_seconds: float) -> None:
        fault = self.faults.take(
            vendor, "webhook-lost", "webhook-twice", "webhook-early", "webhook-late", "webhook-forged"
        )
        kind = fault.kind if fault is not None else None
        if kind == "webhook-lost":
            return
        late = fault.seconds if fault is not None and kind == "webhook-late" else 0.0
        await asyncio.sleep(0 if kind == "webhook-early" else in_seconds + late * self.pace)
        headers = dict(sign(b"{}" if kind == "webhook-forged" else body))
        for _time in range(2 if kind == "webhook-twice" else 1):
            await self._deliver(url, body, headers)

    async def _deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        call = Call("POST", url, {"Content-Type": "application/json", **headers}, body=body, trusted=url)
        for pause in (0.5, 2.0, None):
            try:
                if (await make_call(self.http, call)).status < 500:
                    return
            except CallFailed:
                pass
            if pause is not None:
                await asyncio.sleep(pause * self.pace)
