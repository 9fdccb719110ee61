"""The guard itself: what it stops, what it lets pass."""

import asyncio
import socket
import time

import pytest

from tests.guard import LoopBlocked, NetworkBlocked, forget_breaches


def test_an_address_outside_is_refused() -> None:
    with socket.socket() as connection, pytest.raises(NetworkBlocked):
        connection.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkBlocked):
        socket.getaddrinfo("example.org", 443)
    forget_breaches()


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


async def test_sleeping_on_the_event_loop_is_refused() -> None:
    with pytest.raises(LoopBlocked):
        time.sleep(0.001)  # noqa: ASYNC251 (the guard must stop it)
    forget_breaches()


async def test_waiting_for_a_socket_on_the_event_loop_is_refused() -> None:
    with socket.socket() as connection, pytest.raises(LoopBlocked):
        connection.connect(("127.0.0.1", 9))
    forget_breaches()


async def test_the_same_in_a_thread_or_by_the_loop_is_fine() -> None:
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.001)
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.close()
    server.close()
