"""Ports for servers of ours: free ones, and none that a connection that goes out may take before it is used again."""

import random
import socket
from pathlib import Path

import pytest

from photoplay.core.ports import ask_for, free_port


def test_a_free_port_is_none_that_the_system_lends_to_connections_that_go_out() -> None:
    lowest, highest = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    ports = [free_port() for _ in range(50)]
    assert [port for port in ports if lowest <= port <= highest] == []
    assert len(set(ports)) > 40


def test_processes_with_one_seed_do_not_go_for_the_same_ports() -> None:
    seen = []
    for _ in range(2):
        random.seed(1)
        seen.append([free_port() for _ in range(5)])
    assert seen[0] != seen[1]


def test_a_port_where_somebody_listens_is_refused_and_another_one_found() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port()))
        other.listen()
        with pytest.raises(OSError, match="in use"):
            ask_for("127.0.0.1", other.getsockname()[1])
        assert free_port() != other.getsockname()[1]


def test_an_address_that_is_not_of_this_machine_is_refused() -> None:
    with pytest.raises(OSError, match="assign"):
        free_port("192.0.2.1")
