"""Ports of this machine that a server of ours may take."""

import random
import socket
from typing import Final

PORTS: Final = range(15_000, 32_000)
"""Below what systems lend to connections that go out (Linux: from 32,768), so that none of those takes it meanwhile."""
TRIES: Final = 100
_chance = random.SystemRandom()  # not to be seeded: two processes with one seed would go for the same ports


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on at this moment. Raises `OSError` where there is none."""
    for _ in range(TRIES):
        port = _chance.choice(PORTS)
        try:
            ask_for(host, port)
        except OSError:
            continue
        return port
    return ask_for(host, 0)


def ask_for(host: str, port: int) -> int:
    """The port, if a server may listen there; for port 0 any. Raises `OSError` when it is taken."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        taken: int = probe.getsockname()[1]
        return taken
