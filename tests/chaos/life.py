"""The program that chaos kills: it loads everything once and forks a studio for each line on stdin, so that dying is cheap."""

import asyncio
import contextlib
import errno
import json
import os
import signal
import sys
import traceback
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from photoplay import accounts, credits
from photoplay.bootstrap import Studio, hold_place, open_studio
from photoplay.core import clock, log
from photoplay.core.http import Http
from photoplay.core.money import Credits
from photoplay.core.settings import Settings
from photoplay.storage import Storage
from photoplay.web.server import serve_studio

GRANTED: Final = 10_000_000
PLAN: Final = "chaos"
HERE: Final = "127.0.0.1"


@dataclass(frozen=True)
class Life:
    """One life of a studio, until it is killed or told to stop."""

    data: str
    port: int
    sandbox: str
    key_file: str
    """Where the API key of the member is kept that everything is asked for with; made by the first life."""
    full_file: str
    """While this file is there, the disk takes no media."""
    log: str
    database_url: str = ""
    lease_seconds: int = 30
    later_seconds: float = 0
    """How much later its clock says that it is."""


class FullDisk:
    """A storage on a disk that is full now and then."""

    def __init__(self, inner: Storage, flag: Path) -> None:
        self._inner, self._flag = inner, flag

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def put_file(self, key: str, path: Path, *, may_link: bool = False) -> bool:
        """Stores, unless the disk is full."""
        _refuse_if_full(self._flag)
        return await self._inner.put_file(key, path, may_link=may_link)


class FullSpool(Http):
    """A client whose downloads go to a disk that is full now and then."""

    flag: Path

    async def _download(self, url: str, path: Path, max_bytes: int, **more: Any) -> str:
        _refuse_if_full(self.flag)
        return await super()._download(url, path, max_bytes, **more)


def _refuse_if_full(flag: Path) -> None:
    if flag.exists():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def settings_of(life: Life) -> Settings:
    """The settings of a life: vendors call at its address, and rest only a second when they fail."""
    database = {"DATABASE_URL": life.database_url} if life.database_url else {}
    return Settings(
        data=Path(life.data),
        port=life.port,
        sandbox=life.sandbox,
        public_url=f"http://{HERE}:{life.port}",
        private_hosts=(HERE,),
        breaker_rest_seconds=1,
        stop_seconds=30,
        lease_seconds=life.lease_seconds,
        **database,  # type: ignore[arg-type]
    )


async def live(life: Life) -> None:
    """Serves until told to stop."""
    settings, lock = hold_place(settings_of(life))
    studio = await open_studio(settings)
    await _make_member(studio, Path(life.key_file))
    runtime, flag = studio.runtime, Path(life.full_file)
    runtime.storage = FullDisk(runtime.storage, flag)  # type: ignore[assignment]
    spool = FullSpool(private_hosts=settings.private_hosts)
    spool.flag, runtime.http = flag, spool
    await serve_studio(studio, ready=lambda link: None)
    lock.release()


async def _make_member(studio: Studio, key_file: Path) -> None:
    if key_file.exists():
        return

    def _make(session: Session) -> str:
        user = accounts.create_user(session, "Mara")
        credits.change_plan(session, PLAN, credits.PlanChange(title="Without limits", per_minute=None))
        credits.open_account(session, user.id, metered=True, plan=PLAN)
        credits.grant(session, user.id, Credits(GRANTED), key="Mara")
        return accounts.create_key(session, user.id, "Chaos")[1]

    key_file.write_text(await studio.runtime.db.write(_make))


def to_line(life: Life) -> str:
    """A life as the program reads it."""
    return json.dumps(asdict(life)) + "\n"


def _serve() -> None:
    """Forks a life for each line on stdin and tells its process id. When stdin ends, so do all of them."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    begun = []
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _end_with(Life(**json.loads(line)))
        begun.append(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in begun:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _end_with(life: Life) -> None:
    output = os.open(life.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(output, number)
    os.close(0)
    code, later = 1, timedelta(seconds=life.later_seconds)
    try:
        log.set_up("warning")
        with clock.set_clock(lambda: datetime.now(UTC) + later):
            asyncio.run(live(life))
        code = 0
    except Exception:  # noqa: BLE001 - told to who runs the chaos, in the log
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
