"""What the simulated vendors remember: the jobs they took and the bill. One file, so that both survive a restart."""

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["succeeded", "failed", "refused-content", "vendor-cancelled", "cancelled"]

_TABLES = """
CREATE TABLE IF NOT EXISTS jobs (vendor TEXT, id TEXT, made_at REAL, body TEXT, PRIMARY KEY (vendor, id));
CREATE TABLE IF NOT EXISTS charges
    (number INTEGER PRIMARY KEY, vendor TEXT, job TEXT, model TEXT, reference TEXT, cost_usd TEXT, at REAL);
"""


@dataclass(frozen=True)
class Job:
    """One thing that a vendor took. How far it is follows from the clock, so nothing runs in the background."""

    vendor: str
    id: str
    model: str
    reference: str
    """Our order id where the vendor's API lets one travel, else the vendor's own id."""
    made_at: float
    """Seconds since 1970."""
    seconds: float
    """How long it takes."""
    outcome: Outcome = "succeeded"
    """What it comes to when its time is over; `cancelled` holds at once."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What this vendor keeps of it: the request, sizes, links."""

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        if self.outcome == "cancelled" or self.seconds <= 0:
            return 1.0
        return max(0.0, min(1.0, (time.time() - self.made_at) / self.seconds))  # noqa: TID251 - the vendor's own clock

    @property
    def is_over(self) -> bool:
        """Whether `outcome` holds."""
        return self.progress >= 1


class Book:
    """Keeps jobs and charges. Each call takes some microseconds: it may be used on the event loop."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Lets go of the file."""
        self._database.close()

    def keep(self, job: Job) -> None:
        """Writes a job, new or changed."""
        facts = {name: getattr(job, name) for name in ("model", "reference", "seconds", "outcome")}
        body = json.dumps({**facts, "facts": dict(job.facts)})
        self._database.execute(
            "INSERT OR REPLACE INTO jobs VALUES (?, ?, ?, ?)", (job.vendor, job.id, job.made_at, body)
        )

    def find(self, vendor: str, job_id: str) -> Job | None:
        """One job of a vendor."""
        query = "SELECT vendor, id, made_at, body FROM jobs WHERE vendor = ? AND id = ?"
        row = self._database.execute(query, (vendor, job_id)).fetchone()
        return None if row is None else _job(row)

    def by_reference(self, vendor: str, reference: str) -> Job | None:
        """The first job that came with this reference, where a vendor guards against sending twice."""
        return next((job for job in reversed(self.recent(vendor, 0, most=10_000)) if job.reference == reference), None)

    def recent(self, vendor: str, since: float, *, most: int = 100) -> list[Job]:
        """The jobs made after a moment, the newest first."""
        query = (
            "SELECT vendor, id, made_at, body FROM jobs WHERE vendor = ? AND made_at > ? ORDER BY made_at DESC LIMIT ?"
        )
        return [_job(row) for row in self._database.execute(query, (vendor, since, most))]

    def change(self, job: Job, *, outcome: Outcome | None = None, **facts: Any) -> Job:
        """A job with another outcome, or with more facts; it is written."""
        changed = replace(job, outcome=outcome or job.outcome, facts={**job.facts, **facts})
        self.keep(changed)
        return changed

    def charge(self, job: Job, cost_usd: Decimal) -> None:
        """Bills a job. Every call is one charge: a vendor that takes an order twice bills twice."""
        values = (job.vendor, job.id, job.model, job.reference, str(cost_usd), time.time())  # noqa: TID251
        insert = "INSERT INTO charges (vendor, job, model, reference, cost_usd, at) VALUES (?, ?, ?, ?, ?, ?)"
        self._database.execute(insert, values)

    def forgive(self, job: Job) -> None:
        """Takes the charges of a job off the bill, as a vendor does that refunds a failure or a cancel."""
        self._database.execute("DELETE FROM charges WHERE vendor = ? AND job = ?", (job.vendor, job.id))

    def bill(self) -> list[dict[str, Any]]:
        """Every charge really made, the first first: vendor, model, reference, cost_usd, at."""
        query = "SELECT vendor, model, reference, cost_usd, at FROM charges ORDER BY number"
        names = ("vendor", "model", "reference", "cost_usd", "at")
        return [dict(zip(names, row, strict=True)) for row in self._database.execute(query)]

    def reset(self) -> None:
        """Forgets everything."""
        self._database.executescript("DELETE FROM jobs; DELETE FROM charges;")


def _job(row: tuple[str, str, float, str]) -> Job:
    return Job(vendor=row[0], id=row[1], made_at=row[2], **json.loads(row[3]))
