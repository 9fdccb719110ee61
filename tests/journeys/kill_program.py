"""The program that `test_kill.py` runs: studios that kill themselves at a named point, before a vendor that bills in a file.

It loads everything once and forks a process for each plan it reads on stdin, so that dying is cheap.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from photoplay import accounts, credits, generation
from photoplay.accounts import Viewer
from photoplay.bootstrap import Studio, open_studio
from photoplay.core import clock
from photoplay.core.folder import FolderLock
from photoplay.core.http import Http
from photoplay.core.money import Credits
from photoplay.core.settings import Settings
from photoplay.events import Hub
from photoplay.media import MediaWorker
from photoplay.providers import Delivery, LocalFile, Order, Ticket, Waiting
from photoplay.storage import Storage
from photoplay.web.server import serve_studio, take_port
from tests.chained import ChainVendor, a_batch, drawing, editing
from tests.factories import picture
from tests.scripted import ScriptedProvider, png

GRANTED: Final = 1000
LONGEST_SECONDS: Final = 60


@dataclass(frozen=True)
class Plan:
    """One life of a studio: how many pictures are asked for at its start, and where it kills itself, if anywhere."""

    data: str
    bill: str
    member: str = ""
    ask: int = 0
    kill_at: str = ""
    recovery: str = "key"
    answers_with_file: bool = False
    until_finished: bool = False
    """Whether to go on until the renditions are there, and not only until the generations have ended."""
    terms: int = 0
    """How often it tells itself to stop while an order is on its way. It is then served over HTTP, as a user does."""
    chain: bool = False
    """Whether one batch is asked for at its start: a picture, edited, and edited again."""
    hours_later: float = 0
    """How much later its clock says that it is."""


class Bill:
    """What the vendor knows, in a folder of its own: it survives every kill, and every charge is a line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def note(self, name: str, order_id: str) -> None:
        """Adds a line: `sent` or `charged`."""
        with (self.folder / name).open("a") as file:
            file.write(f"{order_id}\n")

    def lines(self, name: str) -> list[str]:
        """The orders noted under this name."""
        path = self.folder / name
        return path.read_text().split() if path.exists() else []


class KillingStorage:
    """The storage, but the process dies when a file has just been stored."""

    def __init__(self, inner: Storage, die_at: Callable[[str], None]) -> None:
        self._inner, self._die_at = inner, die_at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def put_file(self, key: str, path: Path, *, may_link: bool = False) -> bool:
        """Stores, then dies."""
        is_new = await self._inner.put_file(key, path, may_link=may_link)
        self._die_at("stored")
        return is_new


class KillingMedia:
    """The media worker, but the process dies before or after a file gets its marks."""

    def __init__(self, inner: MediaWorker, die_at: Callable[[str], None]) -> None:
        self._inner, self._die_at = inner, die_at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def mark(self, *args: Any, **kwargs: Any) -> Any:
        """Marks between two deaths."""
        self._die_at("fetching")
        marked = await self._inner.mark(*args, **kwargs)
        self._die_at("marked")
        return marked


class SlowVendor(ScriptedProvider):
    """Is told to stop while the first order is on its way to it, and takes the order only then."""

    terms: int = 0

    async def submit(self, order: Order, http: Http) -> Ticket | Delivery:
        """Asked to leave once, it answers after a while; asked twice, never."""
        terms, self.terms = self.terms, 0
        for number in range(terms):
            os.kill(os.getpid(), signal.SIGTERM)
            await (asyncio.sleep(0.2) if number == 0 else _wait_stubbornly())
        return await super().submit(order, http)


async def _wait_stubbornly() -> None:
    """As a call in a thread does, which cannot be cancelled."""
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()


def vendor(plan: Plan, die_at: Callable[[str], None]) -> ScriptedProvider:
    """Takes an order once per key (or each time, without keys), is done at the third look, and bills what it takes."""
    bill = Bill(Path(plan.bill))
    looks: dict[str, int] = {}

    def _submit(order: Order) -> Ticket | Delivery:
        die_at("before-send")
        bill.note("sent", order.id)
        if plan.recovery != "key" or order.id not in bill.lines("charged"):
            bill.note("charged", order.id)
        die_at("taken")
        return _delivery(order) if plan.answers_with_file else Ticket({"order": order.id})

    def _check(order: Order) -> Waiting | Delivery:
        looks[order.id] = looks.get(order.id, 0) + 1
        if looks[order.id] == 1:
            die_at("answered")
        if looks[order.id] < 3:
            return Waiting(progress=30.0 * looks[order.id])
        die_at("waiting")
        return _delivery(order)

    if plan.chain:
        return ChainVendor(on_submit=_submit, on_check=_check, recovery=plan.recovery)
    made = SlowVendor(on_submit=_submit, on_check=_check, recovery=plan.recovery)
    made.terms = plan.terms
    return made


