"""`photoplay serve` with its own models, killed at random moments and started again on the same port at once."""

import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from photoplay.core.ports import free_port
from tests.journeys.ledger_audit import audit

KILLS = int(os.environ.get("PHOTOPLAY_KILLS", "12"))
"""How often it is killed. A thousand are a night's test; it then paints films too."""
LONGEST_START_SECONDS = 3.0
"""Every third life is killed within so long of its start, ready or not."""
MOST_UNFINISHED = 8
PATIENCE_SECONDS = 60.0
WISHES: tuple[dict[str, Any], ...] = (
    {"operation": "text-to-image", "model": "local:scene", "params": {"prompt": "calm ocean", "size": 512}},
    {"operation": "text-to-image", "model": "local:scene", "params": {"prompt": "aurora over mountains", "size": 768}},
    {"operation": "text-to-speech", "model": "local:voice", "params": {"prompt": "Nothing is lost."}},
    {"operation": "text-to-music", "model": "local:synth", "params": {"prompt": "calm piano", "duration_seconds": 5}},
)
FILM = {"operation": "text-to-video", "model": "local:scene", "params": {"prompt": "calm ocean", "size": "540p"}}


@dataclass
class Serving:
    """One `photoplay serve` on a port of our choice."""

    data: Path
    port: int

    def __post_init__(self) -> None:
        command = [sys.executable, "-m", "photoplay", "serve", "--data", str(self.data), "--port", str(self.port)]
        with (self.data.parent / "log").open("a") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)

    def until_ready(self, deadline: float) -> bool:
        """Whether it answered before this moment. Raises when it ended by itself."""
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.data.parent / "log").read_text()[-3000:]
            with contextlib.suppress(OSError):
                if self.call("GET", "/readyz")[0] == 200:
                    return True
            time.sleep(0.02)
        return False

    def call(self, method: str, path: str, body: object = None, key: str | None = None) -> tuple[int, Any]:
        """Status and JSON of one request. Raises `OSError` when it is cut."""
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        with contextlib.suppress(FileNotFoundError):
            headers["Authorization"] = f"Bearer {(self.data / 'owner.key').read_text().strip()}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            content = answer.read()
            is_json = answer.headers.get_content_type() == "application/json"
            return answer.status, json.loads(content) if is_json else None
        except http.client.HTTPException as cut:
            raise ConnectionError("cut") from cut
        finally:
            connection.close()

    def kill(self) -> list[int]:
        """SIGKILL. Returns the processes that it had started."""
        children = list(descendants(self.process.pid))
        self.process.kill()
        self.process.wait()
        return children

    def stop(self) -> int:
        """As Ctrl-C does."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


def descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                yield int(child)
                yield from descendants(int(child))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def assert_gone(pids: Sequence[int]) -> None:
    """The children end with their parent: by the kernel's word, so within moments."""
    deadline = time.monotonic() + 10
    while left := [pid for pid in pids if is_alive(pid)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.01)


def ask(serving: Serving, key: str) -> str | None:
    """Asks under a key that chooses the wish; None when the answer was cut off."""
    number = int(key.rpartition("-")[2])
    wishes = (*WISHES, FILM) if KILLS > 100 else WISHES
    with contextlib.suppress(OSError):
        status, made = serving.call("POST", "/api/v1/generations", wishes[number % len(wishes)], key)
        assert status in {200, 201, 202}, made
        return str(made["id"])
    return None


def unfinished(serving: Serving) -> int:
    status, page = serving.call("GET", "/api/v1/generations?status=queued&status=running&limit=100")
    assert status == 200, page
    return len(page["items"])


@pytest.mark.slow
@pytest.mark.timeout(KILLS * 60 + 300)
def test_killed_at_random_while_it_paints_nothing_is_lost_or_made_twice(tmp_path: Path) -> None:
    data, port, keys = tmp_path / "data", free_port(), list[str]()
    data.mkdir()
    for kill in range(KILLS):
        serving = Serving(data, port)
        if kill % 3 == 2:
            serving.until_ready(time.monotonic() + random.uniform(0.2, LONGEST_START_SECONDS))
        else:
            assert serving.until_ready(time.monotonic() + PATIENCE_SECONDS)
            for _wish in range(MOST_UNFINISHED - unfinished(serving)):
                keys.append(f"press-{len(keys)}")
                ask(serving, keys[-1])
        time.sleep(random.uniform(0, 1.0))
        assert_gone(serving.kill())
        if kill % 5 == 4:
            for path in data.glob("engine.sqlite3*"):
                path.unlink()
    serving = Serving(data, port)
    assert serving.until_ready(time.monotonic() + PATIENCE_SECONDS)
    asked = {ask(serving, key) for key in keys}
    while unfinished(serving):
        time.sleep(0.05)
    assert serving.stop() == 0
    facts = audit(data)
    assert facts.statuses == {"succeeded": len(keys)}
    assert (asked, facts.assets) == (set(facts.generations), len(keys))
    print(f"{KILLS} kills, {len(keys)} generations")  # noqa: T201 - seen with -s, the figure that counts
