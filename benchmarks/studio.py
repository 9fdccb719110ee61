"""A studio of its own for a bench: started as a user starts it, spoken to over HTTP, stopped at the end."""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from photoplay.core.ports import free_port

PHOTOPLAY = Path(sys.executable).with_name("photoplay")
LONGEST_START_SECONDS = 30.0


class RunningStudio:
    """One `photoplay serve` and a connection to it that stays open, signed in as the owner."""

    def __init__(self, data: Path, *, program: Sequence[str] = (str(PHOTOPLAY),)) -> None:
        self.data = data
        self.port = free_port()
        self._process = subprocess.Popen(
            [*program, "serve", "--data", str(data), "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            start_new_session=True,
        )
        self.seconds_to_ready = self._wait_until_ready()
        self.pid = self._process.pid
        self.headers = {"Authorization": f"Bearer {(data / 'owner.key').read_text('utf-8').strip()}"}
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        self._cookie: str | None = None

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, bytes, float]:
        """Status, body, and seconds it took."""
        sent = json.dumps(body).encode() if body is not None else None
        headers = {**self.headers, "Content-Type": "application/json"}
        began = time.perf_counter()
        self._connection.request(method, path, sent, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        return answer.status, content, time.perf_counter() - began

    def page(self, path: str) -> float:
        """Seconds a page of the studio takes, signed in as a browser is. Raises when it is not shown."""
        if self._cookie is None:
            self._cookie = self._sign_in()
        began = time.perf_counter()
        self._connection.request("GET", path, headers={"Cookie": self._cookie})
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}.")
        return time.perf_counter() - began

    def _sign_in(self) -> str:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request(
            "POST", "/sign-in", urlencode({"key": self.headers["Authorization"].removeprefix("Bearer ")}), form
        )
        answer = self._connection.getresponse()
        answer.read()
        return str(answer.headers["Set-Cookie"]).partition(";")[0]

    def get(self, path: str) -> Any:
        """The JSON at this path. Raises when the answer is not 200."""
        return _json(*self.call("GET", path)[:2])

    def make(self, operation: str, params: Mapping[str, Any], *, wait: float = 300, **more: Any) -> Any:
        """Asks for media and waits for it. `more` are further fields of the request, such as `inputs` and `count`."""
        body = {"operation": operation, "params": params, **more}
        return _json(*self.call("POST", f"/api/v1/generations?wait={wait:g}", body)[:2])

    def upload(self, name: str, content: bytes) -> Any:
        """The asset of a file of one's own."""
        headers = {**self.headers, "X-Upload-Name": name}
        self._connection.request("POST", "/api/v1/assets", content, headers)
        answer = self._connection.getresponse()
        return _json(answer.status, answer.read())

    def memory_bytes(self) -> int:
        """What the whole process tree holds, each shared page counted once (PSS)."""
        return sum(pss_bytes(pid) for pid in tree(self.pid))

    def stop(self) -> None:
        """As Ctrl-C does; what does not end by itself is killed."""
        self._connection.close()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _wait_until_ready(self) -> float:
        began = time.perf_counter()
        while time.perf_counter() - began < LONGEST_START_SECONDS:
            if self._process.poll() is not None:
                raise RuntimeError(f"photoplay serve ended with {self._process.returncode}.")
            if _is_ready(self.port):
                return time.perf_counter() - began
            time.sleep(0.005)
        self._process.kill()
        raise RuntimeError("photoplay serve did not become ready.")


@contextmanager
def running_studio(data: Path | None = None, *, program: Sequence[str] = (str(PHOTOPLAY),)) -> Iterator[RunningStudio]:
    """A studio in `data`, or in a folder that is thrown away. `program` is what serves it."""
    with tempfile.TemporaryDirectory(prefix="photoplay-bench-") as folder:
        studio = RunningStudio(data or Path(folder), program=program)
        try:
            yield studio
        finally:
            studio.stop()


def _json(status: int, content: bytes) -> Any:
    if status not in {200, 201, 202}:
        raise RuntimeError(f"The studio answered {status}: {content[:300]!r}")
    return json.loads(content)


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def tree(root: int) -> list[int]:
    """A process and all below it."""
    found = [root]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def pss_bytes(pid: int) -> int:
    """What a process holds, what it shares counted in parts; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def cpu_seconds(root: int) -> float:
    """Processor time that a process and those below it have spent. 0: no process is watched."""
    return sum(_cpu_ticks(pid) for pid in tree(root)) / os.sysconf("SC_CLK_TCK") if root else 0.0


def _cpu_ticks(pid: int) -> int:
    """Its own and that of the children it has buried."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15])
