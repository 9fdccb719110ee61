"""What chaos has in its hands: studios that it starts, freezes and kills, and the sandbox that they order from."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from photoplay.core.ports import free_port
from tests.chaos.life import HERE, Life, to_line

ROOT: Final = Path(__file__).parents[2]
PATIENCE_SECONDS: Final = 60.0


def until(is_so: Callable[[], bool], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
    """Looks until it is so. Raises `TimeoutError` with what was waited for."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.03)


def call(port: int, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
    """Status and JSON of one request to this machine. Raises `OSError` when it is cut."""
    connection = http.client.HTTPConnection(HERE, port, timeout=PATIENCE_SECONDS)
    try:
        sent = {"Content-Type": "application/json", **(headers or {})}
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        content = answer.read()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, json.loads(content) if is_json else None
    except http.client.HTTPException as cut:
        raise ConnectionError("cut") from cut
    finally:
        connection.close()


class Program:
    """The process from which studios are forked."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.chaos.life"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    def begin(self, life: Life) -> int:
        """Begins a life. Returns its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(to_line(life))
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """Ends it and every life that is left."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE_SECONDS)
        self._process.stdout.close()


@dataclass
class Studio:
    """One studio on a port of its own, dead or alive. `folder` is its own; what it shares is in `shared`."""

    program: Program
    folder: Path
    shared: dict[str, Any]
    port: int = field(default_factory=free_port)
    pid: int = 0
    later_seconds: float = 0

    @property
    def is_alive(self) -> bool:
        """Whether its process is there, with any of its threads: a killed one may still hold its folder for a moment."""
        return self.pid != 0 and Path(f"/proc/{self.pid}").exists()

    @property
    def log(self) -> str:
        """What it wrote."""
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def start(self) -> None:
        """Begins a new life, on the same port and folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        life = Life(
            **{"data": str(self.folder / "data"), **self.shared},
            port=self.port,
            log=str(self.folder / "log"),
            later_seconds=self.later_seconds,
        )
        self.pid = self.program.begin(life)

    def is_ready(self) -> bool:
        """Whether it answers. Raises `RuntimeError` when it ended by itself."""
        if not self.is_alive:
            raise RuntimeError(f"The studio ended by itself.\n{self.log[-4000:]}")
        with contextlib.suppress(OSError):
            return bool(call(self.port, "GET", "/readyz")[0] == 200)
        return False

    def ask(self, method: str, path: str, body: object = None, key: str | None = None) -> Any:
        """Status and JSON of one request with the member's key. Raises `OSError` when it is cut."""
        headers = {"Authorization": f"Bearer {Path(self.shared['key_file']).read_text()}"}
        return call(self.port, method, path, body, headers | ({"Idempotency-Key": key} if key else {}))

    def signal(self, number: signal.Signals) -> None:
        """Sends it a signal: SIGSTOP freezes, SIGCONT thaws."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL, and waits until it is gone."""
        self.signal(signal.SIGKILL)
        until(lambda: not self.is_alive, "the end of a killed studio")

    def stop(self) -> None:
        """As Ctrl-C does, and waits until it has left."""
        self.signal(signal.SIGTERM)
        until(lambda: not self.is_alive, "the end of a studio that was told to stop")


@dataclass
class Sandbox:
    """The simulated vendors, on a port that stays the same over their restarts."""

    folder: Path
    pace: float
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://{HERE}:{self.port}"

    def start(self) -> None:
        """Starts it and waits until it answers; what it had taken and billed it still knows."""
        command = [sys.executable, "-m", "photoplay", "sandbox", "--port", str(self.port), "--pace", str(self.pace)]
        with (self.folder / "sandbox.log").open("a") as told:
            self.process = subprocess.Popen(
                [*command, "--data", str(self.folder)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=told
            )
        until(self._is_ready, "the sandbox")

    def kill(self) -> None:
        """SIGKILL."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def fault(self, faults: Sequence[dict[str, Any]]) -> None:
        """Lets these go wrong."""
        status, said = call(self.port, "POST", "/_sandbox/faults", list(faults))
        assert status == 200, said

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        call(self.port, "DELETE", "/_sandbox/faults")

    def bill(self) -> list[dict[str, Any]]:
        """Every charge that was really made."""
        charges: list[dict[str, Any]] = call(self.port, "GET", "/_sandbox/bill")[1]
        return charges

    def _is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            return bool(call(self.port, "GET", "/_sandbox/bill")[0] == 200)
        return False
