"""Looks at a studio's folder from outside, by SQL alone: whether every generation ended once and every cent is accounted for."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Facts:
    """What the rows say of all generations in a folder."""

    statuses: dict[str, int]
    generations: list[str]
    orders: list[tuple[str, str]]
    """(id, status)."""
    assets: int


def audit(data: Path, *, is_tidy: bool = True) -> Facts:
    """The facts, after it is certain that nothing contradicts them. Every assertion names the generation it is about.

    `is_tidy`: also that no files lie about for orders that are over; a studio that was told to stop tidies up later.
    """
    with closing(sqlite3.connect(f"file:{data / 'photoplay.sqlite3'}?mode=ro", uri=True)) as db:
        generations = db.execute("SELECT id, status, price_credits FROM generations ORDER BY id").fetchall()
        for generation_id, status, price in generations:
            _check_generation(db, generation_id, status, price)
        _check_accounts(db)
        _check_events(db)
        _check_blobs(db, data)
        if is_tidy:
            _check_spool(db, data)
        return Facts(
            statuses={status: [row[1] for row in generations].count(status) for _id, status, _price in generations},
            generations=[row[0] for row in generations],
            orders=db.execute("SELECT id, status FROM orders ORDER BY id").fetchall(),
            assets=db.execute("SELECT count(*) FROM assets").fetchone()[0],
        )


def _check_generation(db: sqlite3.Connection, generation_id: str, status: str, price: int | None) -> None:
    kinds = [
        kind for (kind,) in db.execute("SELECT kind FROM entries WHERE generation_id = ? ORDER BY id", [generation_id])
    ]
    assets = db.execute("SELECT count(*) FROM assets WHERE generation_id = ?", [generation_id]).fetchone()[0]
    told = [
        name
        for (name,) in db.execute(
            "SELECT name FROM events WHERE json_extract(data, '$.generation.id') = ? ORDER BY number", [generation_id]
        )
    ]
    assert told[0] == "generation.queued", (generation_id, told)
    ends = [name for name in told if name.split(".")[1] in {"succeeded", "failed", "cancelled"}]
    match status:
        case "succeeded":
            assert (kinds, assets, ends) == (["hold", "release", "settle"], 1, ["generation.succeeded"]), generation_id
            paid = "SELECT amount_credits FROM entries WHERE kind = 'settle' AND generation_id = ?"
            assert db.execute(paid, [generation_id]).fetchone()[0] == (None if price is None else -price)
        case "failed" | "cancelled":
            assert (kinds[:2], assets, ends) == (["hold", "release"], 0, [f"generation.{status}"]), generation_id
        case _:
            assert (kinds, assets, ends) == (["hold"], 0, []), generation_id


def _check_accounts(db: sqlite3.Connection) -> None:
    """What is available and held is the sum of the entries, and what is held belongs to what has not ended."""
    accounts = db.execute("SELECT owner_id, available_credits, held_credits, held_usd FROM accounts").fetchall()
    for owner_id, available, held, held_usd in accounts:
        booked = "SELECT coalesce(sum(amount_credits), 0) FROM entries WHERE owner_id = ?"
        assert db.execute(booked, [owner_id]).fetchone()[0] == available, owner_id
        unfinished = """SELECT coalesce(sum(price_credits), 0), coalesce(sum(held_usd), 0) FROM generations
                        WHERE owner_id = ? AND status IN ('queued', 'running', 'uncertain')"""
        assert db.execute(unfinished, [owner_id]).fetchone() == (held, held_usd), owner_id


def _check_events(db: sqlite3.Connection) -> None:
    for owner_id, last in db.execute("SELECT owner_id, last FROM event_counters").fetchall():
        numbers = db.execute("SELECT number FROM events WHERE owner_id = ? ORDER BY number", [owner_id]).fetchall()
        assert [number for (number,) in numbers] == list(range(1, last + 1)), owner_id


def _check_blobs(db: sqlite3.Connection, data: Path) -> None:
    """Every file that a row names is there, whole."""
    for sha256, size_bytes in db.execute("SELECT sha256, size_bytes FROM blobs").fetchall():
        path = data / "blobs" / sha256[:2] / sha256
        assert path.stat().st_size == size_bytes, sha256


def _check_spool(db: sqlite3.Connection, data: Path) -> None:
    """Nothing lies about for orders that are over."""
    open_orders = """SELECT orders.id FROM orders JOIN generations ON generations.id = generation_id
                     WHERE generations.status IN ('queued', 'running', 'uncertain')"""
    wanted = {order_id for (order_id,) in db.execute(open_orders)}
    lying = {path.name for path in (data / "tmp" / "orders").iterdir()}
    assert lying <= wanted, lying - wanted
    previews = data / "tmp" / "previews"
    assert not previews.is_dir() or not list(previews.iterdir()) or wanted
