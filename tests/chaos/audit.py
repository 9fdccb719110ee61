"""What the rows, the files and the vendors' bill say after chaos. Every contradiction is a sentence with the order in it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from photoplay.assets.tables import AssetRow
from photoplay.core.money import usd
from photoplay.credits.tables import AccountRow, EntryRow
from photoplay.generation.status import UNFINISHED
from photoplay.generation.tables import GenerationRow, OrderRow
from photoplay.storage import blob_key

STAMPED: Final = ("stability", "elevenlabs", "google", "openai")
"""Vendors of which only the file itself tells which charge it was made for: the sandbox stamps it."""


@dataclass
class Verdict:
    """The figures of one chaos. Nothing may be in `wrong`."""

    counts: dict[str, int]
    statuses: dict[str, int] = field(default_factory=dict)
    charges: int = 0
    charged_twice: int = 0
    lost: int = 0
    uncertain: int = 0
    uncertain_charged: int = 0
    billed_usd: Decimal = Decimal(0)
    settled_usd: Decimal = Decimal(0)
    wrong: list[str] = field(default_factory=list)

    def table(self) -> str:
        """The figures, a line each."""
        lines = {
            "generations": sum(self.statuses.values()),
            **self.statuses,
            **self.counts,
            "charges on the bill": self.charges,
            "orders charged twice": self.charged_twice,
            "results lost": self.lost,
            "uncertain, listed with their reason": self.uncertain,
            "of these charged": self.uncertain_charged,
            "billed by the vendors": f"${self.billed_usd}",
            "settled in the ledger": f"${self.settled_usd}",
            "contradictions": len(self.wrong),
        }
        rows = [f"  {name:<38} {value!s:>12}" for name, value in lines.items()]
        return "\n".join([*rows, *(f"  ! {sentence}" for sentence in self.wrong)])


@dataclass
class _Books:
    """The rows and the bill, side by side."""

    generations: dict[str, GenerationRow]
    orders: dict[str, OrderRow]
    assets: dict[str, list[AssetRow]]
    entries: list[EntryRow]
    charged: dict[str, list[Decimal]] = field(default_factory=lambda: defaultdict(list))
    """By order."""
    unmatched: list[Mapping[str, Any]] = field(default_factory=list)


def verdict_on(
    database: str, folder: Path, *, bill: Sequence[Mapping[str, Any]], counts: dict[str, int], asked: Sequence[str]
) -> Verdict:
    """Reads everything and judges it. `database` as SQLAlchemy names it; blobs lie in the folders of the studios."""
    engine = create_engine(database)
    with Session(engine) as session:
        books, verdict = _read(session), Verdict(dict(counts))
        verdict.statuses = dict(Counter(row.status for row in books.generations.values()))
        if len(books.generations) != len(asked):
            verdict.wrong.append(f"{len(asked)} were asked for, and there are {len(books.generations)}.")
        _match(books, bill, folder)
        _judge_orders(books, verdict)
        _judge_unmatched(books, verdict)
        _judge_files(books, folder, verdict)
        _judge_money(session, books, verdict)
        verdict.charges, verdict.billed_usd = len(bill), sum((usd(line["cost_usd"]) for line in bill), Decimal(0))
    engine.dispose()
    return verdict


def _read(session: Session) -> _Books:
    assets: dict[str, list[AssetRow]] = defaultdict(list)
    for asset in session.scalars(select(AssetRow)):
        assets[asset.generation_id or ""].append(asset)
    return _Books(
        generations={row.id: row for row in session.scalars(select(GenerationRow))},
        orders={row.id: row for row in session.scalars(select(OrderRow))},
        assets=assets,
        entries=list(session.scalars(select(EntryRow))),
    )


def _match(books: _Books, bill: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Finds the order of each charge: by our id, by the ticket, or by the stamp in the file."""
    by_ticket = {(order.provider, text): order.id for order in books.orders.values() for text in _texts(order.ticket)}
    left = []
    for line in bill:
        reference = str(line["reference"])
        order_id = reference if reference in books.orders else by_ticket.get((line["vendor"], reference))
        if order_id is None:
            left.append(line)
        elif usd(line["cost_usd"]):
            books.charged[order_id].append(usd(line["cost_usd"]))
    stamps = {order.id: _bytes_of(books, order, folder) for order in books.orders.values() if _is_stamped(books, order)}
    for line in left:
        mark = str(line["reference"]).encode()
        order_id = next((order_id for order_id, files in stamps.items() if mark in files), None)
        if order_id is None:
            books.unmatched.append(line)
        else:
            books.charged[order_id].append(usd(line["cost_usd"]))


def _texts(ticket: Mapping[str, Any] | None) -> list[str]:
    return [str(value) for value in (ticket or {}).values() if value is not None]


def _is_stamped(books: _Books, order: OrderRow) -> bool:
    return order.provider in STAMPED and order.status == "delivered" and order.id not in books.charged


def _bytes_of(books: _Books, order: OrderRow, folder: Path) -> bytes:
    return b"".join(path.read_bytes() for asset in books.assets[order.generation_id] if (path := _blob(asset, folder)))


