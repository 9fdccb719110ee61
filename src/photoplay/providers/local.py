"""The models of this machine: a thin provider over the makers. Free, without a key, and honest about what it paints."""

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from photoplay.core.child import ChildDied, ChildFailed, Line
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.makers import Makers, Reading
from photoplay.providers._contract import Delivery, LocalFile, Notice, Order, Ticket, Waiting
from photoplay.providers._errors import Failed, Invalid, ProviderError
from photoplay.providers._files import local_path
from photoplay.providers._local_cards import CARDS
from photoplay.providers._settings import ProviderSettings

SCENE: Final = "local:scene"
OURS_TO_MEND: Final = frozenset({"crashed", "out_of_memory", "encoder", "weights_missing", "unknown_task"})
"""Failures of a maker that are not the fault of what was asked for."""
NEWS_SECONDS: Final = 1.0
OUTCOMES_KEPT: Final = 200
PLAIN: Final = "plain"

_RECORD = "Procedural scene, not a picture by a trained model: it paints places and abstracts, not people or products."
_PLAIN_NOTICE = Notice(
    "plain_renderer",
    "This machine has no OpenGL (libEGL), so scenes are painted plainly and with half the detail. "
    "`photoplay doctor` says what to install.",
)


@dataclass
class _Work:
    """One order on its way. `done` counts in the maker's own unit; `since` is when and where counting began."""

    task: "asyncio.Task[None] | None" = None
    done: float = 0.0
    of: float = 0.0
    word: str = "Waiting for its turn"
    previews: tuple[LocalFile, ...] = ()
    since: tuple[float, float] | None = None
    told_at: float = 0.0
    outcome: Delivery | ProviderError | None = None

    def note(self, line: Line, now: float) -> bool:
        """Takes in a progress line. Says whether it brings something to show that was not there."""
        self.done, self.of, self.word = float(line["done"]), float(line["of"]), str(line.get("word", self.word))
        if self.since is None and self.done > 0:
            self.since = now, self.done
        is_new = bool(line.get("previews"))
        if is_new:
            self.previews = tuple(_file(entry) for entry in line["previews"])
        return is_new

    def waiting(self, now: float) -> Waiting:
        """How far it is."""
        progress = min(100 * self.done / self.of, 99.0) if self.of else 0.0
        return Waiting(progress=progress, seconds_left=self._left(now), word=self.word, previews=self.previews)

    def _left(self, now: float) -> float | None:
        """By the pace so far; None until a fiftieth is done."""
        if self.since is None or self.done - self.since[1] < self.of / 50:
            return None
        began, first = self.since
        return round((now - began) / (self.done - first) * (self.of - self.done), 1)


