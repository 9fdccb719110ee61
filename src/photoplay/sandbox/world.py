"""What all simulated vendors share: book, faults, media, hooks, and the way an order is taken and answered."""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, Literal

from starlette.responses import Response

from photoplay.sandbox.answers import Cut, Dripping
from photoplay.sandbox.book import Book, Job, Outcome
from photoplay.sandbox.faults import Faults
from photoplay.sandbox.stock import Stock
from photoplay.sandbox.webhooks import Webhooks

Trouble = Literal["throttled", "server-error", "no-credit", "bad-key"]
TroubleAnswer = Callable[[Trouble, float], Response]
"""How a vendor words a trouble; the seconds are for `Retry-After`."""
_OUTCOMES: Final[Mapping[str, Outcome]] = {
    "failed": "failed",
    "refused-content": "refused-content",
    "vendor-cancelled": "vendor-cancelled",
}


@dataclass
class World:
    """One running sandbox. `url` is where it is reached; `pace` multiplies every latency (0.1: ten times as fast)."""

    url: str
    book: Book
    stock: Stock
    webhooks: Webhooks
    faults: Faults = field(default_factory=Faults)
    pace: float = 1.0

    async def gate(self, vendor: str, trouble: TroubleAnswer) -> Response | None:
        """What goes wrong before anything is taken; None: go on."""
        fault = self.faults.take(vendor, "never-arrived", "throttled", "server-error", "no-credit", "bad-key")
        if fault is None:
            return None
        if fault.kind == "never-arrived":
            return Cut()
        return trouble(fault.kind, fault.seconds)  # type: ignore[arg-type]

    def take(
        self,
        vendor: str,
        model: str,
        *,
        seconds: float,
        cost_usd: Decimal,
        job_id: str | None = None,
        reference: str | None = None,
        bills: tuple[Outcome, ...] = ("succeeded",),
        facts: Mapping[str, Any] | None = None,
    ) -> Job:
        """Takes an order: it is kept and billed. `bills`: the outcomes that this vendor charges for."""
        fault = self.faults.take(vendor, "failed", "refused-content", "vendor-cancelled", "wrong-duration")
        outcome = _OUTCOMES.get(fault.kind, "succeeded") if fault is not None else "succeeded"
        own = job_id or secrets.token_hex(12)
        job = Job(
            vendor=vendor,
            id=own,
            model=model,
            reference=reference or own,
            made_at=time.time(),  # noqa: TID251 - the vendor's own clock
            seconds=seconds * self.pace,
            outcome=outcome,
            facts={**(facts or {}), "wrong_duration": fault is not None and fault.kind == "wrong-duration"},
        )
        self.book.keep(job)
        if outcome in bills:
            self.book.charge(job, cost_usd)
        return job

    async def answer(self, vendor: str, response: Response, trouble: TroubleAnswer) -> Response:
        """The answer to an order that was taken, or what becomes of it on its way."""
        fault = self.faults.take(vendor, "answer-lost", "error-after", "slow-drip", "hang")
        match fault.kind if fault is not None else None:
            case "answer-lost":
                return Cut()
            case "error-after":
                return trouble("server-error", 0)
            case "slow-drip" if fault is not None:
                return Dripping(response, fault.seconds * self.pace)
            case "hang" if fault is not None:
                await asyncio.sleep(fault.seconds)
                return Cut()
            case _:
                return response

    async def work(self, seconds: float) -> None:
        """Takes the time that a vendor takes which answers with the result."""
        await asyncio.sleep(seconds * self.pace)

    def cancel(self, job: Job, *, forgives: bool) -> Job:
        """Cancels a job that is not over, as its customer asks. `forgives`: the vendor does not bill it."""
        if job.is_over:
            return job
        if forgives:
            self.book.forgive(job)
        return self.book.change(replace(job, seconds=0), outcome="cancelled")

    def seconds_of(self, job: Job, asked: float) -> float:
        """How long a film or sound really is: what was asked for, or something else on demand."""
        return asked / 2 if job.facts.get("wrong_duration") else asked