def _delivery(order: Order) -> Delivery:
    path = order.spool / "picture.png"
    path.write_bytes(png(shade=sum(order.id.encode()) % 200))
    return Delivery(files=(LocalFile(path, "image/png"),))


async def live(plan: Plan) -> None:
    """One life, to its end or to its kill."""

    def die_at(point: str) -> None:
        if point == plan.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    settings = Settings(data=Path(plan.data), port=0)
    settings = settings.model_copy(update={"port": take_port(settings)})
    lock = FolderLock(settings.data)
    studio = await open_studio(settings, providers=(vendor(plan, die_at),))
    runtime = studio.runtime
    runtime.storage = KillingStorage(runtime.storage, die_at)
    runtime.media = KillingMedia(runtime.media, die_at)  # type: ignore[assignment]
    watching = asyncio.create_task(_die_of_news(runtime.hub, plan.member, die_at))
    member = Viewer(plan.member, "Mara", "member")
    for number in range(0 if plan.chain else plan.ask):
        wanted = picture(model="scripted:paid", prompt=f"calm ocean {number}")
        await generation.request(runtime, member, wanted)
    if plan.chain and plan.ask:
        await generation.request_batch(runtime, member, a_batch(drawing(), editing(0), editing(1)))
    die_at("queued")
    if plan.terms:
        await serve_studio(studio, ready=lambda link: None)
    else:
        await studio.start()
        await _until_over(studio, plan)
        await studio.stop()
    watching.cancel()
    lock.release()


async def make_member(plan: Plan) -> None:
    """A new studio with one member who has credits; her id goes into the bill's folder."""
    studio = await open_studio(Settings(data=Path(plan.data)), providers=(ScriptedProvider(),))

    def _make(session: Any) -> str:
        user = accounts.create_user(session, "Mara")
        credits.open_account(session, user.id, metered=True)
        credits.grant(session, user.id, Credits(GRANTED), key="Mara")
        return user.id

    Bill(Path(plan.bill)).note("member", await studio.runtime.db.write(_make))
    await studio.start()
    await studio.stop()


async def _die_of_news(hub: Hub, owner_id: str, die_at: Callable[[str], None]) -> None:
    subscription = hub.listen(owner_id)
    while True:
        message = await subscription.next()
        if message.event is not None:
            die_at(message.event.event)
        if message.type == "closed":
            hub.leave(owner_id, subscription)
            return


async def _until_over(studio: Studio, plan: Plan) -> None:
    """Every news is a reason to look."""
    db, subscription = studio.runtime.db, studio.runtime.hub.listen(plan.member)
    while True:
        page = await db.read(lambda session: generation.generations_of(session, plan.member, limit=100))
        files = [set(asset.files) for item in page.items for asset in item.assets]
        is_finished = all("avif" in roles for roles in files) or not plan.until_finished
        if is_finished and all(_is_decided(item.status, plan) for item in page.items):
            break
        await subscription.next()
    engine = studio.runtime.engine
    ended = [item.id for item in page.items if item.status != generation.Status.UNCERTAIN]
    while any(engine.is_running(generation.WORKFLOW, one) for one in ended):  # noqa: ASYNC110 - they tell nobody
        await asyncio.sleep(0.01)


def _is_decided(status: str, plan: Plan) -> bool:
    """Whether nothing more will come of it in this life."""
    is_left = status == generation.Status.UNCERTAIN and not plan.hours_later
    return is_left or generation.Status(status).is_final


def _serve() -> None:
    """Forks a life for each line on stdin and tells how it ended; negative: by that signal."""
    for line in sys.stdin:
        facts = json.loads(line)
        work = make_member if facts.pop("make") else live
        pid = os.fork()
        if pid == 0:
            _end_with(work, Plan(**facts))
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        sys.stdout.flush()


def _end_with(work: Callable[[Plan], Any], plan: Plan) -> None:
    signal.alarm(LONGEST_SECONDS)
    os.dup2(os.open(Path(plan.bill) / "stderr", os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    code, later = 1, timedelta(hours=plan.hours_later)
    try:
        with clock.set_clock(lambda: datetime.now(UTC) + later):
            asyncio.run(work(plan))
        code = 0
    except Exception:  # noqa: BLE001 - told to who runs the tests, by the exit code too
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def to_line(plan: Plan, *, make: bool = False) -> str:
    """A plan as the program reads it."""
    return json.dumps({**asdict(plan), "make": make}) + "\n"


if __name__ == "__main__":
    _serve()