class LocalProvider:
    """Renders orders in the makers' children. It knows them in memory only: after a restart they begin anew."""

    name = "local"
    settings = ProviderSettings
    cards = CARDS

    def __init__(self, makers: Makers | None = None) -> None:
        self._given = makers
        self._works: dict[str, _Work] = {}
        self._wake: Callable[[str], None] = lambda order_id: None
        self._is_plain = False

    @property
    def makers(self) -> Makers:
        """The children, made at the first use, on the loop."""
        if self._given is None:
            self._given = Makers()
        return self._given

    def on_news(self, wake: Callable[[str], None]) -> None:
        """Wakes at the first preview, at most once a second on progress, and at the end."""
        self._wake = wake

    def quiet_seconds(self) -> float:
        """Seconds since the children last made something."""
        return math.inf if self._given is None else self._given.quiet_seconds()

    async def read(self, prompt: str, params: Mapping[str, Any]) -> Reading:
        """What `local:scene` would paint from these words and settings. Raises `ValidationError` on wrong settings."""
        return await self.makers.read(prompt, params)

    async def advise(self, model: str, operation: str, params: Mapping[str, Any]) -> tuple[Notice, ...]:
        """What is painted instead, where the words ask for what no scene can paint."""
        if model != SCENE:
            return ()
        reading = await self.read(str(params.get("prompt", "")), params)
        notices = tuple(Notice(notice.code, notice.message) for notice in reading.notices)
        return (*notices, _PLAIN_NOTICE) if self._is_plain else notices

    async def submit(self, order: Order, http: Http) -> Ticket:
        """Begins the render and answers at once. The same order again changes nothing."""
        self._work(order)
        return Ticket({"order": order.id})

    async def find(self, order: Order, http: Http) -> Ticket:
        """Always found: an order that is not known begins anew, with the same seed."""
        return await self.submit(order, http)

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Waiting | Delivery:
        """How far it is. Raises `Failed` or `Invalid`, never billed."""
        work = self._work(order)
        match work.outcome:
            case None:
                return work.waiting(asyncio.get_running_loop().time())
            case Delivery():
                return work.outcome
            case ProviderError():
                raise work.outcome

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """Stops at once; returns when the render has let go of its files."""
        work = self._works.setdefault(order.id, _Work())
        if work.outcome is None:
            work.outcome = Failed("Cancelled. Nothing was charged.", billed_usd=Decimal(0))
            await _ended(work)
        self._wake(order.id)

    async def close(self) -> None:
        """Stops every render and ends the children. Orders begin anew after the next start."""
        works, self._works = self._works, {}
        for work in works.values():
            await _ended(work)
        if self._given is not None:
            await self._given.close()

    def _work(self, order: Order) -> _Work:
        if order.id not in self._works:
            work = self._works[order.id] = _Work()
            work.task = asyncio.create_task(self._render(order, work), name=f"render {order.id}")
            self._forget_old()
        return self._works[order.id]

    async def _render(self, order: Order, work: _Work) -> None:
        def on_line(line: Line) -> None:
            now = asyncio.get_running_loop().time()
            if work.note(line, now) or now - work.told_at >= NEWS_SECONDS:
                work.told_at = now
                self._wake(order.id)

        try:
            params, notes = await self._params(order)
            made = await self.makers.make(order.operation, params, on_line)
            work.outcome = self._delivery(made, notes)
        except ChildFailed as failure:
            work.outcome = _failure(failure)
        except ValueError as wrong:
            work.outcome = Invalid(f"A setting does not fit: {wrong}")
        except OSError as trouble:
            work.outcome = Failed(f"The disk did not take the files ({trouble.strerror}). Nothing was charged.")
        except ChildDied as death:
            work.outcome = Failed(f"The renderer stopped twice ({death}). Nothing was charged. Try again.")
        self._wake(order.id)

    async def _params(self, order: Order) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the maker gets, and what the recipe says besides."""
        params: dict[str, Any] = {**order.params, "out_dir": str(order.spool.absolute())}
        if order.model == SCENE:
            reading = await self.read(str(order.params["prompt"]), order.params)
            return params | reading.params, {"note": _RECORD, "notices": [notice.code for notice in reading.notices]}
        if order.inputs:
            params["source"] = str((await local_path(order.inputs[0], order.spool)).absolute())
        return params, {}

    def _delivery(self, made: Line, notes: Mapping[str, Any]) -> Delivery:
        files = tuple(_file(entry) for entry in made["files"])
        self._is_plain = made["metadata"].get("renderer", PLAIN if self._is_plain else "") == PLAIN
        return Delivery(files=files, billed_usd=Decimal(0), metadata={**made["metadata"], **notes})

    def _forget_old(self) -> None:
        over = [order_id for order_id, work in self._works.items() if work.outcome is not None]
        for order_id in over[:-OUTCOMES_KEPT]:
            del self._works[order_id]


def provider(settings: Settings) -> LocalProvider:
    """The local provider; it needs nothing of the settings."""
    return LocalProvider()


async def _ended(work: _Work) -> None:
    """Stops the task of a work and waits until it has tidied up."""
    if work.task is not None:
        work.task.cancel()
        await asyncio.wait({work.task})


def _file(entry: Mapping[str, Any]) -> LocalFile:
    names = ("mime", "role", "width", "height", "duration_seconds", "fps")
    return LocalFile(path=Path(str(entry["path"])), **{name: entry[name] for name in names})


def _failure(failure: ChildFailed) -> ProviderError:
    if failure.code in OURS_TO_MEND:
        return Failed(f"{failure.message} Nothing was charged.")
    return Invalid(failure.message)
