"""Watches the interpreter during tests: no network but loopback, nothing that blocks a thread with an event loop."""

import asyncio
import socket
import sys
import time
from ipaddress import ip_address
from typing import SupportsIndex

_LOOPBACK_NAMES = {"localhost", "ip6-localhost", ""}
_breaches: list[str] = []


class NetworkBlocked(RuntimeError):
    """A test reached for an address that is not on this machine."""


class LoopBlocked(RuntimeError):
    """A blocking call was made on a thread that runs an event loop."""


def install() -> None:
    """From now on, for as long as this interpreter lives."""
    sys.addaudithook(_watch)
    time.sleep = _sleep


def breaches() -> list[str]:
    """What was caught since the last test began."""
    return list(_breaches)


def forget_breaches() -> None:
    """Called before each test; tests of the guard itself call it too."""
    _breaches.clear()


_true_sleep = time.sleep


def _sleep(seconds: float | SupportsIndex) -> None:
    """Stands in for `time.sleep`, which tells the interpreter's audit nothing before Python 3.13."""
    _check_loop("sleeps")
    _true_sleep(seconds)


def _watch(event: str, args: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        _check_connect(*args)
    elif event == "socket.getaddrinfo":
        _check_host(args[0])
        _check_loop("looks up a name")
    elif event in {"os.system", "urllib.Request", "ftplib.connect", "http.client.connect"}:
        _check_loop(f"calls {event}")


def _check_connect(connection: object, address: object) -> None:
    assert isinstance(connection, socket.socket)
    if isinstance(address, tuple):
        _check_host(address[0])
    if connection.gettimeout() != 0.0:
        _check_loop("connects a socket and waits")


def _check_host(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if not _is_loopback(name):
        _fail(NetworkBlocked(f"A test reached for {name!r}; only loopback is open."))


def _is_loopback(name: str) -> bool:
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return name in _LOOPBACK_NAMES or name.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _check_loop(what: str) -> None:
    if asyncio._get_running_loop() is not None:
        _fail(LoopBlocked(f"Code on the event loop {what}: this stops every other task."))


def _fail(error: RuntimeError) -> None:
    _breaches.append(str(error))
    raise error
