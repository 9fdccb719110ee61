"""What of the guarded client needs aiohttp to be there: its sessions and its sockets. `core.http` loads it at the first request."""

import socket
from collections.abc import Callable
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from photoplay.core.http import AddressRefused

_READ_AHEAD: Final = 1 << 18
"""Bytes that may wait to be read before the other side is asked to pause: with less, a picture pauses dozens of times."""


class _PrivateSocket(OSError):
    """A socket was about to be opened into a private network."""


class _GuardedResolver(AbstractResolver):
    """Resolves names and gives back allowed addresses only, so that the socket goes where the check looked."""

    def __init__(self, inner: AbstractResolver, allows: Callable[[str], bool]) -> None:
        self._inner = inner
        self._allows = allows

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        public = [result for result in found if self._allows(result["host"])]
        if not public:
            raise AddressRefused(f'"{host}" leads into a private network and is not fetched.')
        return public

    async def close(self) -> None:
        await self._inner.close()


def open_session(
    resolver: Callable[[], AbstractResolver] | None, allows: Callable[[str], bool] | None
) -> aiohttp.ClientSession:
    """A session on this loop that opens sockets to allowed IP addresses only; to all, where nothing says which.

    `resolver` makes what looks names up; None: the system does.
    """
    names = (resolver or aiohttp.ThreadedResolver)()

    def _open_allowed_socket(place: aiohttp.AddrInfoType) -> socket.socket:
        """The last look, at the address the socket will really go to."""
        if allows is not None and not allows(str(place[4][0])):
            raise _PrivateSocket("This leads into a private network.")
        family, kind, protocol, _name, _address = place
        return socket.socket(family=family, type=kind, proto=protocol)

    connector = aiohttp.TCPConnector(
        resolver=names if allows is None else _GuardedResolver(names, allows),
        limit=256,
        ttl_dns_cache=10,
        socket_factory=_open_allowed_socket,
    )
    return aiohttp.ClientSession(connector=connector, auto_decompress=True, trust_env=False, read_bufsize=_READ_AHEAD)
