"""Pages of the library with 100,000 assets: the first, one in the middle, the last, and with filters."""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.studio import RunningStudio, running_studio
from photoplay.core.ids import id_at, millis_of

ROWS = 100_000
RUNS = 25
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
PROMPTS = (
    "calm ocean at sunset",
    "misty mountains at dawn",
    "a violet nebula",
    "city in the rain",
    "silk in teal and gold",
)
KINDS = (
    ("image", "image/png", "text-to-image"),
    ("video", "video/mp4", "text-to-video"),
    ("audio", "audio/wav", "text-to-music"),
)


def figures() -> Iterator[Figure]:
    """Fills the tables beside a stopped studio, then asks over HTTP; the time is the whole request on loopback."""
    with tempfile.TemporaryDirectory(prefix="photoplay-bench-") as folder:
        data = Path(folder)
        with running_studio(data):
            pass
        _fill(data / "photoplay.sqlite3")
        with running_studio(data) as studio:
            for what, path in _paths():
                yield Figure(f"{what}, {ROWS:,} rows", "ms", _times(studio, path), 20, path)


def _paths() -> Iterator[tuple[str, str]]:
    middle = id_at("ast", FIRST_DAY + timedelta(minutes=10 * ROWS // 2))
    last = id_at("ast", FIRST_DAY + timedelta(minutes=10 * 50))
    yield "first page of 50", "/api/v1/assets?limit=50"
    yield "page in the middle", f"/api/v1/assets?limit=50&cursor={middle}"
    yield "last page", f"/api/v1/assets?limit=50&cursor={last}"
    yield "one month", "/api/v1/assets?limit=50&before_month=2025-01"
    yield "films only", "/api/v1/assets?limit=50&kind=video"
    yield "word in prompts", "/api/v1/assets?limit=50&q=nebula"
    yield "months", "/api/v1/assets/timeline"


def _times(studio: RunningStudio, path: str) -> list[float]:
    times = []
    for _ in range(RUNS):
        status, content, seconds = studio.call("GET", path)
        if status != 200 or not json.loads(content)["items"]:
            raise RuntimeError(f"{path} answered {status} with {content[:200]!r}")
        times.append(seconds * 1000)
    return times[3:]


def _fill(path: Path) -> None:
    database = sqlite3.connect(path)
    with database:
        (owner,) = database.execute("SELECT id FROM users LIMIT 1").fetchone()
        database.execute("INSERT INTO blobs (sha256, size_bytes) VALUES (?, 1000)", ("0" * 64,))
        assets = [_asset(number, owner) for number in range(ROWS)]
        columns = ", ".join(assets[0])
        marks = ", ".join(f":{name}" for name in assets[0])
        database.executemany(f"INSERT INTO assets ({columns}) VALUES ({marks})", assets)
        database.executemany(
            "INSERT INTO renditions (asset_id, role, sha256, mime, size_bytes, width, height)"
            " VALUES (?, 'thumb', ?, 'image/webp', 9000, 256, 256)",
            [(asset["id"], "0" * 64) for asset in assets],
        )
        database.executemany(
            "INSERT INTO asset_words (number, asset_id, owner, body)"
            " VALUES (:number, :id, replace(:owner_id, '_', ''), :prompt)",
            [{**asset, "number": millis_of(str(asset["id"])) << 20} for asset in assets],
        )
    database.execute("ANALYZE")
    database.close()


def _asset(number: int, owner: str) -> dict[str, object]:
    made = FIRST_DAY + timedelta(minutes=10 * number)
    kind, mime, operation = KINDS[number % 13 // 6]
    prompt = PROMPTS[number % len(PROMPTS)]
    return {
        "id": id_at("ast", made),
        "owner_id": owner,
        "kind": kind,
        "mime": mime,
        "size_bytes": 1000,
        "width": 1024,
        "height": 1024,
        "sha256": "0" * 64,
        "title": prompt,
        "prompt": f"{prompt} {number}",
        "operation": operation,
        "model": "local:scene",
        "model_name": "Local scenes",
        "params": json.dumps({"prompt": prompt, "seed": number}),
        "facts": "{}",
        "presets": "[]",
        "cost_usd": 0,
        "position": 0,
        "findings": "[]",
        "month": made.strftime("%Y-%m"),
        "is_trashed": 0,
        "is_finished": 1,
        "finish_attempts": 0,
        "created_at": round(made.timestamp() * 1_000_000),
    }