def _blob(asset: AssetRow, folder: Path) -> Path | None:
    return next(folder.glob(f"studio-*/data/blobs/{blob_key(asset.sha256)}"), None)


def _judge_orders(books: _Books, verdict: Verdict) -> None:
    paid_orders: Counter[str] = Counter()
    for order in books.orders.values():
        charges, row = books.charged.get(order.id, []), books.generations[order.generation_id]
        if len(charges) > 1:
            verdict.charged_twice += 1
            verdict.wrong.append(f"{order.id} ({order.model}) was charged {len(charges)} times.")
        paid_orders[row.id] += bool(charges)
        _judge_order(order, row, sum(charges, Decimal(0)), verdict)
    for generation_id, count in paid_orders.items():
        if count > 1:
            verdict.charged_twice += 1
            verdict.wrong.append(f"{generation_id} was charged for {count} of its orders.")


def _judge_order(order: OrderRow, row: GenerationRow, charged: Decimal, verdict: Verdict) -> None:
    """One order against what was charged for it."""
    told = f"{order.id} ({order.model}, {order.status}, {row.status})"
    if order.status == "unknown":
        verdict.uncertain += 1
        verdict.uncertain_charged += bool(charged)
        if row.status == "uncertain" and not order.error:
            verdict.wrong.append(f"{told} is uncertain without a reason.")
        return
    if order.status == "delivered" and row.status == "succeeded":
        if charged != order.billed_usd and order.provider not in STAMPED:
            verdict.wrong.append(f"{told} was charged ${charged}, and ${order.billed_usd} is on it.")
        return
    if order.status == "refused":
        if charged != (order.billed_usd or 0) and (charged or order.ticket is not None):
            verdict.wrong.append(f"{told} was charged ${charged}, and ${order.billed_usd} is on it: {order.error}")
        return
    verdict.lost += bool(charged)
    verdict.wrong.append(f"{told} is left over, charged ${charged}: {order.error or (row.error or {}).get('message')}")


def _judge_unmatched(books: _Books, verdict: Verdict) -> None:
    """What no order names: the charge of a lost answer, or of a refusal that told no number. One order each."""
    open_orders = [order for order in books.orders.values() if order.id not in books.charged]
    for line in books.unmatched:
        cost, vendor = usd(line["cost_usd"]), line["vendor"]
        if not cost:
            continue
        found = next((order for order in open_orders if order.provider == vendor and _explains(order, cost)), None)
        if found is None:
            verdict.lost += 1
            verdict.wrong.append(f"Nobody knows of ${cost} that {vendor} charged for {line['reference']}.")
            continue
        open_orders.remove(found)
        books.charged[found.id].append(cost)
        verdict.uncertain_charged += found.status == "unknown"


def _explains(order: OrderRow, cost: Decimal) -> bool:
    return order.status == "unknown" or (order.status in ("refused", "delivered") and order.billed_usd == cost)


def _judge_files(books: _Books, folder: Path, verdict: Verdict) -> None:
    for row in books.generations.values():
        made = books.assets.get(row.id, [])
        if bool(made) != (row.status == "succeeded"):
            verdict.wrong.append(f"{row.id} is {row.status} with {len(made)} assets.")
        if row.status in ("queued", "running"):
            verdict.wrong.append(f"{row.id} has not ended: {row.status}, {row.phase}.")
        for asset in made:
            path = _blob(asset, folder)
            if path is None or path.stat().st_size != asset.size_bytes:
                verdict.lost += 1
                verdict.wrong.append(f"The file of {asset.id} is not there.")


def _judge_money(session: Session, books: _Books, verdict: Verdict) -> None:
    settled = {entry.order_id: -entry.amount_usd for entry in books.entries if entry.kind == "settle"}
    verdict.settled_usd = sum(settled.values(), Decimal(0))
    for order_id, amount in settled.items():
        charged = sum(books.charged.get(order_id or "", []), Decimal(0))
        if charged != amount:
            verdict.wrong.append(f"{order_id} is settled at ${amount}, and ${charged} was charged.")
    for account in session.scalars(select(AccountRow)):
        booked = session.scalar(
            select(func.coalesce(func.sum(EntryRow.amount_credits), 0)).where(EntryRow.owner_id == account.owner_id)
        )
        if account.is_metered and booked != account.available_credits:
            verdict.wrong.append(f"The entries sum up to {booked} credits, the balance is {account.available_credits}.")
        unfinished = [
            row for row in books.generations.values() if row.owner_id == account.owner_id and row.status in UNFINISHED
        ]
        held = sum(row.price_credits or 0 for row in unfinished)
        if held != account.held_credits:
            verdict.wrong.append(f"{account.held_credits} credits are held, {held} with a reason.")
        held_usd = sum((row.held_usd for row in unfinished), Decimal(0))
        if held_usd != account.held_usd:
            verdict.wrong.append(f"${account.held_usd} is held, ${held_usd} with a reason.")
