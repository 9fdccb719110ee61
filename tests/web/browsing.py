"""A studio as a user starts it, and what a browser does that it must not: leave the machine, complain, break a rule of axe."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import ConsoleMessage, Page, Request

from photoplay.core.ports import free_port

CHROMIUM: Final = Path("/usr/bin/chromium")
CHROMIUM_ARGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--autoplay-policy=no-user-gesture-required",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)
PHOTOPLAY: Final = str(Path(sys.executable).with_name("photoplay"))
START_SECONDS: Final = 60
_AXE_OPTIONS = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


class StudioProcess:
    """One `photoplay serve` on a folder and a port of its own; `start` again after `stop` or `kill` goes on with both."""

    def __init__(self, data: Path, *, port: int = 0, environment: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {**os.environ, **(environment or {})}
        self._log_file = data.with_name(f"{data.name}.log")
        self._calls = ThreadPoolExecutor(1)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "StudioProcess":
        """Serves from now on; returns when it listens."""
        command = [PHOTOPLAY, "serve", "--data", str(self.data), "--port", str(self.port)]
        with self._log_file.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=self._environment)
        self._calls.submit(self._until_ready).result(START_SECONDS)
        return self

    @property
    def key(self) -> str:
        """The owner's API key."""
        return (self.data / "owner.key").read_text().strip()

    @property
    def log(self) -> str:
        """What it wrote to standard error."""
        return self._log_file.read_text()

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The JSON that the API answers to the owner. Fails the test when it refuses."""
        return self._calls.submit(self._call, method, path, body).result()

    def make(self, operation: str, params: Mapping[str, Any], **more: Any) -> Any:
        """Asks for media as the owner and waits for the end; the JSON of the generation."""
        body = {"operation": operation, "params": dict(params), **more}
        return self.call("POST", "/api/v1/generations?wait=120", body)

    def stop(self) -> None:
        """As Ctrl-C does. Stopping what does not run does nothing."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a crash does."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def _until_ready(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if b"/sign-in?token=" in line:
                return
        raise RuntimeError(f"photoplay serve ended: {self.log[-2000:]}")

    def _call(self, method: str, path: str, body: object) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=150)
        try:
            sent = None if body is None else orjson.dumps(body)
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            connection.request(method, path, sent, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        assert answer.status < 400, content
        return orjson.loads(content) if content else None


@dataclass
class Watch:
    """What a page did that it must not. `allowed` are parts of complaints that a test provokes on purpose."""

    url: str
    allowed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Watches this page from now on."""
        page.on("request", self._see_request)
        page.on("console", self._see_console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))

    def wrong(self) -> list[str]:
        """The complaints that the test did not provoke."""
        return [complaint for complaint in self.complaints if not any(part in complaint for part in self.allowed)]

    def _see_request(self, request: Request) -> None:
        ours = (self.url, self.url.replace("http", "ws", 1), "data:", "blob:", "about:")
        if not request.url.startswith(ours):
            self.complaints.append(f"left the machine: {request.url}")

    def _see_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text} {message.location.get('url', '')}")


_UNTIL_STILL = """Promise.allSettled(document.getAnimations()
  .filter((one) => one.playState === "running" && one.effect.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished))"""
"""Words that are still fading in have little contrast."""
_IS_CALM = "matchMedia('(prefers-reduced-motion: reduce)').matches"


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page once what opens is open, one line each: rule, what, where."""
    is_calm = page.evaluate(_IS_CALM)
    page.emulate_media(reduced_motion="reduce")  # what arrives while axe looks would begin to fade under its eyes
    page.evaluate(_UNTIL_STILL)
    found = Axe().run(page, options=_AXE_OPTIONS).response["violations"]
    if not is_calm:
        page.emulate_media(reduced_motion="no-preference")
    return [f"{one['id']}: {one['help']}: {node['target']}" for one in found for node in one["nodes"]]
