"""The program that `test_several_workers.py` runs: one worker, before a vendor that notes in a folder what it takes.

Its plan comes as JSON in the first argument. It says `ready` when it works, and dies at the point that the plan names.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from photoplay.bootstrap import hold_place, open_studio
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.media import MediaWorker
from photoplay.providers import Delivery, LocalFile, Order, Ticket, Waiting
from tests.scripted import ScriptedProvider, png


@dataclass(frozen=True)
class Plan:
    """One worker: where its studio is, and how its vendor answers."""

    data: str
    database_url: str
    vendor: str
    lease_seconds: int = 3
    recovery: str = "none"
    answers_with_file: bool = False
    kill_at_fetch: bool = False


class Vendor(ScriptedProvider):
    """Is done with everything as soon as the file `go` lies in its folder, and with nothing before."""

    plan: Plan

    @property
    def folder(self) -> Path:
        """What all workers see of this vendor."""
        return Path(self.plan.vendor)

    async def submit(self, order: Order, http: Http) -> Ticket | Delivery:
        """Takes the order and notes who sent it."""
        with (self.folder / "sent").open("a") as file:
            file.write(f"{order.id} {os.getpid()}\n")
        return _delivery(order) if self.plan.answers_with_file else Ticket({"order": order.id})

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """Paints, and shows how far it is."""
        if (self.folder / "go").exists():
            return _delivery(order)
        if (self.folder / f"cancelled-{order.id}").exists():
            self.cancelled.add(order.id)
            return await super().check(ticket, order, http)
        sketch = order.spool / "sketch.png"
        sketch.write_bytes(png(shade=40))
        return Waiting(progress=40.0, word="Painting", previews=(LocalFile(sketch, "image/png"),))

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Stops the order."""
        (self.folder / f"cancelled-{order.id}").touch()


class DyingMedia:
    """The media worker, but the process dies when the first file is to get its marks."""

    def __init__(self, inner: MediaWorker) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def mark(self, *args: Any, **kwargs: Any) -> Any:
        """Dies."""
        os.kill(os.getpid(), signal.SIGKILL)


def _delivery(order: Order) -> Delivery:
    path = order.spool / "picture.png"
    path.write_bytes(png(shade=sum(order.id.encode()) % 200))
    return Delivery(files=(LocalFile(path, "image/png"),))


async def work(plan: Plan) -> None:
    """Works until it is told to stop, by a signal or by the operator."""
    settings = Settings(data=Path(plan.data), DATABASE_URL=plan.database_url, lease_seconds=plan.lease_seconds)  # type: ignore[call-arg]
    own, lock = hold_place(settings)
    vendor = Vendor(recovery=plan.recovery)
    vendor.plan = plan
    studio = await open_studio(own, providers=(vendor,), kind="work")
    if plan.kill_at_fetch:
        studio.runtime.media = DyingMedia(studio.runtime.media)  # type: ignore[assignment]
    stopping = asyncio.Event()
    studio.presence.on_sent_away = stopping.set
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await studio.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await stopping.wait()
    await studio.stop()
    lock.release()


def to_argument(plan: Plan) -> str:
    """A plan as the program reads it."""
    return json.dumps(asdict(plan))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(work(Plan(**json.loads(sys.argv[1]))))
